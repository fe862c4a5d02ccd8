// What somebody types in a form marked data-draft is kept on their own device until it has arrived: through a lost
// connection, an expired sign-in, a closed lid. Without this file the forms work all the same.
const PREFIX = "matneo-draft:";
const SHELVES = [PREFIX, "matneo-grid:"]; // the month's grid keeps what it could not send: the same rules hold for it
const DAYS = 7 * 24 * 3600 * 1000; // an older one is forgotten: a ward's computer is nobody's notebook
const owner = document.body.dataset.draftOwner;

const store = {
  read(name) {
    try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
  },
  write(name, draft) {
    try { localStorage.setItem(name, JSON.stringify(draft)); return true; } catch { return false; }
  },
  names() {
    try { return Object.keys(localStorage).filter((name) => SHELVES.some((prefix) => name.startsWith(prefix))); } catch { return []; }
  },
  forget(name) {
    try { localStorage.removeItem(name); } catch { /* private windows may have no store */ }
  },
};

// What has arrived needs no draft: the page that follows names the key of its form.
const arrived = new Set([...document.querySelectorAll("[data-arrived]")].map((done) => done.dataset.arrived));
for (const name of store.names()) {
  const draft = store.read(name);
  if (!draft || Date.now() - draft.at > DAYS || arrived.has(draft.fields?.key)) store.forget(name);
}
// Whoever signs out leaves nothing on the machine.
for (const form of document.querySelectorAll("form[data-forget-drafts]")) {
  form.addEventListener("submit", () => store.names().forEach(store.forget));
}
if (owner) for (const form of document.querySelectorAll("form[data-draft]")) keep(form);

function keep(form) {
  const name = `${PREFIX}${owner}:${location.pathname}:${form.dataset.draft}`;
  const box = document.createElement("div");
  box.setAttribute("role", "status");
  form.prepend(box);
  let sure = false;
  let asking = false;

  const found = store.read(name);
  // A page that came back with what was typed in it needs no offer.
  if (found && !same(found.fields, fieldsOf(form))) offer(found);
  form.addEventListener("input", save);
  form.addEventListener("submit", async (event) => {
    if (sure) return;
    event.preventDefault();
    if (asking) return; // a second press while the first one is on its way
    asking = true;
    save();
    const answer = await ask();
    asking = false;
    if (answer === "ready") send(event.submitter);
    else if (answer === "signed out") signedOut();
    else offline();
  });

  function save() {
    return store.write(name, { at: Date.now(), fields: fieldsOf(form) });
  }

  // Before a form leaves, the same page is asked for: is there a connection, and does it still know this person?
  async function ask() {
    try {
      const answer = await fetch(location.href, { cache: "no-store", headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (page.body.dataset.draftOwner !== owner) return "signed out";
      const token = page.querySelector("input[name=csrfmiddlewaretoken]");
      if (token) form.elements.csrfmiddlewaretoken.value = token.value; // a new sign-in has a new one
      return "ready";
    } catch {
      return "offline";
    }
  }

  function send(submitter) {
    sure = true;
    form.requestSubmit(submitter);
    setTimeout(() => { sure = false; }, 5000); // where the browser never left, it can be pressed again
  }

  function offer(draft) {
    const at = new Date(draft.at);
    const today = at.toDateString() === new Date().toDateString();
    const time = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
    const when = today ? time : `${time} on ${at.toLocaleDateString("en-GB", { day: "numeric", month: "long" })}`;
    form.closest("details")?.setAttribute("open", ""); // an offer in a folded form would not be seen
    say(`You had begun this at ${when}. It is on this device only.`, [
      ["Put it back", () => { fill(form, draft.fields); say("It is back as you left it.", []); }],
      ["Forget it", () => { store.forget(name); say("", []); }],
    ]);
  }

  function offline() {
    say("There is no connection. What you typed is kept on this device; press again when you are connected.", []);
    window.addEventListener("online", () => {
      say("You are connected again. What you typed is still here.", [["Send it now", () => form.requestSubmit()]]);
    }, { once: true });
  }

  function signedOut() {
    say("You were signed out meanwhile. What you typed is kept on this device and will be here after you sign in.", [
      ["Sign in", `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`],
    ]);
  }

  function say(words, ways) {
    box.replaceChildren();
    box.className = words ? "mn-draft" : "";
    if (!words) return;
    const line = document.createElement("p");
    line.textContent = words;
    box.append(line, ...ways.map(way));
    if (ways.length) box.scrollIntoView({ block: "nearest" });
  }
}

function way([words, does]) {
  const link = typeof does === "string";
  const made = document.createElement(link ? "a" : "button");
  made.className = "mn-button second";
  made.textContent = words;
  if (link) made.href = does;
  else {
    made.type = "button";
    made.addEventListener("click", does);
  }
  return made;
}

// Every field by its name, without the token of the page; boxes that are ticked as a list.
function fieldsOf(form) {
  const fields = {};
  for (const element of form.elements) {
    if (!element.name || element.name === "csrfmiddlewaretoken" || element.type === "file") continue;
    if (["checkbox", "radio"].includes(element.type)) {
      fields[element.name] ??= [];
      if (element.checked) fields[element.name].push(element.value);
    } else if (element.type !== "submit") fields[element.name] = element.value;
  }
  return fields;
}

function fill(form, fields) {
  for (const element of form.elements) {
    if (!(element.name in fields)) continue;
    const value = fields[element.name];
    if (["checkbox", "radio"].includes(element.type)) element.checked = [value].flat().includes(element.value);
    else if (element.type !== "submit") element.value = value;
  }
  form.closest("details")?.setAttribute("open", "");
}

// The key and the version differ on each page: what people typed is compared.
function same(some, others) {
  const words = (fields) => JSON.stringify({ ...fields, key: "", seen: "" });
  return words(some) === words(others);
}
