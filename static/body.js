// Findings and adjustments: forms that are filled in one after the other, the spine column, and the body map.

// One after the other
// What was filled in is sent from the form it stands in; a fresh one takes its place at once. So nothing that is typed next
// mixes with what is on its way, and a save that was lost is sent again with its own words.

let sent = 0;

document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-serial]");
  if (!form) return;
  event.preventDefault();
  const texts = written(form);
  if (!texts.some((field) => field.value.trim())) return texts[0].focus();
  const fresh = successor(form);
  rename(form, `-sent-${++sent}`);
  form.hidden = true;
  form.after(fresh);
  htmx.process(fresh);
  htmx.trigger(form, "send");
  written(fresh)[0].focus();
});

// The fields that say something new each time; kind, region, side and unit stay for the next one.
const written = (form) => [...form.querySelectorAll('[name="value"], [name="words"], [name="comparison"], [name="line"]')];

function successor(form) {
  const fresh = form.cloneNode(true);
  for (const [at, select] of form.querySelectorAll("select").entries()) fresh.querySelectorAll("select")[at].value = select.value;
  for (const field of written(fresh)) field.value = "";
  for (const problem of fresh.querySelectorAll(".problem")) problem.replaceChildren();
  fresh.classList.remove("htmx-request");
  return fresh;
}

function rename(form, suffix) {
  for (const element of form.querySelectorAll("[id]")) element.id += suffix;
  for (const label of form.querySelectorAll("label[for]")) label.htmlFor += suffix;
}

// What was refused comes back with its message; an untouched successor makes room for it.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const form = detail.requestConfig.elt.closest("form[data-serial]") ?? (detail.target.id === "adjustments" ? column : null);
  if (!form) return;
  const problems = form.querySelector("[data-problems]");
  problems.replaceChildren();
  if (detail.xhr.status !== 422) return;
  detail.target = problems;
  detail.swapOverride = "innerHTML";
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  const form = detail.requestConfig?.elt.closest("form[data-serial]");
  if (!form) return;
  if (detail.xhr.status === 200) return form.remove();
  if (![409, 422].includes(detail.xhr.status)) return; // what was lost is sent again by saving.js
  form.hidden = false;
  const fresh = form.nextElementSibling;
  const hadFocus = fresh?.contains(document.activeElement);
  if (fresh?.matches("form[data-serial]") && !written(fresh).some((field) => field.value)) fresh.remove();
  if (hadFocus) written(form)[0].focus();
});

document.addEventListener("keydown", (event) => {
  const adder = event.key === "Escape" && event.target.closest("details.adder:has(> form[data-serial])");
  if (!adder) return;
  adder.open = false;
  adder.querySelector("summary").focus();
});

// Opened by its button, it begins with the kind, at once: the next key is for it. A press on the body says the place first.
document.addEventListener("click", (event) => {
  const adder = event.target.closest("#finding-adder > summary")?.parentElement;
  if (!adder) return;
  event.preventDefault();
  adder.open = !adder.open;
  if (adder.open) adder.querySelector("form:not([hidden]) select").focus();
});

// The unit follows the kind, until somebody writes another one.
document.addEventListener("change", ({ target }) => {
  if (target.name !== "kind" || !target.selectedOptions) return;
  const unit = target.form.elements.unit;
  const usual = [...target.options].map((option) => option.dataset.unit);
  if (usual.includes(unit.value)) unit.value = target.selectedOptions[0].dataset.unit;
});

// A flag that asks for a finding or an adjustment leads to where it is written; it may name the region.
document.addEventListener("led", (event) => {
  const { id, field } = event.detail;
  if (id === "adjustments") document.getElementById("said").focus();
  else if (id === "findings") askFor(field);
  else return;
  event.preventDefault();
});

function askFor(region) {
  const { kind, region: where } = openFinding().elements;
  const known = [...where.options].some(({ value }) => value === region);
  if (known) where.value = region;
  kind.scrollIntoView({ block: "center", behavior: "instant" });
  kind.focus({ preventScroll: true });
}

function openFinding() {
  const adder = document.getElementById("finding-adder");
  adder.open = true;
  return adder.querySelector("form:not([hidden])");
}

// The spine column
// Its keys are what today's rows say. A save sends what is pressed and what the rows were known to say, so that the difference
// is what somebody did; what was pressed since stays pressed over what the answer says.

const column = document.getElementById("column");
const keys = () => [...column.querySelectorAll('[name="pressed"]')];
const valuesOf = (inputs) => new Set([...inputs].map((input) => input.value));
const known = () => valuesOf(column.querySelectorAll('[name="seen"]'));
let onItsWay = null; // the keys that a save has sent and no answer has confirmed

function know(values) {
  const inputs = [...values].map((value) => Object.assign(document.createElement("input"), { type: "hidden", name: "seen", value }));
  column.querySelector("[data-seen]").replaceChildren(...inputs);
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.elt === column) onItsWay = new Set(detail.formData.getAll("pressed"));
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig?.elt !== column) return;
  if (detail.xhr.status === 200) know(onItsWay);
  onItsWay = null;
});

function readColumn() {
  markRegions();
  if (onItsWay) return;
  const before = known();
  const rows = [...document.querySelectorAll("#adjustments [data-keys]")];
  const now = new Set(rows.flatMap((row) => row.dataset.keys.split(",")).filter(Boolean));
  for (const key of keys()) if (key.checked === before.has(key.value)) key.checked = now.has(key.value);
  know(now);
}

function markRegions() {
  const rows = [...document.querySelectorAll("#adjustments [data-adjusted]")];
  for (const group of column.querySelectorAll("[data-group]")) {
    group.classList.toggle("adjusted", rows.some((row) => row.dataset.region === group.dataset.group));
  }
}

// One stop for the Tab key in the column and in each map; arrows go from key to key, Home and End to the ends.
function rove(stops, stop) {
  for (const each of stops) each.setAttribute("tabindex", each === stop ? 0 : -1);
}

const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity };

document.addEventListener("keydown", (event) => {
  const among = event.target.closest("#column .keys, [data-body]");
  if (!among || !(event.key in steps)) return;
  event.preventDefault();
  const stops = among.matches("[data-body]") ? [...among.querySelectorAll(".region")] : keys();
  const at = Math.max(0, Math.min(stops.length - 1, stops.indexOf(event.target) + steps[event.key]));
  rove(stops, stops[at]);
  stops[at].focus();
});

// Who goes on with the mouse keeps the place for the keyboard.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches('#column [name="pressed"]')) rove(keys(), target);
});

// The body map

const map = document.querySelector(".examined [data-body]");
const labels = new Map([...map.querySelectorAll(".region")].map((region) => [region, region.getAttribute("aria-label")]));

// Marks what the note holds. A finding that names no side is on both.
function readMap() {
  const rows = [...document.querySelectorAll("[data-found], [data-adjusted][data-region]")];
  for (const region of labels.keys()) {
    const here = rows.filter(({ dataset }) => dataset.region === region.dataset.region && reaches(dataset.side, region.dataset.side));
    const found = here.filter((row) => "found" in row.dataset).length;
    const adjusted = here.length > found;
    region.classList.toggle("found", found > 0);
    region.classList.toggle("adjusted", adjusted);
    const said = [found && `${found} ${found === 1 ? "finding" : "findings"}`, adjusted && "adjusted"].filter(Boolean);
    region.setAttribute("aria-label", [labels.get(region), ...said].join(", "));
  }
}

const reaches = (side, of) => !of || !side || side === "both" || side === of;

function pick(region) {
  const { region: name, side } = region.dataset;
  const row = region.closest("[data-open-row]");
  if (row) return pickInto(row, name, side);
  const form = openFinding();
  form.elements.region.value = name;
  form.elements.side.value = side ?? "";
  written(form)[0].focus();
}

function pickInto(row, name, side) {
  const boxes = row.querySelector(`[name="regions"][value="${name}"]`);
  if (boxes) boxes.click();
  else changed(row.elements.region, name);
  if (!boxes && row.elements.side) row.elements.side.value = side ?? "";
  readPicked(row);
}

function changed(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.addEventListener("click", ({ target }) => {
  const region = target.closest("[data-body] .region");
  if (region) pick(region);
});

document.addEventListener("keydown", (event) => {
  const region = event.target.closest?.("[data-body] .region");
  if (!region || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  pick(region);
});

// An open activity gets a map of its own beside its regions; what is picked is marked in it.
function offerMap(row) {
  const field = row.querySelector('[name="regions"]')?.closest("fieldset");
  if (!field || field.querySelector("[data-pop]")) return;
  const id = `${row.id}-body`;
  const button = Object.assign(document.createElement("button"), { type: "button", className: "bare on-body", textContent: "map" });
  for (const [name, value] of Object.entries({ "data-pop": "", "aria-controls": id, "aria-expanded": "false", "aria-label": "body map" })) button.setAttribute(name, value);
  const pop = Object.assign(document.createElement("div"), { id, className: "pop body-pop" });
  pop.append(map.cloneNode(true));
  for (const element of pop.querySelectorAll("[id]")) element.id += id;
  for (const use of pop.querySelectorAll("use")) use.setAttribute("href", use.getAttribute("href") + id);
  rove(pop.querySelectorAll(".region"), pop.querySelector(".region"));
  button.addEventListener("click", () => setTimeout(() => pop.scrollIntoView({ block: "nearest" })));
  field.querySelector("legend").after(button);
  field.append(pop);
  readPicked(row);
}

function readPicked(row) {
  const picked = valuesOf(row.querySelectorAll('[name="regions"]:checked'));
  for (const region of row.querySelectorAll("[data-body] .region")) {
    region.classList.remove("adjusted");
    region.classList.toggle("found", picked.has(region.dataset.region));
    region.setAttribute("aria-pressed", picked.has(region.dataset.region));
  }
}

document.addEventListener("change", ({ target }) => target.name === "regions" && target.form && readPicked(target.form));

// A new adjustment is written where the first thing is unknown: the region, then the segments of the spine or the side.
function firstUnknown(row) {
  const { region, side, segment, technique } = row.elements;
  if (!region.value) return region;
  if (column.querySelector(`[data-group="${region.value}"]`)) return segment.value ? technique : segment;
  return side.value ? segment : row.querySelector('[name="side"]');
}

let opened = null;
function readRows() {
  readColumn();
  readMap();
  for (const row of document.querySelectorAll("#activities [data-open-row]")) offerMap(row);
  const row = document.querySelector("#adjustments [data-open-row]");
  if (row && row.id !== opened) firstUnknown(row).focus();
  opened = row?.id ?? null;
}

document.addEventListener("htmx:afterSettle", readRows);
rove(keys(), keys()[0]);
rove(map.querySelectorAll(".region"), map.querySelector(".region"));
readRows();
