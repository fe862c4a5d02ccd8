// Counting by tapping where the network comes and goes: a tap that finds no connection waits on this phone and is sent
// again by itself. Each has a key of its own, so that sent twice it is one. Without this file the two buttons are a form.
const KEPT = 7 * 24 * 3600 * 1000; // as long as the server takes a late tap
const SLIP = 600; // a second press within this many milliseconds is a slip of the finger
const UNDO = 10 * 60 * 1000;
const form = document.getElementById("taps");
const undo = document.getElementById("undo") ?? undoForm();
const count = document.getElementById("count");
const waiting = document.getElementById("waiting");
const shelf = `matneo-taps:${form.dataset.counter}`;
let beside = []; // where the browser keeps nothing (a private window) taps wait in the page
let pressed = -SLIP; // a tap right after the page opened is no slip
let busy = false;
if (!undo.hidden) undo.dataset.before = "yes"; // of a tap from before this page
let mine = []; // keys and times of what this page tapped, the last one last

// As the page itself has it for whoever just tapped.
function undoForm() {
  const made = document.createElement("form");
  const button = document.createElement("button");
  Object.assign(made, { className: "undo", id: "undo", method: "post", action: form.action, hidden: true });
  Object.assign(button, { className: "mn-button second", type: "submit", name: "do", value: "undo", textContent: "Take my last tap back" });
  made.append(button);
  document.getElementById("waiting").after(made);
  return made;
}

const newKey = () => [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const taps = (ops) => ops.filter((op) => op.tap).length;

function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(shelf)) ?? [];
    return [...kept.filter((op) => Date.now() - op.at <= KEPT), ...beside];
  } catch { return beside; }
}

function write(ops) {
  try {
    if (ops.length) localStorage.setItem(shelf, JSON.stringify(ops));
    else localStorage.removeItem(shelf);
    beside = [];
  } catch { beside = ops; }
}

const remove = (op) => write(read().filter((one) => !(one.key === op.key && one.tap === op.tap)));

function say(why = "") {
  const number = taps(read());
  const words = number ? `${number} ${number === 1 ? "tap waits" : "taps wait"} for a connection. Kept on this phone, and sent again by itself.` : "";
  waiting.textContent = [why, words].filter(Boolean).join(" ");
  mine = mine.filter((one) => Date.now() - one.at < UNDO || read().some((op) => op.key === one.key));
  undo.hidden = !mine.length && !undo.dataset.before;
}

async function post(op) {
  const ago = String(Math.max(0, Math.round((Date.now() - op.at) / 1000)));
  const body = new URLSearchParams({ ...(op.tap ? { tap: op.tap } : { do: "undo" }), key: op.key, ago });
  const response = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body });
  return { status: response.status, ...(await response.json()) };
}

// One after the other: a tap always arrives before it is taken back.
async function send() {
  if (busy) return;
  busy = true;
  try {
    for (let op = read()[0]; op; op = read()[0]) {
      op.sent = true; // from now on nobody knows whether it arrived
      write(read().map((one) => (one.key === op.key && one.tap === op.tap ? { ...one, sent: true } : one)));
      const answer = await post(op);
      if (answer.status === 429 || answer.status >= 500) { say(answer.why ?? ""); break; }
      remove(op);
      if (answer.status >= 400) { mine = mine.filter((one) => one.key !== op.key); say(answer.why ?? "That tap was not counted."); continue; }
      if (answer.count) count.textContent = answer.count;
      say();
    }
  } catch {
    say();
  } finally {
    busy = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const said = event.submitter?.value;
  if (!["yes", "no"].includes(said) || event.timeStamp - pressed < SLIP) return;
  pressed = event.timeStamp;
  const op = { tap: said, key: newKey(), at: Date.now() };
  mine.push({ key: op.key, at: op.at });
  delete undo.dataset.before;
  write([...read(), op]);
  undo.hidden = false;
  send();
  if (!navigator.onLine) say();
});

undo.addEventListener("submit", (event) => {
  if (!mine.length) return; // of a tap from before this page: the server knows which one
  event.preventDefault();
  const last = mine.pop();
  const kept = read().find((op) => op.key === last.key && op.tap);
  if (kept && !kept.sent) remove(kept);
  else write([...read(), { key: last.key, at: Date.now() }]);
  say();
  send();
});

window.addEventListener("online", send);
setInterval(send, 15000);
mine = read().filter((op) => op.tap).map(({ key, at }) => ({ key, at }));
say();
send();
