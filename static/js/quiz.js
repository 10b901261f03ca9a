// Sitting a quiz: [data-quiz] is the form of the question on the page.
//
// Every change is written down in this browser first and sent then; what could not be sent is sent again, from whatever
// page of the quiz is open, until the server has it. Changes are numbered: the server keeps the one with the highest
// number, so one that arrives late or twice does no harm. The numbers are shared by the tabs of this browser.
// [data-clock] counts down by the server's clock; at its end what is unsent is sent, and the attempt handed in.

const PREFIX = "quiz-unsent:";
const NUMBER = "quiz-number:";
const AGAIN = 3000;
const MINUTES_SAID = [10, 5, 1];

const form = () => document.querySelector("form[data-quiz]");
const headers = () => JSON.parse(document.body.getAttribute("hx-headers"));

function complain(words) {
  const region = document.querySelector("#announce-problem");
  if (!region) return;
  region.querySelector("p").textContent = words;
  region.hidden = !words;
}

// --- saving -------------------------------------------------------------------------------------------------------

let typing = 0;
let sending = null;

function keep() {
  clearTimeout(typing);
  typing = 0;
  const current = form();
  if (!current) return;
  const field = current.elements.namedItem("sequence");
  const name = NUMBER + current.dataset.quiz;
  const number = Math.max(Number(field.value), Number(localStorage.getItem(name) || 0) + 1);
  const body = new URLSearchParams(new FormData(current));
  body.set("sequence", number);
  localStorage.setItem(name, number);
  localStorage.setItem(PREFIX + current.dataset.quiz, JSON.stringify({ url: current.dataset.save, body: body.toString() }));
  field.value = number + 1;
  send();
}

const unsent = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));

// Sends what is unsent, one after the other; true when the server has all of it.
function send() {
  sending ??= sendAll().finally(() => (sending = null));
  return sending;
}

async function sendAll() {
  let done = true;
  try {
    for (const key of unsent()) {
      const entry = localStorage.getItem(key);
      const { url, body } = JSON.parse(entry);
      const type = "application/x-www-form-urlencoded";
      const answer = await fetch(url, { method: "POST", headers: { ...headers(), "Content-Type": type }, body, keepalive: true });
      if (![204, 400, 404, 409, 410].includes(answer.status)) throw new Error(String(answer.status));
      if (localStorage.getItem(key) !== entry) done = false;
      else localStorage.removeItem(key);
      const current = form();
      const isHere = key === PREFIX + current?.dataset.quiz;
      if (answer.status === 409 && isHere) location.reload();
      if (answer.status === 410 && isHere) location.assign(current.dataset.late);
    }
    complain("");
  } catch {
    done = false;
    complain("Your answer is kept in this browser and not yet on the server. It is sent again every few seconds.");
  }
  if (!done) setTimeout(send, AGAIN);
  return done;
}

document.addEventListener("change", (event) => {
  if (event.target.closest("form[data-quiz]")) keep();
});
document.addEventListener("input", (event) => {
  if (!event.target.matches("form[data-quiz] :is(textarea, input[type=text])")) return;
  clearTimeout(typing);
  typing = setTimeout(keep, 400);
});
document.addEventListener("click", (event) => {
  if (event.target.closest("form[data-quiz] .order__move")) setTimeout(keep);
});
addEventListener("pagehide", () => typing && keep());
addEventListener("online", send);

// A form that is sent whole waits for what is on its way, and supersedes what was unsent of it.
document.addEventListener("htmx:confirm", (event) => {
  if (!event.target.closest?.("form[data-quiz]")) return;
  clearTimeout(typing);
  typing = 0;
  if (!sending) return;
  event.preventDefault();
  sending.then(() => event.detail.issueRequest(true));
});
document.addEventListener("htmx:afterRequest", (event) => {
  const sent = event.detail.requestConfig?.elt?.closest?.("form[data-quiz]");
  if (sent && event.detail.successful) localStorage.removeItem(PREFIX + sent.dataset.quiz);
});

// --- ruling out ---------------------------------------------------------------------------------------------------

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (document.activeElement?.matches("textarea, select, input[type=text]")) return;
  const digit = event.shiftKey && /^(?:Digit|Numpad)([1-9])$/.exec(event.code);
  const rows = [...document.querySelectorAll("form[data-quiz] .option-row")];
  const row = digit ? rows[digit[1] - 1] : event.key.toLowerCase() === "x" && rows.find((each) => each.matches(":hover, :focus-within"));
  if (!row) return;
  event.preventDefault();
  row.querySelector("[name=struck]").click();
});

// --- the clock ----------------------------------------------------------------------------------------------------

let ends = 0;
let said = Infinity;
let handingIn = false;
let shown = form()?.dataset.quiz;

function wind() {
  const clock = document.querySelector("[data-clock]");
  ends = clock ? Date.now() + Number(clock.dataset.left) * 1000 : 0;
  const entry = document.querySelector(".palette__entry[aria-current]");
  const strip = entry?.closest(".palette");
  if (strip) strip.scrollLeft = entry.offsetLeft - strip.clientWidth / 2;
  tick();
}

function tick() {
  const clock = document.querySelector("[data-clock]");
  if (!clock || !ends) return;
  const seconds = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
  const minutes = Math.ceil(seconds / 60);
  const exact = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  clock.textContent = seconds === 0 ? "Time is up" : `${seconds > 300 ? `${minutes} minutes` : exact} left`;
  clock.classList.toggle("clock--near", seconds <= 300);
  const reached = MINUTES_SAID.filter((each) => minutes <= each).pop();
  if (reached && reached < said && seconds) {
    said = reached;
    document.querySelector("#announce").textContent = minutes === 1 ? "1 minute left" : `${minutes} minutes left`;
  }
  if (seconds === 0 && !handingIn) handIn(clock.dataset);
}

async function handIn({ finish, result }) {
  handingIn = true;
  if (typing) keep();
  try {
    if (unsent().length && !(await send())) throw new Error("unsent");
    await fetch(finish, { method: "POST", headers: headers(), redirect: "manual" });
    location.assign(result);
  } catch {
    complain("The time is up and the server does not answer. What you gave is kept here, and handed in as soon as it does.");
    setTimeout(() => handIn({ finish, result }), AGAIN);
  }
}

setInterval(tick, 1000);
document.addEventListener("htmx:afterSettle", () => {
  const question = form()?.dataset.quiz;
  if (question !== shown) scrollTo(0, 0);
  shown = question;
  wind();
});
document.addEventListener("visibilitychange", tick);
wind();

// What another page could not send before it was closed: send it, and show it where it belongs here.
if (unsent().length) {
  const here = PREFIX + form()?.dataset.quiz;
  const shows = localStorage.getItem(here) !== null;
  send().then((done) => done && shows && location.reload());
}
