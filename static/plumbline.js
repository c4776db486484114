// What pages need beyond htmx: opening and closing, the search, and what went wrong.
// Nothing is kept in the browser's storage: a patient's words live in the page and on the server, nowhere else. htmx notes the
// address of the page there, which names a record; it is taken out again.

sessionStorage.clear();

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
  if (pop.contains(document.activeElement)) document.querySelector(`[aria-controls="${pop.id}"]`)?.focus();
  closeAllBut(null);
}

function isWriting(element) {
  return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
}

// What is opened to write in begins in its first field. The event does not bubble, so it is caught on its way down.
document.addEventListener("toggle", ({ target }) => target.matches("details[data-focus][open]") && target.querySelector("input:not([type=hidden], [hidden])").focus(), true);

// The search for a patient

const words = () => document.getElementById("words");

function focusSearch(event) {
  if (!words()) return;
  event.preventDefault();
  words().focus();
  words().select();
}

// Who comes back with the browser's back button finds the words again; the server kept them, not the browser.
if (performance.getEntriesByType("navigation")[0]?.type === "back_forward" && words()) words().value ||= words().dataset.words;

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

// What a page fetches by itself, because something else changed or a time went by, is no sign that somebody is there.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb === "get" && !detail.triggeringEvent?.isTrusted) detail.headers["Plumbline-Unasked"] = "1";
});

// What went wrong with a request that is not a save (saving.js tells about those)

const troubles = {
  0: "The server cannot be reached. Nothing was changed; try again in a moment.",
  403: "This is for another role, or the page is too old. Load it again.",
  404: "This is no longer there. Load the page again to see how it stands.",
  413: "That was too much at once. Nothing was changed; send it in smaller parts.",
  503: "The records cannot be reached right now. Nothing was changed; try again in a moment.",
};

function showTrouble({ detail }) {
  const { status } = detail.xhr;
  if (detail.requestConfig.elt.closest("#lock")) return; // lock.js tells about those
  if (status === 401) return document.dispatchEvent(new CustomEvent("session-over", { detail: detail.xhr.getResponseHeader("Plumbline-Ended") }));
  if (detail.xhr.getResponseHeader("Plumbline-Token") === "stale") return document.dispatchEvent(new Event("token-stale"));
  if (detail.requestConfig.verb !== "get" && detail.requestConfig.elt.closest("#note, .foot")) return;
  tell(status, document.getElementById("trouble"));
}

function tell(status, place) {
  place.textContent = troubles[status] ?? "Something went wrong here, and it was our fault. See whether your change is there, and try again.";
  place.hidden = false;
}

document.addEventListener("trouble", ({ detail: { status, place } }) => tell(status, place));

document.addEventListener("htmx:responseError", showTrouble);
document.addEventListener("htmx:sendError", showTrouble);
document.addEventListener("htmx:beforeRequest", () => (document.getElementById("trouble").hidden = true));

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "found") open(detail.target, Boolean(words().value.trim()));
  // Enter opens the only one who was found
  if (detail.requestConfig.triggeringEvent?.type === "submit") detail.target.querySelector("[data-only]")?.click();
});
