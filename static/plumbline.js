// What pages need beyond htmx: opening and closing, the lock after a session's end, and the truth about saving.
// Nothing is kept in the browser's storage: a patient's words live in the page and on the server, nowhere else.

// Opening and closing

function open(pop, isOpen) {
  pop.toggleAttribute("data-open", isOpen);
  for (const one of document.querySelectorAll(`[aria-controls="${pop.id}"][aria-expanded]`)) one.setAttribute("aria-expanded", isOpen);
}

function closeAllBut(kept) {
  for (const pop of document.querySelectorAll("[data-open]")) if (pop !== kept) open(pop, false);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-pop]");
  const pop = button ? document.getElementById(button.getAttribute("aria-controls")) : event.target.closest("[data-open], .search")?.closest("[data-open]");
  closeAllBut(pop || event.target.closest(".search")?.querySelector(".pop"));
  if (button) open(pop, !pop.hasAttribute("data-open"));
  if (event.target.closest("[data-print]")) print();
  if (event.target.closest("[data-back]") && history.length > 1) {
    event.preventDefault();
    history.back();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") escape();
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !isWriting(event.target)) focusSearch(event);
  if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest(".search")) walk(event);
});

function escape() {
  const pop = document.querySelector("[data-open]");
  if (!pop) return;
  const opener = document.querySelector(`[aria-controls="${pop.id}"]`);
  closeAllBut(null);
  if (pop.contains(document.activeElement)) opener?.focus();
}

function isWriting(element) {
  return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}

// The search for a patient

const words = () => document.getElementById("words");

function focusSearch(event) {
  if (!words()) return;
  event.preventDefault();
  words().focus();
  words().select();
}

// Arrow keys walk from the words through what was found.
function walk(event) {
  const stops = [words(), ...document.querySelectorAll("#found a")];
  const at = stops.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
  if (at < 0 || at >= stops.length) return;
  event.preventDefault();
  stops[at].focus();
}

document.addEventListener("focusin", (event) => {
  if (event.target.id !== "words" || !event.target.value.trim()) return;
  const found = document.getElementById("found");
  if (found.hasChildNodes()) open(found, true);
  else htmx.trigger(event.target.form, "search-again");
});

// Signing in again beside a locked page

const lock = () => document.querySelector("dialog.lock");

function showLock(text = "") {
  const dialog = lock();
  if (!dialog) return location.reload();
  dialog.querySelector("[data-lock-says]").textContent = text;
  if (!dialog.open) dialog.showModal();
}

// Asks for a fresh token. Only the person whose page this is may go on with it.
async function unlock() {
  const answer = await fetch(lock().dataset.token, { headers: { "HX-Request": "true" }, cache: "no-store" }).catch(() => null);
  if (!answer) return showLock("The server cannot be reached. Your words stay here.");
  if (!answer.ok) return showLock("Nobody is signed in yet.");
  if (answer.headers.get("Plumbline-User") !== document.body.dataset.user) return showLock("Somebody else is signed in now. This page goes on with the person who opened it.");
  renewToken((await answer.text()).trim());
  lock().close();
  retryAll();
}

function renewToken(token) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = token;
}

document.addEventListener("click", (event) => event.target.closest("[data-unlock]") && unlock());
document.addEventListener("cancel", (event) => event.target === lock() && event.preventDefault(), true);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && lock()?.open && unlock());
addEventListener("focus", () => lock()?.open && unlock());

// Saving, told as it is

const unsaved = new Map(); // an element that saves -> how often it was typed in since; gone when all of it is saved
const pauses = [1000, 2000, 5000, 10000, 30000];
let failures = 0;
let retry = null;

const saver = (element) => element.closest?.("#note") && element.closest("[hx-post], [hx-put], [hx-patch], [hx-delete]");
const isSave = (detail) => detail.requestConfig.verb !== "get" && Boolean(detail.elt.closest("#note"));

function tell(state, text) {
  for (const place of document.querySelectorAll("[data-saved]")) {
    place.dataset.state = state;
    place.textContent = text;
  }
}

function now() {
  return new Date().toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", timeZone: document.body.dataset.zone || undefined });
}

document.addEventListener("input", (event) => {
  const element = saver(event.target);
  if (!element) return;
  unsaved.set(element, (unsaved.get(element) ?? 0) + 1);
  tell("typing", "Not saved yet");
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (!isSave(detail)) return;
  if (!unsaved.has(detail.elt)) unsaved.set(detail.elt, 0);
  detail.xhr.typedBefore = unsaved.get(detail.elt);
  tell("saving", "Saving");
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (!isSave(detail)) return;
  const { status } = detail.xhr;
  if (status >= 200 && status < 300) return saved(detail);
  if (status === 401) return tell("failed", "Not saved: sign in again");
  if (status === 409) return settle(detail.elt, "Not saved: changed by somebody else, see below");
  if (status === 0 || status >= 502) return later(detail);
  settle(detail.elt, status === 422 ? "Not saved: see the marked field" : "Not saved");
});

function saved({ elt, xhr }) {
  failures = 0;
  if (unsaved.get(elt) === xhr.typedBefore) unsaved.delete(elt);
  forgetRemoved();
  if (!unsaved.size) tell("saved", `Saved ${now()}`);
}

// What was refused stays on the page, with its message; sending it again as it is would not help.
function settle(element, text) {
  forgetRemoved();
  tell("failed", text);
}

function forgetRemoved() {
  for (const element of unsaved.keys()) if (!element.isConnected) unsaved.delete(element);
}

// The network or the database is away: every save waits and is sent again, the last words of each field.
function later({ elt, requestConfig }) {
  elt.saveAgain = { verb: requestConfig.verb, path: requestConfig.path };
  tell("failed", "Not saved, retrying");
  clearTimeout(retry);
  retry = setTimeout(retryAll, pauses[Math.min(failures++, pauses.length - 1)]);
}

function retryAll() {
  forgetRemoved();
  for (const element of unsaved.keys()) {
    const again = element.saveAgain;
    if (again) htmx.ajax(again.verb, again.path, { source: element });
  }
}

document.addEventListener("htmx:responseError", ({ detail }) => {
  if (detail.xhr.status !== 401) return;
  if (isSave(detail)) detail.elt.saveAgain = { verb: detail.requestConfig.verb, path: detail.requestConfig.path };
  showLock();
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "found") open(detail.target, Boolean(words().value.trim()));
});

addEventListener("beforeunload", (event) => {
  forgetRemoved();
  if (unsaved.size) event.preventDefault();
});
