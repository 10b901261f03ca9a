// Pictures in a note or a question open large in a dialog: with a click, Enter or Space. The arrow keys go through the
// pictures of the page, Z or a click shows one at its own size, Esc closes. A picture that is a link to its file still is
// one with Ctrl or Shift held, and without this script.
const all = () => [...document.querySelectorAll(".prose img[data-enlarge]")].filter((image) => image.checkVisibility());
let dialog;
let shown;

// What one clicks or focuses: the link around the picture, else the picture.
const handleOf = (image) => image.closest("a.picture") ?? image;

// The picture that is meant by what was clicked or is focused.
function pictureOf(target) {
  if (!(target instanceof Element)) return null;
  return target.matches("img[data-enlarge]") ? target : target.closest("a.picture")?.querySelector("img[data-enlarge]");
}

function offer(image) {
  const handle = handleOf(image);
  if (image.dataset.enlarge !== undefined || handle.parentElement.closest("a, button, label, summary, dialog")) return;
  image.dataset.enlarge = "";
  if (handle === image) {
    image.tabIndex = 0;
    image.role = "button";
  }
  handle.ariaHasPopup = "dialog";
  handle.title ||= "Enlarge";
}

const offerAll = () => document.querySelectorAll(".prose img").forEach(offer);

// What is written under a picture; a picture without words of its own is called as its file is, which says nothing.
function captionOf(image) {
  const written = image.closest("figure")?.querySelector("figcaption")?.textContent;
  const isName = decodeURIComponent(new URL(image.src).pathname).includes(`/${image.alt}.`);
  return written || (isName ? "" : image.alt);
}

function build() {
  const made = document.createElement("dialog");
  made.className = "enlarged";
  made.innerHTML = `
    <div class="enlarged__bar">
      <button class="button button--quiet" type="button" data-step="-1">Before</button>
      <span class="enlarged__count" role="status"></span>
      <button class="button button--quiet" type="button" data-step="1">Next</button>
      <button class="button button--quiet" type="button" data-size aria-pressed="false">Own size</button>
      <button class="button button--quiet" type="button" data-close autofocus>Close</button>
    </div>
    <figure><div class="enlarged__plate" tabindex="0" role="group" aria-label="Picture"><img alt=""></div><figcaption></figcaption></figure>`;
  made.addEventListener("click", (event) => {
    const step = event.target.closest("[data-step]");
    if (step) move(Number(step.dataset.step));
    else if (event.target.closest("[data-size], img")) resize();
    else if (event.target.closest("[data-close]") || event.target === made) made.close();
  });
  made.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const isOwnSize = made.classList.contains("is-own-size");
    if (!isOwnSize && event.key === "ArrowLeft") move(-1);
    else if (!isOwnSize && event.key === "ArrowRight") move(1);
    else if (event.key.toLowerCase() === "z") resize();
    else return;
    event.preventDefault();
  });
  made.addEventListener("close", () => shown && handleOf(shown).focus({ preventScroll: true }));
  document.body.append(made);
  return made;
}

function resize() {
  const isOwnSize = dialog.classList.toggle("is-own-size");
  dialog.querySelector("[data-size]").setAttribute("aria-pressed", isOwnSize);
}

function move(step) {
  const images = all();
  show(images[(images.indexOf(shown) + step + images.length) % images.length]);
}

function show(image) {
  shown = image;
  dialog ??= build();
  const images = all();
  const caption = captionOf(image);
  const large = dialog.querySelector("img");
  large.src = image.currentSrc || image.src;
  large.alt = image.alt;
  dialog.querySelector("figcaption").textContent = caption;
  dialog.ariaLabel = caption || image.alt || "Picture";
  dialog.querySelector(".enlarged__count").textContent = images.length > 1 ? `${images.indexOf(image) + 1} of ${images.length}` : "";
  for (const button of dialog.querySelectorAll("[data-step]")) button.hidden = images.length < 2;
  dialog.classList.remove("is-own-size");
  dialog.querySelector("[data-size]").setAttribute("aria-pressed", "false");
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("click", (event) => {
  const image = pictureOf(event.target);
  if (!image || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  show(image);
});
// Before the keys of the page, which have other uses for Enter and Space.
document.addEventListener(
  "keydown",
  (event) => {
    const image = pictureOf(event.target);
    if (!image || (event.key !== "Enter" && event.key !== " ") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    show(image);
  },
  { capture: true },
);
document.addEventListener(
  "load",
  (event) => {
    if (event.target.matches?.(".prose img")) offer(event.target);
  },
  { capture: true },
);
document.addEventListener("htmx:afterSwap", offerAll);
offerAll();
