// A page of a vault that is being followed shows what was saved in its folder: it asks which revision
// is served, and when that is another, takes the main part of the page anew where the reader is.
const PAUSE = 500;
let known = null;

const mark = () => document.querySelector("[data-follow]");
const isWriting = () =>
  document.activeElement?.matches("input, textarea, select, [contenteditable]") ||
  document.querySelector("dialog[open]") !== null;

async function look() {
  const { follow, revision } = mark().dataset;
  known ??= Number(revision);
  const response = await fetch(follow, { cache: "no-cache" });
  if (!response.ok) return false;
  const says = await response.json();
  if (says.revision !== known && !isWriting()) {
    known = says.revision;
    await takeAnew();
  }
  return says.followed;
}

async function takeAnew() {
  const link = document.activeElement?.closest("#main a[href], #main button, #main summary");
  const like = link && `${link.localName}${link.hasAttribute("href") ? `[href="${CSS.escape(link.getAttribute("href"))}"]` : ""}`;
  const place = link && [...document.querySelectorAll(like)].indexOf(link);
  const { scrollX, scrollY } = window;
  await htmx.ajax("GET", location.pathname + location.search, {
    source: "#main", target: "#main", select: "#main", swap: "outerHTML show:none",
  });
  window.scrollTo({ left: scrollX, top: scrollY, behavior: "instant" });
  if (link) document.querySelectorAll(like)[place]?.focus({ preventScroll: true });
}

async function go() {
  while (mark()) {
    if (!document.hidden && !(await look().catch(() => true))) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

go();
