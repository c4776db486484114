// The lock over a page: when the session ends, after nobody was here for a while, or on one tap. What was typed stays in the
// memory of the page and nowhere else; it goes out when its person is back, and with the page when somebody else opens.

const face = document.getElementById("lock");
const room = document.getElementById("room");
const mine = document.body.dataset.user; // whose page this is
const isOver = face?.hasAttribute("data-over"); // it lies over a page; otherwise it is one itself
const tabs = new BroadcastChannel("plumbline"); // the other tabs of this browser; nothing of it is kept
const often = 60_000;
const soon = 3000; // who types into a plain form learns as soon as in a note that the session is over
const patience = 4000; // how long the last words have to reach the server before the lock

let beneath = null; // what stood there before: where the page was scrolled to, who had the focus, its title
let isUntold = false; // drawn over, and the server does not know yet

const isLocked = () => beneath !== null;
const is = (question) => !document.dispatchEvent(new Event(question, { cancelable: true }));
const isUnsaved = () => is("is-anything-unsaved"); // and is sent by itself
const isTyped = () => is("is-anything-typed"); // and is sent by its author
const isHereAlone = () => isUnsaved() || isTyped();
const headers = (more) => ({ ...JSON.parse(document.body.getAttribute("hx-headers")), "HX-Request": "true", ...more });
const wait = (time) => new Promise((done) => setTimeout(done, time));
const say = (text) => (face.querySelector("[data-lock-says]").textContent = text);
const longest = 10000; // milliseconds: a network that answers nothing is one that is away
const post = (address) => fetch(address, { method: "POST", headers: headers(), signal: AbortSignal.timeout(longest) }).catch(() => null);

// Drawing over

function cover(text = "") {
  if (!isLocked()) {
    beneath = { focused: document.activeElement, x: scrollX, y: scrollY, title: document.title, inert: others().filter((one) => !one.inert) };
    beneath.focused?.blur?.(); // what waits for the field to be left goes out now
    for (const one of beneath.inert) one.inert = true;
    document.documentElement.classList.add("locked");
    face.hidden = false;
    going.hidden = true;
    forgetProofs();
    document.title = "Locked · Plumbline";
    face.querySelector("h1").focus();
  }
  say(text);
}

const others = () => [...document.body.children].filter((one) => one !== face && !one.matches("script"));

// A proof says that somebody is there; nobody is.
function forgetProofs() {
  for (const field of document.querySelectorAll('main :is([type="password"], [autocomplete="one-time-code"])')) field.value = "";
}

function uncover() {
  const { focused, x, y, title, inert, why } = beneath;
  beneath = null;
  for (const one of inert) one.inert = false;
  document.documentElement.classList.remove("locked");
  face.hidden = true;
  room.replaceChildren();
  document.title = title;
  scrollTo({ left: x, top: y, behavior: "instant" });
  if (focused?.isConnected) focused.focus({ preventScroll: true });
  const trouble = document.getElementById("trouble");
  if (why) Object.assign(trouble, { textContent: why, hidden: false }).scrollIntoView({ block: "center" });
}

// Locking: the page is covered at once, the last words are sent, and then the session is locked.

async function lock(text = "") {
  if (isLocked() || !isOver) return;
  isUntold = true;
  cover(isUnsaved() ? "Sending what was typed." : "");
  while (isUntold && isLocked()) {
    await settled();
    const answer = await post(face.dataset.now);
    isUntold = !answer || answer.status >= 500;
    if (!isUntold) break;
    say("The server cannot be reached. This page is locked; the session is locked as soon as the server is back.");
    await wait(3000);
  }
  tabs.postMessage({ is: "locked" });
  await list(isUnsaved() ? "Some words could not be saved. They stay here until their author is back." : isTyped() ? "What was typed stays here until its author is back." : text);
}

async function settled() {
  for (let waited = 0; waited < patience && isUnsaved(); waited += 100) await wait(100);
}

async function list(text = "") {
  say(text);
  await htmx.ajax("GET", face.dataset.people, { source: room, target: room, swap: "innerHTML" }).catch(() => null);
  if (!room.hasChildNodes()) away();
}

function away() {
  say("The server cannot be reached. What you typed stays here.");
  setTimeout(() => isLocked() && !room.hasChildNodes() && list(), 3000);
}

function over(why) {
  if (!isOver) return location.reload();
  if (isLocked()) return;
  cover();
  if (why) beneath.why = `${why} You were signed out, and nothing was done.`;
  list(why ? beneath.why : `You were signed out.${remains()}`);
}

function remains() {
  if (isUnsaved()) return " What you typed is still here, and is saved when you are back.";
  return isTyped() ? " What you typed is still here. Send it when you are back." : "";
}

document.addEventListener("session-over", ({ detail }) => over(detail));
document.addEventListener("token-stale", () => (isOver ? look() : location.reload()));

// Opening: only the person whose page this is goes on with it, with a fresh token.

// 200: the person whose page this is. 401: nobody, or somebody else. 0 and from 500: the server is away.
async function whose(more) {
  const answer = await fetch(face.dataset.token, { headers: headers(more), cache: "no-store", signal: AbortSignal.timeout(longest) }).catch(() => null);
  if (!answer || answer.status >= 500) return answer?.status ?? 0;
  if (!answer.ok || answer.headers.get("Plumbline-User") !== mine) return 401;
  renewToken((await answer.text()).trim());
  return 200;
}

async function look() {
  if (!isOver || isUntold) return 0;
  const status = await whose({ "Plumbline-Unasked": "1" });
  if (status === 401 && !isLocked()) over();
  if (status !== 200) return status;
  if (isLocked()) uncover();
  there = told = Date.now();
  document.dispatchEvent(new Event("unlocked"));
  return status;
}

// The server let its person in; should it be away at that very moment, it is asked until it answers.
async function comeBack() {
  while (isLocked() && ![200, 401].includes(await look())) await wait(3000);
  tabs.postMessage({ is: "opened" });
}

// A plain form is about to take its page with it (forms.js).
document.addEventListener("is-received", async ({ detail: done }) => {
  const status = isOver ? await whose() : 200;
  if (status === 401) over();
  done(status);
});

function renewToken(token) {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  for (const field of document.querySelectorAll('input[name="csrfmiddlewaretoken"]')) field.value = token;
}

document.addEventListener("opened", ({ detail: { user, place } }) => {
  // asked meanwhile, the page may have opened by itself, and goes nowhere with the words on it
  if (user === mine && isOver) return isLocked() ? comeBack() : tabs.postMessage({ is: "opened" });
  tabs.postMessage({ is: "opened" });
  if (isLocked() && isHereAlone()) return ask(place);
  location.replace(place);
});

// Somebody else opened over words that are nowhere but here. Whose they are is told, not what they are.
function ask(place) {
  const box = document.createElement("div");
  box.className = "ends";
  box.innerHTML = '<p role="alert"></p><p class="actions"><a class="btn" target="_blank">Open mine in a new tab</a> <button class="btn quiet" type="button">Open here, and lose these words</button></p>';
  box.querySelector("p").textContent = `On this page are words of ${face.dataset.whose} that could not be saved. They wait here for ${face.dataset.whose}, as long as this page stays open.`;
  box.querySelector("a").href = place;
  box.querySelector("button").addEventListener("click", () => leaveFor(place));
  say("");
  room.replaceChildren(box);
  box.querySelector("a").focus();
}

function leaveFor(place) {
  document.dispatchEvent(new Event("words-given-up"));
  location.replace(place);
}

// What the lock itself asks for

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== room) return;
  const link = room.querySelector("[data-elsewhere]");
  if (link && isLocked() && isHereAlone()) link.target = "_blank"; // the words under the lock stay open
  if (!room.querySelector("[autofocus]")) (room.querySelector(".people button") ?? link)?.focus();
  forgetAtMidnight();
});

document.addEventListener("htmx:sendError", ({ detail }) => detail.elt.closest?.("#lock") && away());
document.addEventListener("htmx:responseError", ({ detail }) => {
  if (!detail.elt.closest?.("#lock")) return;
  if (detail.xhr.status >= 500) return away();
  list("This took too long. Choose once more."); // the day ended, or somebody came in meanwhile
});

let midnight;
function forgetAtMidnight() {
  clearTimeout(midnight);
  const seconds = room.querySelector("[data-seconds]")?.dataset.seconds;
  if (seconds) midnight = setTimeout(() => list(), seconds * 1000);
}

// The other tabs

if (isOver || face) {
  tabs.addEventListener("message", ({ data }) => {
    if (data.is === "here") there = told = Date.now();
    else look();
  });
}
if (!mine) tabs.postMessage({ is: "locked" }); // this page is nobody's: the others look whether theirs still are somebody's

document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && isLocked() && look());
addEventListener("focus", () => isLocked() && look());
addEventListener("pageshow", ({ persisted }) => persisted && (isHereAlone() ? look() : location.reload()));

// Hands, and nobody: the server hears of hands once a minute, and of nothing that the page does by itself.

const idle = Number(face?.dataset.idle ?? 0) * 1000;
const warns = Math.min(60_000, idle / 2);
const tells = Math.min(often, idle / 4);
const going = document.getElementById("going");
let there = Date.now();
let told = there;

// While the warning stands, it takes a key or a press: if a mere move took it away, a press meant for it would go elsewhere.
function here({ type, target }) {
  if (isLocked() || (!going.hidden && (type === "pointermove" || (type === "pointerdown" && going.contains(target))))) return;
  there = Date.now();
  going.hidden = true;
}

async function tell() {
  told = Date.now();
  tabs.postMessage({ is: "here" });
  const answer = await post(face.dataset.still);
  if (answer?.status === 401) over();
}

function tick() {
  if (isLocked()) return;
  const quiet = Date.now() - there;
  if (there > told && Date.now() - told > (isTyped() ? soon : tells)) tell();
  if (quiet >= idle) return lock("Nobody was here for a while.");
  going.hidden = quiet < idle - warns;
}

if (isOver) {
  for (const deed of ["pointerdown", "pointermove", "click", "keydown", "wheel", "input"]) document.addEventListener(deed, here, { capture: true, passive: true });
  setInterval(tick, 1000);
}

// One tap, or Alt+L

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-lock]")) return;
  event.preventDefault();
  lock();
});

document.addEventListener("keydown", (event) => {
  if (event.code !== "KeyL" || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  lock();
});

// The time, where the practice is

function clock() {
  const timeZone = face.dataset.zone ?? document.body.dataset.zone;
  const zone = timeZone ? { timeZone } : {};
  face.querySelector("[data-clock]").textContent = new Date().toLocaleTimeString("en-GB", { hour: "numeric", minute: "2-digit", ...zone }).replace(/^0/, "");
  face.querySelector("[data-date]").textContent = new Date().toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long", ...zone });
}

if (face) {
  clock();
  setInterval(clock, 5000);
  forgetAtMidnight();
}
