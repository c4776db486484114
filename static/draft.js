// A draft that more than one page writes: two texts of one part, and the device on which a person has the draft open.

// Two texts of one part: each field is settled by a press. The page's own fields hold what will stand; once none is left open,
// it is saved knowingly, over what was there. On a page that is saved with a button, the button does that.

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-settle]");
  if (button) settle(button);
  const row = target.closest("[data-lets-go]")?.closest("[data-open-row]");
  if (row) row.remove();
  if (target.closest("[data-reload]")) location.reload();
});

function settle(button) {
  const conflict = button.closest("[data-conflict]");
  const fields = button.closest("[data-field]") ? [button.closest("[data-field]")] : [...conflict.querySelectorAll("[data-field]")];
  const form = conflict.closest("form");
  for (const field of fields) {
    const values = field.dataset[button.dataset.settle];
    if (values) fill(form, field.dataset.field, JSON.parse(values));
    field.remove();
  }
  if (!conflict.querySelector("[data-field]")) close(conflict, form, fields[0]?.dataset.field);
}

function close(conflict, form, name) {
  const { base, version } = conflict.dataset;
  conflict.remove();
  if (name) form.querySelector(`[name="${name}"]`)?.focus();
  if (!form.matches("[data-save]")) return;
  form.querySelector('[name="base"]').value = base;
  document.getElementById("version").value = version;
  form.saveKey = null;
  htmx.trigger(form, "save");
}

function fill(form, name, values) {
  for (const field of form.querySelectorAll(`[name="${name}"]`)) {
    if (/checkbox|radio/.test(field.type)) field.checked = values.includes(field.value);
    else field.value = values[0] ?? "";
    field.dispatchEvent(new Event("change", { bubbles: true })); // a picker says anew what is picked in it
  }
}

// Where only the other one changed a field there is nothing to choose: it says what they saved. What is left is asked.
document.addEventListener("htmx:afterSettle", () => {
  for (const conflict of document.querySelectorAll("[data-save] [data-conflict]:not([data-seen])")) {
    conflict.dataset.seen = "";
    const form = conflict.closest("form");
    const fields = [...conflict.querySelectorAll("[data-field]")];
    for (const field of fields.filter(({ dataset }) => dataset.take && isUntouched(form, dataset.field))) {
      fill(form, field.dataset.field, JSON.parse(field.dataset.take));
      field.remove();
    }
    if (fields.length && !conflict.querySelector("[data-field]")) close(conflict, form);
    else conflict.scrollIntoView({ block: "nearest", behavior: "instant" });
  }
});

// As it stood when the page, or the row, was opened.
function isUntouched(form, name) {
  return [...form.querySelectorAll(`[name="${name}"]`)].every((field) => {
    if (/checkbox|radio/.test(field.type)) return field.checked === field.defaultChecked;
    if (field.options) return [...field.options].every((option) => option.selected === option.defaultSelected || field.selectedIndex === 0 && !field.querySelector("[selected]"));
    return field.value === field.defaultValue;
  });
}

// Where the draft is open: a page from which it went is read and copied from, and writes nothing until it is taken back.

const here = () => document.getElementById("here");
const writing = "#note :is(input, textarea, select, button), .foot :is(input, button)";
const stays = "[data-takes], [data-goto], [data-close], .last-visits, [type=hidden], summary"; // what moves and reads, and writes nothing

function freeze(isFrozen) {
  document.body.classList.toggle("elsewhere", isFrozen);
  for (const field of document.querySelectorAll(writing)) {
    if (field.matches(stays)) continue;
    if (field.matches("textarea, input:not([type=checkbox], [type=radio])")) field.readOnly = isFrozen;
    else field.disabled = isFrozen;
  }
}

// Rows and margins come anew; on a page that is only read, they are as quiet as the rest.
document.addEventListener("htmx:afterSettle", () => document.body.classList.contains("elsewhere") && freeze(true));
for (const end of ["went-elsewhere", "was-signed"]) document.addEventListener(end, stop);

// The foot of the page, which says so, is higher now; what was typed last, to be copied, is not to lie behind it.
function stop() {
  freeze(true);
  setTimeout(() => document.activeElement.closest("#note form")?.scrollIntoView({ block: "nearest", behavior: "instant" }));
}

// Taken over: what was written elsewhere meanwhile is shown. Words that only this page holds are saved first, beside theirs.
document.addEventListener("taken", () => {
  freeze(false);
  if (document.dispatchEvent(new Event("is-anything-unsaved", { cancelable: true }))) location.reload();
  else document.dispatchEvent(new Event("taken-back"));
});

// Whoever comes back to the page is told who else has the draft. Nobody asked for it, so it prolongs no session.
function ask() {
  if (document.visibilityState !== "visible" || !here()) return;
  htmx.ajax("get", here().dataset.asks, { source: here(), swap: "none", headers: { "Plumbline-Unasked": "1" } }).catch(() => null);
}

document.addEventListener("visibilitychange", ask);
addEventListener("pageshow", (event) => event.persisted && ask());

addEventListener("pagehide", () => {
  const address = here()?.dataset.leave;
  const headers = { ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true", "Plumbline-Unasked": "1" };
  if (address) fetch(address, { method: "POST", headers, keepalive: true }).catch(() => null);
});

if (here()?.matches("[data-elsewhere]")) freeze(true);
