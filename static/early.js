// Loaded before the page is drawn. A form that htmx sends, pressed before htmx has taken it (the scripts of the page are still
// under way, or the form has just appeared), would be sent by the browser: nothing would be done, and its words would stand in
// the address. It waits a moment instead, and is sent as it should be.

const taken = new WeakSet();
const held = new WeakSet();

document.addEventListener("htmx:afterProcessNode", ({ target }) => taken.add(target));

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || taken.has(form) || !form.matches("[hx-post]")) return;
  event.preventDefault();
  if (held.has(form)) return; // pressed twice meanwhile
  held.add(form);
  const send = () => {
    htmx.process(form);
    taken.add(form);
    form.requestSubmit(submitter?.form === form ? submitter : null);
  };
  const soon = () => setTimeout(send); // not from within its own submission, which would be passed over
  if (window.htmx) soon();
  else document.addEventListener("DOMContentLoaded", soon, { once: true });
});
