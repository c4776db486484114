// The truth about saving. Every place marked data-saved says how it stands with what was typed inside #note or at its foot:
// not saved yet, saving, saved at a time, or not saved and why. What the network lost is sent again by itself, under its key.

const unsaved = new Map(); // what saves -> { typed: how often, state: "typing" | "saving" | "failed", text, again }
const pauses = [1000, 2000, 5000, 10000, 30000];
let failures = 0;
let retry = null;
let isHolding = false; // a save was lost: until it is sent again, the later ones wait behind it
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

// What every form carries: the patient whose page it stands on, and a key under which it has one effect, however often it is
// sent. The key is another one as soon as the words are. Words that were sent before and never answered are named by their keys:
// if they arrived after all, what stands on the server is what this page wrote.

// A key that the server can place in time: version 7, the milliseconds first.
function newKey() {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${crypto.randomUUID().slice(15)}`;
}

function carry(element, data) {
  const patient = document.getElementById("patient")?.value;
  if (patient && !data.get("patient")) data.set("patient", patient);
  if (element.querySelector('input[name="key"]')) return; // a form with a key of its own
  data.set("key", (element.saveKey ??= newKey()));
  const lost = (element.lostKeys ?? []).filter((key) => key !== element.saveKey);
  if (lost.length) data.set("after", lost.slice(-8).join(","));
}

document.addEventListener("formdata", ({ target, formData }) => {
  if (target.matches(`${saves}, form[method="post"]`)) carry(target, formData);
});

// A button inside a form is sent with the form's fields, and under a key of its own.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb === "post" && detail.elt.matches(saves)) carry(detail.elt, detail.formData);
});

document.addEventListener("input", ({ target }) => {
  const element = target.closest("#note, .foot") && target.closest(saves);
  if (!element) return;
  element.saveKey = null;
  const one = entry(element);
  Object.assign(one, { typed: one.typed + 1, state: "typing", text: "Not saved yet" });
  if (element.matches("[data-serial]") && isEmpty(element)) unsaved.delete(element);
  show();
});

const isEmpty = (form) => ![...form.querySelectorAll("input:not([type=hidden], [type=radio]), textarea")].some((field) => field.value.trim());

document.addEventListener("htmx:beforeRequest", (event) => {
  const { detail } = event;
  const { elt, verb } = detail.requestConfig;
  if (verb === "get" || !elt.matches(saves) || !elt.closest("#note, .foot")) return;
  const one = entry(elt);
  if (isHolding) return hold(event, one);
  detail.xhr.typedBefore = one.typed;
  Object.assign(one, { state: "saving", text: "Saving", again: null });
  show();
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const { elt, verb } = detail.requestConfig;
  if (verb === "get") return;
  const { status } = detail.xhr;
  settleKey(elt, status, detail.requestConfig.parameters.key);
  const one = unsaved.get(elt);
  if (!one) return;
  if (status >= 200 && status < 300) saved(elt, one, detail);
  else if (status === 401 || detail.xhr.getResponseHeader("Plumbline-Token") === "stale") wait(one, detail, "Not saved: sign in again");
  else if (says(detail.xhr, "went-elsewhere")) wait(one, detail, "Not saved: this draft is open on another device");
  else if (says(detail.xhr, "was-signed")) Object.assign(one, { state: "failed", text: "Not saved: this note was signed" });
  else if (isLost(status)) later(one, detail);
  else refused(elt, one, status);
  show();
});

const isLost = (status) => status === 0 || status >= 500 || status === 429;
const says = (xhr, event) => xhr.status === 409 && (xhr.getResponseHeader("HX-Trigger") ?? "").includes(event);

// Whatever was answered is done with its key, but for a form that is to be sent again as it is.
function settleKey(element, status, key) {
  if (isLost(status)) element.lostKeys = [...(element.lostKeys ?? []).filter((other) => other !== key), key];
  else if (status < 400 || status === 422) Object.assign(element, { saveKey: element.saveKey === key ? null : element.saveKey, lostKeys: [] });
}

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
  const why = {
    403: "Not saved: load the page again",
    404: "Not saved: this is no longer there",
    409: "Not saved: changed in the meantime",
    413: "Not saved: too much at once",
    422: "Not saved: see the marked field",
  };
  Object.assign(one, { state: "failed", text: why[status] ?? "Not saved" });
  if (one.typed || element.matches("form[data-save]")) return;
  unsaved.delete(element);
  tell(one);
}

// The network or the database is away: every save waits, and the last words of each field are sent again.
function later(one, detail) {
  wait(one, detail, "Not saved, retrying");
  isHolding = true;
  clearTimeout(retry);
  retry = setTimeout(again, pauses[Math.min(failures++, pauses.length - 1)]);
}

// A save that overtook a lost one would make what this page wrote look like somebody else's. New words bring the next try forward.
function hold(event, one) {
  event.preventDefault();
  wait(one, event.detail, "Not saved, retrying");
  show();
  if (failures < 2) return;
  failures = 1;
  clearTimeout(retry);
  retry = setTimeout(again, pauses[0]);
}

function wait(one, { requestConfig }, text) {
  Object.assign(one, { state: "failed", text, again: { verb: requestConfig.verb, path: requestConfig.path } });
}

function again() {
  isHolding = false;
  clearTimeout(retry);
  for (const [element, { again }] of unsaved) {
    if (!again || !element.isConnected) continue;
    element.isSentAgain = true;
    htmx.ajax(again.verb, again.path, { source: element }).catch(() => null); // told above
  }
}

// What somebody said yes to once is not asked again.
document.addEventListener("htmx:confirm", (event) => {
  if (!event.target.isSentAgain) return;
  event.preventDefault();
  event.target.isSentAgain = false;
  event.detail.issueRequest(true);
});

addEventListener("online", again);
document.addEventListener("unlocked", again);
document.addEventListener("taken-back", again);

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

// Whether words of this page wait to be saved, for whoever would load it anew.
document.addEventListener("is-anything-unsaved", (event) => {
  forgetRemoved();
  if (unsaved.size) event.preventDefault();
});

// Somebody else opened the device over this page, and was told whose words go with it.
document.addEventListener("words-given-up", () => unsaved.clear());
