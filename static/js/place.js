// [data-place-in]: remembers, on this device, which line of the note was read last, and offers in [data-place] to go on
// there. The page does not move by itself.
const KEY = "studyapp.places";
const NOTES = 200;

function places() {
  try {
    return new Map(JSON.parse(localStorage.getItem(KEY) ?? "[]"));
  } catch {
    return new Map();
  }
}

function remember() {
  const read = [...document.querySelectorAll("[data-place-in] [data-line]")].filter((block) => block.getBoundingClientRect().top < innerHeight / 3).at(-1);
  const all = places();
  all.delete(location.pathname);
  const isLater = Number(document.querySelector("[data-part]")?.dataset.first) > 1;
  if (read && (isLater || scrollY > innerHeight)) all.set(location.pathname, read.dataset.line);
  try {
    localStorage.setItem(KEY, JSON.stringify([...all].slice(-NOTES)));
  } catch {
    // Not remembered.
  }
}

const line = places().get(location.pathname);
if (line && !location.hash) {
  const offer = document.querySelector("[data-place]");
  offer.querySelector("a").href = `#L${line}`;
  offer.hidden = false;
}

let timer;
addEventListener(
  "scroll",
  () => {
    clearTimeout(timer);
    timer = setTimeout(remember, 400);
  },
  { passive: true },
);
