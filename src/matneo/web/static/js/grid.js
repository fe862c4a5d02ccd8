// The grid of a month or week: each change is saved at once, the keyboard moves between cells, a block from a spreadsheet can be
// pasted. Without this file the form saves everything with one button.
const MOST_LINES = 60;
const form = document.getElementById("grid");
const saved = document.getElementById("saved");
const said = document.getElementById("said");
const heard = document.getElementById("heard");
const DAYS = 7 * 24 * 3600 * 1000; // as long as a draft is kept; drafts.js clears the shelf, then and at sign-out
const shelf = `matneo-grid:${document.body.dataset.draftOwner}:${form.dataset.cells}`; // what could not be sent yet, on this device
let leaving = false; // signing out stops what is on its way, and that is no reason to keep it
const undone = []; // what Ctrl+Z brings back: lists of rows as they were
let sending = Promise.resolve();

const bodyOf = (element) => element.closest("tbody[data-row]");
const rowsOf = () => [...form.querySelectorAll("tbody[data-row]")];
const white = () => [...form.querySelectorAll("input.mn-white")];
const input = (body, part) => body.querySelector(`input[data-part="${part}"]`);
const text = (body, selector) => body.querySelector(selector)?.value ?? "";
const say = (words) => { said.textContent = words; };

// --- What a row says -------------------------------------------------------------------------------------------
function current(body) {
  const carried = body.querySelector("[data-carried]");
  return {
    row: body.dataset.row,
    numerator: (input(body, "numerator")?.value ?? "").trim(),
    denominator: (input(body, "denominator")?.value ?? (carried ? text(body, '[data-was="denominator"]') : "")).trim(),
    was_numerator: text(body, '[data-was="numerator"]'),
    was_denominator: text(body, '[data-was="denominator"]'),
    seen: text(body, "[data-seen]"),
  };
}

const changed = (cell) => cell.numerator !== cell.was_numerator || cell.denominator !== cell.was_denominator;

function complete(body, cell) {
  if (body.querySelector("[data-carried]")) return true;
  return (cell.numerator === "") === (cell.denominator === "");
}

// --- Saving ------------------------------------------------------------------------------------------------------
function save(cells, remember = true) {
  if (!cells.length) return sending;
  if (remember) undone.push(cells.map((cell) => ({ row: cell.row, numerator: cell.was_numerator, denominator: cell.was_denominator })));
  sending = sending.then(() => send(cells));
  return sending;
}

async function send(cells) {
  let response;
  try {
    response = await fetch(form.dataset.cells, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify({ cells }),
    });
  } catch {
    keepForLater(cells);
    return;
  }
  const isAnswer = (response.headers.get("Content-Type") ?? "").includes("json");
  if (!isAnswer) { // signed out, or the server is being restarted: nothing typed is lost
    const out = response.redirected || response.status === 403; // without a sign-in the form's token is no good either
    keepForLater(cells, out ? "you are signed out. Sign in again" : "the server did not answer");
    return;
  }
  const answer = await response.json();
  if (answer.problem) {
    forget(cells); // the same again would be refused again; it still stands on the screen
    say(answer.problem);
    return;
  }
  forget(cells);
  show(answer, cells);
}

function keepForLater(cells, why = "no connection") {
  if (leaving) return;
  const waiting = waitingCells();
  // A cell that is only sent again stays as old as it is.
  for (const cell of cells) waiting[cell.row] = { at: Date.now(), ...cell, seen: waiting[cell.row]?.seen ?? cell.seen };
  shelve(waiting);
  saved.textContent = `${Object.keys(waiting).length} not sent yet: ${why}. Kept on this device, and sent again by itself.`;
}

function waitingCells() {
  try {
    const kept = Object.entries(JSON.parse(localStorage.getItem(shelf))?.cells ?? {});
    return Object.fromEntries(kept.filter(([, cell]) => Date.now() - cell.at <= DAYS));
  } catch { return {}; }
}

function shelve(waiting) {
  const at = Math.max(...Object.values(waiting).map((cell) => cell.at)); // -Infinity where none waits
  try {
    if (at > 0) localStorage.setItem(shelf, JSON.stringify({ at, cells: waiting }));
    else localStorage.removeItem(shelf);
  } catch { /* a private window keeps nothing; the form still does */ }
}

function forget(cells) {
  const waiting = waitingCells();
  for (const cell of cells) delete waiting[cell.row];
  shelve(waiting);
}

function sendAgain() {
  const waiting = Object.values(waitingCells());
  if (waiting.length && navigator.onLine) save(waiting, false);
}

function show(answer, cells) {
  const sent = new Map(cells.map((cell) => [cell.row, cell]));
  for (const [row, html] of Object.entries(answer.rows)) replace(row, html, sent.get(row));
  const refused = Object.values(answer.refused);
  saved.textContent = refused.length === cells.length && refused.length ? "" : answer.saved;
  if (refused.length || answer.notes.length) say([...refused, ...answer.notes].join(" "));
  // A question is heard where it is not seen; the cursor has gone on.
  heard.textContent = cells.map((cell) => document.querySelector(`#row-${cell.row} .mn-ask:not(.wrong) p`)?.textContent ?? "").join(" ").trim();
  const progress = document.querySelector("[data-progress]");
  if (progress) progress.textContent = answer.progress;
  const minutes = document.querySelector("[data-minutes]");
  if (minutes) minutes.textContent = answer.minutes;
  const lead = document.querySelector("[data-lead]");
  if (lead) lead.textContent = answer.lead;
  segments(answer.numbers, answer.done);
}

// The row is drawn anew; the cursor, and what was typed since, stay as they are.
function replace(row, html, sent) {
  const old = document.getElementById(`row-${row}`);
  if (!old) return;
  const holder = document.createElement("template");
  holder.innerHTML = html.trim();
  const fresh = holder.content.firstElementChild;
  const active = old.contains(document.activeElement) ? document.activeElement : null;
  for (const part of ["numerator", "denominator"]) {
    const before = input(old, part);
    const after = input(fresh, part);
    if (!before || !after) continue;
    const base = sent ? sent[part] : text(old, `[data-was="${part}"]`);
    if (before.value.trim() !== base) after.value = before.value;
  }
  old.replaceWith(fresh);
  if (!active) return;
  const again = (active.id && document.getElementById(active.id)) || fresh.querySelector("input.mn-white, button");
  again?.focus();
  if (again?.select && active.selectionStart !== undefined && active.selectionStart !== null) again.setSelectionRange(active.selectionStart, active.selectionEnd);
}

function segments(numbers, done) {
  const svg = document.querySelector("[data-segments]");
  if (!svg) return;
  const step = 160 / Math.max(numbers, 1);
  svg.replaceChildren(...Array.from({ length: numbers }, (_, place) => {
    const rect = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const facts = { x: place * step + 1, y: 1, width: Math.max(step - 5, 1), height: 8, rx: 2, stroke: "#005eb8", "stroke-width": 2, fill: place < done ? "#005eb8" : "#fff" };
    for (const [name, value] of Object.entries(facts)) rect.setAttribute(name, value);
    return rect;
  }));
}

// --- The keyboard --------------------------------------------------------------------------------------------------
function focus(cell) {
  if (!cell) return;
  cell.focus();
  cell.select?.();
}

function next(cell, step = 1) {
  const cells = white();
  return cells[cells.indexOf(cell) + step];
}

function inColumn(cell, step) {
  const column = white().filter((one) => one.dataset.part === cell.dataset.part);
  return column[column.indexOf(cell) + step];
}

form.addEventListener("keydown", (event) => {
  const cell = event.target;
  if (!cell.matches("input.mn-white")) return;
  const start = cell.selectionStart === 0;
  const end = cell.selectionEnd === cell.value.length;
  const moves = { Enter: () => next(cell) ?? form.querySelector("button[value=finish]"), ArrowDown: () => inColumn(cell, 1), ArrowUp: () => inColumn(cell, -1) };
  if (start) moves.ArrowLeft = () => next(cell, -1);
  if (end) moves.ArrowRight = () => next(cell);
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
    if (undo(cell)) event.preventDefault();
  } else if (event.key.toLowerCase() === "n" && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    act(bodyOf(cell), "nc", next(cell));
  } else if (moves[event.key] && !event.shiftKey) {
    event.preventDefault();
    focus(moves[event.key]());
  }
});

// A row is saved when the cursor leaves a cell and both of its numbers are there, or neither.
form.addEventListener("change", (event) => {
  const body = bodyOf(event.target);
  if (!body || !event.target.matches("input.mn-white")) return;
  const cell = current(body);
  if (changed(cell) && complete(body, cell)) save([cell]);
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do], [data-change]");
  if (!button) return;
  event.preventDefault();
  const body = bodyOf(button);
  if (button.matches("[data-change]")) focus(input(body, "numerator"));
  else act(body, button.dataset.do);
});

function act(body, what, then) {
  const cell = { ...current(body), do: what };
  if (what === "mine") cell.seen = text(body, "[data-theirs]");
  if (what === "theirs") for (const part of ["numerator", "denominator"]) if (input(body, part)) cell[part] = input(body, part).value.trim();
  const key = body.dataset.row;
  if (what === "nc" && !then) then = white().filter((one) => bodyOf(one) !== body)[0];
  while (then && bodyOf(then) === body) then = next(then);
  save([cell], what === "nc").then(() => {
    if (then) focus(then.isConnected ? then : document.getElementById(then.id));
    else document.querySelector(`#row-${key} input.mn-white, #row-${key} button`)?.focus();
  });
}

function undo(cell) {
  const body = bodyOf(cell);
  const here = current(body);
  if (changed(here) || !undone.length) return false; // the browser's own undo, inside the cell
  const before = undone.pop();
  const cells = before.flatMap((one) => {
    const target = document.getElementById(`row-${one.row}`);
    if (!target) return [];
    const now = current(target);
    const empty = one.numerator === "" && one.denominator === "";
    for (const part of ["numerator", "denominator"]) if (input(target, part)) input(target, part).value = one[part];
    return [{ ...now, ...one, ...(empty ? { do: "known" } : {}) }];
  });
  save(cells, false);
  return true;
}

// --- A block from a spreadsheet ----------------------------------------------------------------------------------
form.addEventListener("paste", (event) => {
  const cell = event.target;
  const block = event.clipboardData?.getData("text/plain") ?? "";
  if (!cell.matches("input.mn-white") || !/[\t\n]/.test(block.trim())) return;
  event.preventDefault();
  const lines = block.replace(/\r/g, "").replace(/\n+$/, "").split("\n");
  if (lines.length > MOST_LINES || block.length > 20000) {
    say(`That block has ${lines.length} lines and ${MOST_LINES} is the most. Copy only the rows of this grid, two numbers a row.`);
    return;
  }
  place(cell, lines.map((line) => line.split("\t")));
});

function place(cell, lines) {
  const bodies = rowsOf().slice(rowsOf().indexOf(bodyOf(cell)));
  const first = cell.dataset.part === "denominator" ? 1 : 0;
  const parts = ["numerator", "denominator"];
  const skipped = new Set();
  const cells = [];
  for (const [line, values] of lines.slice(0, bodies.length).entries()) {
    const body = bodies[line];
    for (const [column, value] of values.slice(0, 2 - first).entries()) {
      const target = input(body, parts[first + column]);
      if (target) target.value = value.trim().slice(0, 40);
      else if (value.trim()) skipped.add(body.querySelector("th a").textContent);
    }
    if (!input(body, "numerator")) continue;
    const now = current(body);
    if (changed(now) && complete(body, now)) cells.push(now);
  }
  const left = lines.length - bodies.length;
  const words = [`${lines.length} ${lines.length === 1 ? "row" : "rows"} pasted.`];
  if (skipped.size) words.push(`Left as they are, for nobody types them: ${[...skipped].join("; ")}.`);
  if (left > 0) words.push(`${left} more ${left === 1 ? "row was" : "rows were"} left out: the grid ends before.`);
  if (lines.some((values) => values.length > 2 - first)) words.push("Columns beyond the second were left out.");
  say(words.join(" "));
  save(cells).then(() => { if (!said.textContent.startsWith(words[0])) said.textContent = `${words.join(" ")} ${said.textContent}`; });
}

for (const out of document.querySelectorAll("form[data-forget-drafts]")) out.addEventListener("submit", () => { leaving = true; });
document.documentElement.classList.add("has-js");
window.addEventListener("online", sendAgain);
setInterval(sendAgain, 20000);
sendAgain();
