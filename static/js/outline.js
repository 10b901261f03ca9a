// [data-outline]: marks the link of the section that is being read.
let links, headings;

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
