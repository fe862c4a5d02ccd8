// Points of a chart become one stop for the keyboard: arrows move along them, and what each says is read out.
for (const figure of document.querySelectorAll("[data-chart]")) {
  const points = [...figure.querySelectorAll("g.pt")];
  const readout = figure.querySelector("[data-readout]");
  if (!points.length || !readout) continue;
  let current = points.length - 1;
  const show = (place, focus) => {
    points[current].setAttribute("tabindex", "-1");
    current = Math.max(0, Math.min(points.length - 1, place));
    points[current].setAttribute("tabindex", "0");
    readout.textContent = points[current].querySelector("title").textContent;
    if (focus) points[current].focus();
  };
  for (const [place, point] of points.entries()) {
    point.setAttribute("tabindex", "-1");
    point.setAttribute("role", "img");
    point.setAttribute("aria-label", point.querySelector("title").textContent);
    point.addEventListener("pointerenter", () => show(place, false));
    point.addEventListener("focus", () => show(place, false));
  }
  points[current].setAttribute("tabindex", "0");
  figure.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -points.length, End: points.length };
    if (!(event.key in steps) || !event.target.closest("g.pt")) return;
    event.preventDefault();
    show(current + steps[event.key], true);
  });
}
