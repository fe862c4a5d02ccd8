// Three hints beside an aim that is being written: what it says already gets a tick. They never stand in anybody's way.
const aim = document.querySelector("#aim");
const hints = document.querySelector("[data-hints]");
const day = document.querySelector("#by_when");
const SAYS = {
  much: () => /\d|\b(half|halve|third|quarter|double|none|all|every|no)\b/i.test(aim.value),
  when: () => Boolean(day?.value) || /\b(by|until|before|within)\b.*\b(\d{4}|week|month|year|january|february|march|april|may|june|july|august|september|october|november|december)/i.test(aim.value),
  whom: () => /\b(wom[ae]n|mothers?|bab(y|ies)|famil(y|ies)|parents?|people|partners?|staff|births?)\b/i.test(aim.value),
};
if (aim && hints) {
  hints.hidden = false;
  const look = () => {
    for (const hint of hints.querySelectorAll("[data-hint]")) {
      const said = SAYS[hint.dataset.hint]();
      const words = { much: "how much", when: "by when", whom: "for whom" }[hint.dataset.hint];
      hint.textContent = said ? `${words}: said` : `${words}?`;
      hint.classList.toggle("said", said);
    }
  };
  aim.addEventListener("input", look);
  day?.addEventListener("input", look);
  look();
}
