// Plain forms: what is typed into one is here alone until it is sent. It goes out only where it is sure to be received, who
// would leave it behind is asked first, and what is wrong with it is led to.

const plain = 'form[method="post"]:not([hx-post], [hx-boost], [role="search"], .foot *)';
const proof = '[type="hidden"], [type="password"], [autocomplete="one-time-code"]'; // nothing is lost with these
const fields = "input:not([type=submit]), textarea, select";
const mine = document.body.dataset.user; // before somebody is in, there is nothing to lose
const isAnswer = document.body.hasAttribute("data-answers"); // what was sent came back on this page, and is kept nowhere else

let going = null; // the form that takes the page with it
let isAsked = false;
let areGivenUp = false;

// What was typed, or was sent and refused and is shown here to be copied

function isTyped() {
  if (!mine || areGivenUp) return false;
  return Boolean(document.querySelector("main [data-kept]")) || [...document.querySelectorAll(`main ${plain}`)].some((form) => form !== going && [...form.elements].some(holdsWords));
}

function holdsWords(field) {
  if (!field.name || !field.matches(fields) || field.matches(proof)) return false;
  if (field.options) return isChosenAnew([...field.options]);
  if (/checkbox|radio/.test(field.type)) return field.checked !== field.defaultChecked;
  return field.value !== field.defaultValue || (isAnswer && Boolean(field.value));
}

// A choice without a mark of its own begins with the first.
function isChosenAnew(options) {
  const isMarked = options.some((option) => option.defaultSelected);
  return options.some((option, at) => option.selected !== (isMarked ? option.defaultSelected : at === 0));
}

document.addEventListener("is-anything-typed", (event) => isTyped() && event.preventDefault());
document.addEventListener("words-given-up", () => (areGivenUp = true));
addEventListener("beforeunload", (event) => isTyped() && event.preventDefault());

// Sending: the form takes its page with it, so it is asked first whether its person is still signed in and the records can be
// reached. Where not, the page stays as it is: covered by the lock, or with a word about it beside the button.

const received = () => new Promise((done) => document.dispatchEvent(new CustomEvent("is-received", { detail: done })));

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (!mine || event.defaultPrevented || form === going || !form.closest("main") || !form.matches(plain)) return;
  event.preventDefault();
  if (isAsked) return;
  isAsked = true;
  form.querySelector("[data-away]")?.remove();
  const status = await received();
  isAsked = false;
  if (status === 200) leave(form, submitter);
  else if (status !== 401) sayBeside(submitter ?? form.querySelector("[type=submit], button:not([type])"), status);
});

function sayBeside(button, status) {
  const place = Object.assign(document.createElement("p"), { className: "problem", role: "alert" });
  place.dataset.away = "";
  (button.closest(".actions") ?? button).before(place);
  document.dispatchEvent(new CustomEvent("trouble", { detail: { status, place } }));
}

function leave(form, submitter) {
  going = form;
  form.requestSubmit(submitter);
  setTimeout(stayed, 2000);
}

// Still here: the answer is a file, or slow, or the session ended in between, and then nothing was done (the server knows by this
// field that the page keeps its words, and answers with nothing).
document.addEventListener("formdata", ({ target, formData }) => target === going && formData.set("stays", "1"));

function stayed() {
  going = null;
  received();
}

// What is wrong: a message may stand far below. The first of them comes into view, and its field is written into at once.

function firstWrong() {
  const said = document.querySelectorAll('main :is(.is-invalid, [aria-invalid="true"], .invalid-feedback, .problem, [role="alert"])');
  return [...said].find((one) => one.checkVisibility() && (isField(one) || one.textContent.trim()));
}

const isField = (one) => one.matches(fields);

function fieldOf(message) {
  const named = message.id && document.querySelector(`main [aria-describedby~="${message.id}"]`);
  return named || (message.parentElement.matches("form, :has(form)") ? null : message.parentElement.querySelector("input:not([type=hidden]), textarea, select"));
}

function leadTo(wrong) {
  const field = isField(wrong) ? wrong : fieldOf(wrong);
  if (!field) wrong.tabIndex = -1;
  (field ?? wrong).focus({ preventScroll: true });
  wrong.scrollIntoView({ block: "center", behavior: "instant" });
}

if (isAnswer && firstWrong()) leadTo(firstWrong());
