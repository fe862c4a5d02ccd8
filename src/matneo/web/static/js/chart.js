// Points of a chart become one stop for the keyboard: arrows move along them, and what each says is read out. On a
// project's chart T plans a test in the month of the point; a single letter, so it means that on a point and nowhere else.
for (const figure of document.querySelectorAll("[data-chart]")) {
  const readout = figure.querySelector("[data-readout]");
  for (const svg of figure.querySelectorAll("svg")) {
    const points = [...svg.querySelectorAll("g.pt")];
    if (!points.length || !readout) continue;
    const says = (point) => point.getAttribute("aria-label");
    let current = points.length - 1;
    const show = (place, focus) => {
      points[current].setAttribute("tabindex", "-1");
      points[current].classList.remove("current");
      current = Math.max(0, Math.min(points.length - 1, place));
      points[current].setAttribute("tabindex", "0");
      points[current].classList.add("current");
      readout.textContent = says(points[current]);
      if (focus) points[current].focus();
    };
    // A picture has no parts for a screen reader; a group of named points has.
    svg.setAttribute("role", "group");
    for (const [place, point] of points.entries()) {
      const title = point.querySelector("title");
      point.setAttribute("tabindex", "-1");
      point.setAttribute("role", "img");
      point.setAttribute("aria-label", title.textContent);
      if (figure.dataset.test) point.setAttribute("aria-keyshortcuts", "T");
      title.remove(); // the read-out below says it, at once and for everybody
      point.addEventListener("pointerenter", () => show(place, false));
      point.addEventListener("click", () => show(place, true));
      point.addEventListener("focus", () => show(place, false));
    }
    points[current].setAttribute("tabindex", "0");
    svg.addEventListener("keydown", (event) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
      if (figure.dataset.test && plain && event.key.toLowerCase() === "t" && event.target.closest("g.pt")) {
        event.preventDefault();
        location.assign(`${figure.dataset.test}?month=${points[current].dataset.start.slice(0, 7)}`);
        return;
      }
      const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 1, ArrowDown: -1, Home: -points.length, End: points.length };
      if (!(event.key in steps) || !event.target.closest("g.pt")) return;
      event.preventDefault();
      show(current + steps[event.key], true);
    });
  }
}
