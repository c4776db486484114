// The note's page: when a change is sent, what goes with it, and rows that open and close.
// One queue sends the saves one after the other; each carries the version that the last answer brought.

const pause = 700; // milliseconds of quiet before what is typed is sent
const timers = new Map();

const form = (element) => element.closest?.("form[data-save]");
const row = (element) => element.closest?.("[data-open-row]");

// Sending

function send(element) {
  clearTimeout(timers.get(element));
  timers.delete(element);
  if (element.isConnected) htmx.trigger(element, "save");
}

document.addEventListener("input", ({ target }) => {
  const element = form(target);
  if (!element) return;
  element.saveKey = null; // other words, another save
  clearTimeout(timers.get(element));
  timers.set(element, setTimeout(() => send(element), /checkbox|radio|select/.test(target.type) ? 0 : pause));
});

document.addEventListener("focusout", ({ target }) => {
  const element = form(target);
  if (element && timers.has(element)) send(element);
});

document.addEventListener("submit", (event) => {
  const element = form(event.target);
  if (!element) return;
  event.preventDefault();
  if (timers.has(element)) send(element);
});

// A save that is sent again, because its answer was lost, goes under the same key and has one effect.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "post" || !detail.elt.closest("#note, .foot")) return;
  detail.elt.saveKey ??= crypto.randomUUID();
  detail.parameters.key = detail.elt.saveKey;
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.successful || detail.xhr.status === 422) detail.elt.saveKey = null;
});

// Rows

document.addEventListener("focusout", ({ target }) => {
  const left = row(target);
  if (left) setTimeout(() => closeIfLeft(left), 0);
});

function closeIfLeft(left) {
  const now = document.activeElement;
  if (!left.isConnected || now === document.body || left.contains(now) || left.querySelector(".problem:not(:empty)")) return;
  left.querySelector("[data-closes]")?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = row(event.target);
  if (!open) return;
  event.target.blur();
  open.querySelector("[data-closes]")?.click();
});

// A row that has just been opened is written into at once.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const opened = detail.elt.matches?.("[data-open-row]") ? detail.elt : detail.elt.querySelector?.("[data-open-row]");
  if (!opened || opened.contains(document.activeElement)) return;
  const wanted = opened.querySelector(`[name="${opened.dataset.wanted || goingTo}"]`);
  (wanted || opened.querySelector("textarea, input:not([type=hidden]), select"))?.focus();
  goingTo = "";
});

// Where a flag leads

let goingTo = "";

function go(id, field) {
  const place = document.getElementById(id) || document.getElementById(`id_${id}`);
  if (!place) return;
  place.scrollIntoView({ block: "center" });
  goingTo = field;
  const inside = place.querySelector(`[name="${field}"]`) || (place.matches("input, textarea") ? place : null);
  if (inside) return inside.focus();
  const opener = place.querySelector("[data-opens]");
  if (opener) return opener.click();
  const adder = place.querySelector("details.adder");
  if (adder) adder.open = true;
  place.querySelector("textarea, input:not([type=hidden]), summary, button")?.focus();
}

document.addEventListener("click", ({ target }) => {
  const flag = target.closest("[data-goto]");
  if (flag) go(flag.dataset.goto, flag.dataset.field);
  const kept = target.closest("[data-keep-mine]");
  if (kept) keepMine(kept);
  if (target.closest("[data-reload]")) location.reload();
});

// Two texts of one part: the writer's own stays, knowingly.
function keepMine(button) {
  const element = form(button);
  element.querySelector('[name="base"]').value = button.dataset.keepMine;
  document.getElementById("version").value = button.dataset.version;
  button.closest(".problem").replaceChildren();
  element.saveKey = null;
  send(element);
}

if (location.hash.startsWith("#activity-")) go(location.hash.slice(1), "");

// A picker says what is picked in it.
document.addEventListener("change", ({ target }) => {
  const picker = target.closest("[data-picker]");
  if (!picker) return;
  const summary = picker.querySelector("summary");
  const picked = [...picker.querySelectorAll("input:checked")].map((input) => input.closest("label").textContent.trim());
  summary.replaceChildren(...(picked.length ? picked : [summary.dataset.empty]).map((words) => Object.assign(document.createElement("span"), { textContent: words })));
  summary.classList.toggle("ask", !picked.length);
});
