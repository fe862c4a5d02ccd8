// On a phone the long sections of a page become rows that open; without this file they simply stand open.
if (window.matchMedia("(max-width: 640px)").matches) {
  for (const section of document.querySelectorAll("section[data-fold]")) {
    const heading = section.querySelector("h2");
    if (!heading) continue;
    const details = document.createElement("details");
    details.className = "mn-fold";
    const summary = document.createElement("summary");
    summary.textContent = section.dataset.fold || heading.textContent;
    details.append(summary, ...section.childNodes);
    section.replaceChildren(details);
    section.classList.add("mn-folded");
  }
}
