// The note's page: when a change is sent, what goes with it, and rows that open and close.
// One queue sends the saves one after the other; each carries the version that the last answer brought.

const pause = 700; // milliseconds of quiet before what is typed is sent
const longest = 1200; // and at most so long after the first of it: a killed server loses less than two seconds of typing
const timers = new Map(); // form -> { timer, since }

const form = (element) => element.closest?.("form[data-save]");
const row = (element) => element.closest?.("[data-open-row]");

// Sending

function send(element) {
  clearTimeout(timers.get(element)?.timer);
  timers.delete(element);
  if (element.isConnected) htmx.trigger(element, "save");
}

document.addEventListener("input", ({ target }) => {
  const element = form(target);
  if (!element) return;
  const { timer, since = Date.now() } = timers.get(element) ?? {};
  clearTimeout(timer);
  const wait = /checkbox|radio|select/.test(target.type) ? 0 : Math.min(pause, since + longest - Date.now());
  timers.set(element, { since, timer: setTimeout(() => send(element), Math.max(0, wait)) });
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

// What stood in the margin of a row goes with its facts: the record of changes keeps what was suggested when they were made.
document.addEventListener("formdata", ({ target, formData }) => {
  const margin = target.matches("[data-open-row]") && document.getElementById(`margin-${target.id.slice(-36)}`);
  if (margin && margin.dataset.shown) formData.set("shown", margin.dataset.shown);
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  follow(Number(detail.requestConfig.parameters.version));
});

// Up to which version this page showed all that was written: its own saves move it on one by one. A bigger step means that
// somebody else wrote too; then it stays behind, and a draft that holds words nobody here has read is not discarded.
function follow(sent) {
  const seen = document.getElementById("seen");
  const version = Number(document.getElementById("version")?.value);
  if (seen && Number(seen.value) === sent && version === sent + 1) seen.value = version;
}

// An answer speaks of places that may be gone by then: the margin tells the words of every row, and some are open. What has no
// place on the page is left out.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const answer = document.createElement("template");
  answer.innerHTML = detail.serverResponse;
  const placeless = [...answer.content.querySelectorAll("[hx-swap-oob][id]")].filter(({ id }) => !document.getElementById(id));
  for (const part of placeless) part.remove();
  if (placeless.length) detail.serverResponse = answer.innerHTML;
});

// A press is its going down and its coming up in the same place: what is swapped in between loses it. An answer of the margin that
// arrives meanwhile is passed over, and asked for anew once the finger is up.
let isPressed = false;
let isPassedOver = false;

addEventListener("pointerdown", () => (isPressed = true), true);
for (const end of ["pointerup", "pointercancel"]) {
  addEventListener(end, () => {
    isPressed = false;
    if (isPassedOver) setTimeout(() => htmx.trigger(document.body, "note-changed"));
    isPassedOver = false;
  }, true);
}

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!isPressed || detail.requestConfig.elt.id !== "suggestions") return;
  detail.shouldSwap = false;
  isPassedOver = true;
});

// Keeping place: on a small screen the margin stands between the rows, and what it says comes and goes with every answer.
// Whoever writes or reads stays where they are. (The browser's own way is switched off in row.css: it loses what is replaced.)
let kept = null;

function placeOf(element) {
  const standing = element?.isConnected ? element : document.getElementById(element?.id);
  return standing?.getBoundingClientRect().top;
}

function inView() {
  if (document.activeElement.closest("#note")) return document.activeElement;
  const middle = document.elementFromPoint(innerWidth / 2, innerHeight / 2)?.closest(".sheet, .margin");
  return middle?.matches(".margin") ? middle.previousElementSibling : middle;
}

document.addEventListener("htmx:beforeSwap", () => {
  const element = inView();
  kept = element && { element, top: placeOf(element) };
});

document.addEventListener("htmx:afterRequest", () => {
  const now = kept && placeOf(kept.element);
  if (now !== undefined && now !== null) scrollBy({ top: now - kept.top, behavior: "instant" });
  kept = null;
});

// Rows

let goingTo = ""; // the field that a flag leads to, while its row opens

document.addEventListener("focusout", ({ target }) => {
  const left = row(target);
  if (left) setTimeout(() => closeIfLeft(left), 0);
});

// A press on words inside the row moves the focus to the page around it, and is no leaving.
let pressed = null;
document.addEventListener("pointerdown", ({ target }) => (pressed = target), true);

function closeIfLeft(left) {
  const now = document.activeElement;
  if (!left.isConnected || now.contains(left) || left.contains(now) || left.contains(pressed)) return;
  left.querySelector("[data-closes]")?.click();
}

// A row with something wrong in it stays open: the message stands in it.
document.addEventListener("htmx:beforeRequest", (event) => {
  const left = event.detail.elt.matches?.("[data-closes]") ? row(event.detail.elt) : null;
  if (left?.querySelector(".problem:not(:empty)")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = row(event.target);
  if (!open) return;
  event.target.blur();
  open.querySelector("[data-closes]")?.click();
});

// A row that has just been opened is written into at once, at what is missing. Where the line at the foot said all that is
// needed, or the next line is being written in it, the cursor stays there.
document.addEventListener("htmx:afterSettle", () => {
  const opened = document.querySelector("[data-fresh]");
  if (!opened) return;
  const missing = opened.dataset.fresh;
  delete opened.dataset.fresh;
  opened.scrollIntoView({ block: "nearest", behavior: "instant" });
  const asked = goingTo || missing ? opened.querySelector(`[name="${goingTo || missing}"]`) : null;
  const stays = !goingTo && (missing === "nothing" || document.activeElement.matches("#quick-line") && document.activeElement.value);
  goingTo = "";
  if (!stays) (unfolded(asked) || firstToFill(opened))?.focus();
});

// A choice behind a picker is reached through the picker, and what is folded away is unfolded.
function unfolded(field) {
  const picker = field?.closest("[data-picker]");
  if (picker) picker.open = true;
  const more = field?.closest("details.more");
  if (more) more.open = true;
  return field;
}

// The cursor goes where words are missing first, and to the first field when none is. A goal in one's own words is none to pick.
function firstToFill(opened) {
  const fields = [...opened.querySelectorAll("textarea, input:not([type=hidden], [type=checkbox], [type=radio]), select")];
  const isWritten = (field) => field.matches(".goal-fields select") && opened.querySelector('[name="goal_text"]').value;
  return fields.find((field) => !field.value && field.checkVisibility() && !isWritten(field)) || fields[0];
}

// What was read from the line at the foot is told until its row is closed, moved or taken away.
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig.elt.matches("[data-open-row] button")) document.querySelector(".quick [role=status]").replaceChildren();
});

// Where a flag leads

function go(id, field) {
  const place = document.getElementById(id) || document.getElementById(`id_${id}`) || document.querySelector(`#note [name="${CSS.escape(id)}"]`);
  if (!place) return;
  place.scrollIntoView({ block: "center", behavior: "instant" });
  const inside = place.querySelector(`[name="${field}"]`) || (place.matches("input, textarea") ? place : null);
  if (inside) return unfolded(inside).focus();
  const opener = place.querySelector("[data-opens]") ?? (place.matches(".chip") && place.querySelector(".bare"));
  if (opener) {
    goingTo = field;
    return opener.click();
  }
  if (!document.dispatchEvent(new CustomEvent("led", { cancelable: true, detail: { id, field } }))) return;
  const adder = place.querySelector("details.adder");
  if (adder) adder.open = true;
  place.querySelector("textarea, input:not([type=hidden]), summary, button")?.focus();
}

document.addEventListener("click", ({ target }) => {
  const wants = target.closest("[data-wants]");
  if (wants) go(wants.closest(".act").id, wants.dataset.wants);
  const flag = target.closest("[data-goto]");
  if (flag) go(flag.dataset.goto, flag.dataset.field);
});

// The review leads back to the place that a flag is about. Once the page is there, for only then does the browser itself look
// for the place, and takes the focus away from whoever has it.
const [led, ledField = ""] = location.hash.slice(1).split(":");
if (led && led !== "main") addEventListener("load", () => setTimeout(() => go(led, ledField), 0));

// The margin is written anew with every save; what was opened in it stays open.
const unfoldedBefore = new Set();
document.addEventListener("htmx:oobBeforeSwap", ({ detail }) => {
  for (const open of detail.target.querySelectorAll("details[open][data-key]")) unfoldedBefore.add(open.dataset.key);
});
document.addEventListener("htmx:afterSettle", () => {
  for (const key of unfoldedBefore) document.querySelector(`details[data-key="${key}"]`)?.setAttribute("open", "");
  unfoldedBefore.clear();
});

// A picker says what is picked in it.
document.addEventListener("change", ({ target }) => {
  const picker = target.closest("[data-picker]");
  if (!picker) return;
  const summary = picker.querySelector("summary");
  const picked = [...picker.querySelectorAll("input:checked")].map((input) => input.closest("label").textContent.trim());
  summary.replaceChildren(...(picked.length ? picked : [summary.dataset.empty]).map((words) => Object.assign(document.createElement("span"), { textContent: words })));
  summary.classList.toggle("ask", !picked.length);
});

// What was typed in the last moment goes out with the page: the answer is not waited for.
addEventListener("pagehide", () => {
  for (const element of timers.keys()) {
    if (!element.isConnected) continue;
    const body = new FormData(element);
    body.set("version", document.getElementById("version").value);
    const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true" };
    fetch(element.getAttribute("hx-post"), { method: "POST", body, headers, keepalive: true });
  }
});

// The last visits stand beside the sheet where there is room, and below it elsewhere; whoever opens them is led there.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target?.id !== "earlier") return;
  const heading = detail.target.querySelector("[tabindex]");
  heading.focus({ preventScroll: true });
  heading.scrollIntoView({ behavior: "instant", block: matchMedia("(min-width: 1200px)").matches ? "nearest" : "center" });
});
document.addEventListener("click", ({ target }) => {
  const closes = target.closest("[data-close]");
  if (!closes) return;
  const panel = document.getElementById(closes.dataset.close);
  panel.replaceChildren();
  document.querySelector(`[aria-controls="${panel.id}"]`)?.focus();
});
