// Says how many characters are left once a field is nearly full; nothing is ever cut off.
for (const line of document.querySelectorAll("[data-counts]")) {
  const field = document.getElementById(line.dataset.counts);
  const most = Number(line.dataset.most);
  const usual = line.textContent;
  const count = () => {
    const left = most - field.value.length;
    if (left > most / 5) line.textContent = usual;
    else line.textContent = left >= 0 ? `${left} characters left.` : `${-left} characters more than fit.`;
  };
  line.setAttribute("aria-live", "polite");
  field.addEventListener("input", count);
  count();
}
