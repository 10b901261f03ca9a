// [data-outline]: marks the link of the section that is being read, and keeps it in view where the outline is longer than
// the window.
let links, headings, marked;

function find() {
  links = new Map(
    [...document.querySelectorAll("[data-outline] a[href^='#']")].map((link) => [decodeURIComponent(link.hash.slice(1)), link]),
  );
  headings = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  if (headings.length) mark();
}

function mark() {
  const line = innerHeight * 0.25;
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < line);
  const current = passed.at(-1)?.id;
  for (const [id, link] of links) {
    if (id === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (current !== marked) keepInView(links.get(current));
  marked = current;
}

// Only the outline moves: the page is where its reader wants it.
function keepInView(link) {
  const around = link?.closest(".reader__stick");
  if (!around || around.scrollHeight <= around.clientHeight || around.matches(":hover, :focus-within")) return;
  const place = link.getBoundingClientRect();
  const window = around.getBoundingClientRect();
  if (place.top < window.top || place.bottom > window.bottom) around.scrollTop += place.top - window.top - window.height / 3;
}

let waiting = false;
addEventListener(
  "scroll",
  () => {
    if (waiting || !headings.length) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      mark();
    });
  },
  { passive: true },
);
document.addEventListener("htmx:afterSwap", find);
find();
