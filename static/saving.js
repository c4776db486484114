// The truth about saving. Every place marked data-saved says how it stands with what was typed inside #note or at its foot:
// not saved yet, saving, saved at a time, or not saved and why. What the network lost is sent again by itself.

const unsaved = new Map(); // what saves -> { typed: how often, state: "typing" | "saving" | "failed", text, again }
const pauses = [1000, 2000, 5000, 10000, 30000];
let failures = 0;
let retry = null;
let leavingTo = "";

const saves = "[hx-post]:not([role=search])"; // a search is a POST too, so that its words stay out of addresses
const entry = (element) => unsaved.get(element) ?? unsaved.set(element, { typed: 0 }).get(element);

function forgetRemoved() {
  for (const element of unsaved.keys()) if (!element.isConnected) unsaved.delete(element);
}

function show() {
  forgetRemoved();
  const standing = [...unsaved.values()];
  const worst = ["failed", "saving", "typing"].map((state) => standing.find((one) => one.state === state)).find(Boolean);
  if (worst) tell(worst);
  if (worst?.state === "failed") leavingTo = "";
  if (!worst && leavingTo) location.assign(leavingTo);
}

function tell({ state, text }) {
  for (const place of document.querySelectorAll("[data-saved]")) {
    place.dataset.state = state;
    if (place.textContent !== text) place.textContent = text;
  }
}

// The time of day where the practice is, as the server writes it.
function now() {
  const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: document.body.dataset.zone };
  return new Date().toLocaleTimeString("en-GB", clock).replace(/^0/, "");
}

document.addEventListener("input", ({ target }) => {
  const element = target.closest("#note, .foot") && target.closest(saves);
  if (!element) return;
  const one = entry(element);
  Object.assign(one, { typed: one.typed + 1, state: "typing", text: "Not saved yet" });
  show();
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  const { elt, verb } = detail.requestConfig;
  if (verb === "get" || !elt.matches(saves) || !elt.closest("#note, .foot")) return;
  const one = entry(elt);
  detail.xhr.typedBefore = one.typed;
  Object.assign(one, { state: "saving", text: "Saving", again: null });
  show();
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { elt } = detail.requestConfig;
  const one = unsaved.get(elt);
  if (!one || detail.requestConfig.verb === "get") return;
  const { status } = detail.xhr;
  if (status >= 200 && status < 300) saved(elt, one, detail);
  else if (status === 401 || detail.xhr.getResponseHeader("Plumbline-Token") === "stale") wait(one, detail, "Not saved: sign in again");
  else if (status === 0 || status >= 502) later(one, detail);
  else refused(elt, one, status);
  show();
});

function saved(element, one, { xhr }) {
  failures = 0;
  if (one.typed === xhr.typedBefore) unsaved.delete(element);
  else Object.assign(one, { state: "typing", text: "Not saved yet" });
  tell({ state: "saved", text: `Saved ${now()}` });
}

// A row that was put to rest took its form with it: what was typed there went out before, and waits no longer.
document.addEventListener("htmx:afterSettle", () => {
  const waited = unsaved.size;
  forgetRemoved();
  if (waited && !unsaved.size) tell({ state: "saved", text: `Saved ${now()}` });
});

// What was refused stays on the page with its message. A button that nobody typed into has nothing to lose.
function refused(element, one, status) {
  const why = { 409: "Not saved: changed in the meantime", 422: "Not saved: see the marked field", 403: "Not saved: load the page again" };
  Object.assign(one, { state: "failed", text: why[status] ?? "Not saved" });
  if (!one.typed && !element.matches("form[data-save]")) unsaved.delete(element);
}

// The network or the database is away: every save waits, and the last words of each field are sent again.
function later(one, detail) {
  wait(one, detail, "Not saved, retrying");
  clearTimeout(retry);
  retry = setTimeout(again, pauses[Math.min(failures++, pauses.length - 1)]);
}

function wait(one, { requestConfig }, text) {
  Object.assign(one, { state: "failed", text, again: { verb: requestConfig.verb, path: requestConfig.path } });
}

function again() {
  for (const [element, { again }] of unsaved) {
    if (again && element.isConnected) htmx.ajax(again.verb, again.path, { source: element }).catch(() => null); // told above
  }
}

addEventListener("online", again);
document.addEventListener("unlocked", again);

// Leaving: a link waits for the saves that are on their way; anything else asks first.

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  forgetRemoved();
  if (!link || !unsaved.size || link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (link.getAttribute("href").startsWith("#") || [...unsaved.values()].some((one) => one.state !== "saving")) return;
  event.preventDefault();
  leavingTo = link.href;
});

addEventListener("beforeunload", (event) => {
  forgetRemoved();
  if (unsaved.size) event.preventDefault();
});
