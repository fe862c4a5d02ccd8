// The driver diagram becomes a tree for the keyboard: one stop; up and down along siblings, right opens, left closes, Enter
// selects, Esc comes back from the panel. Every move is a link that is there without this file.
for (const figure of document.querySelectorAll("[data-tree]")) {
  const svg = figure.querySelector("svg");
  const nodes = [...svg.querySelectorAll("a[data-key]")];
  if (!nodes.length) continue;
  const panel = document.querySelector("[data-panel]");
  const LEVELS = { aim: 1, primary: 2, secondary: 3, idea: 4 };
  const home = (node) => nodes.find((other) => other.dataset.key === node.dataset.home);
  // Primary drivers may serve different aims first; their column is read from top to bottom all the same.
  const siblings = (node) =>
    nodes.filter((other) => other.dataset.kind === node.dataset.kind && (node.dataset.kind === "primary" || other.dataset.home === node.dataset.home));
  const below = (node) => nodes.filter((other) => other.dataset.home === node.dataset.key);
  // Where nothing hangs under a box: of an aim the first driver, of a driver what else stands at its right in this branch.
  const beside = (node) =>
    node.dataset.kind === "aim"
      ? nodes.find((other) => other.dataset.kind === "primary")
      : nodes.find((other) => other.dataset.kind === "idea" && node.dataset.kind === "secondary" && other.dataset.home === node.dataset.home);
  const opens = (node) => node.dataset.kind === "primary";
  const isOpen = (node) => node.dataset.state === "open";

  svg.setAttribute("role", "tree");
  for (const node of nodes) {
    node.setAttribute("role", "treeitem");
    node.setAttribute("aria-level", LEVELS[node.dataset.kind]);
    const group = siblings(node);
    node.setAttribute("aria-setsize", group.length);
    node.setAttribute("aria-posinset", group.indexOf(node) + 1);
    if (opens(node)) node.setAttribute("aria-expanded", isOpen(node));
    if (node.dataset.kind === "idea") node.setAttribute("aria-selected", node.dataset.state === "chosen");
    node.setAttribute("tabindex", "-1");
    node.addEventListener("focus", () => (current = node));
  }
  const asked = nodes.find((node) => `#${node.id}` === window.location.hash);
  let current = asked || nodes.find((node) => node.dataset.state === "chosen") || nodes[0];
  current.setAttribute("tabindex", "0");
  const focus = (node) => {
    if (!node) return;
    for (const other of nodes) other.setAttribute("tabindex", other === node ? "0" : "-1");
    node.focus();
  };
  const step = (node, by) => {
    const group = siblings(node);
    const next = group[group.indexOf(node) + by];
    // At the end of a driver's ideas the next driver's begin: the column reads as one.
    const column = nodes.filter((other) => other.dataset.kind === node.dataset.kind);
    focus(next || column[column.indexOf(node) + by]);
  };
  const moves = {
    ArrowDown: (node) => step(node, 1),
    ArrowUp: (node) => step(node, -1),
    ArrowRight: (node) => (opens(node) && !isOpen(node) ? follow(node) : focus(below(node)[0] || beside(node))),
    ArrowLeft: (node) => (opens(node) && isOpen(node) ? follow(node) : focus(home(node))),
    Home: () => focus(nodes[0]),
    End: () => focus(nodes.at(-1)),
  };
  const follow = (node) => (window.location.href = node.href.baseVal);
  svg.addEventListener("keydown", (event) => {
    const node = event.target.closest("a[data-key]");
    if (!node || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape" && panel) return close();
    if (!(event.key in moves)) return;
    event.preventDefault();
    moves[event.key](node);
  });
  const close = () => {
    const link = panel.querySelector("[data-close]");
    if (link) window.location.href = link.href;
  };
  // From the panel Esc goes back to the idea it speaks of; once more, and the panel closes.
  if (panel) panel.addEventListener("keydown", (event) => event.key === "Escape" && focus(nodes.find((n) => n.dataset.state === "chosen")));
  if (asked) asked.focus({ preventScroll: false });
}
