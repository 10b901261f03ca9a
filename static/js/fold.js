// details[data-fold="name"]: a side of the reader, open on a wide page, closed on a narrow one, and afterwards as the
// reader left it.
const wide = matchMedia("(min-width: 60rem)").matches;

function arrange() {
  for (const side of document.querySelectorAll("details[data-fold]")) {
    const key = `studyapp.fold.${side.dataset.fold}.${wide ? "wide" : "narrow"}`;
    let remembered = null;
    try {
      remembered = localStorage.getItem(key);
    } catch {
      // Storage is off.
    }
    side.open = remembered === null ? wide : remembered === "open";
    side.addEventListener("toggle", () => {
      try {
        localStorage.setItem(key, side.open ? "open" : "closed");
      } catch {
        // Not remembered, but done.
      }
    });
  }
}

// [data-plain]: folds both sides of the reader away, until it is pressed again.
const root = document.documentElement;

function tell() {
  document.querySelector("[data-plain]")?.setAttribute("aria-pressed", root.classList.contains("is-plain"));
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-plain]")) return;
  const isPlain = root.classList.toggle("is-plain");
  tell();
  try {
    if (isPlain) localStorage.setItem("studyapp.plain", "yes");
    else localStorage.removeItem("studyapp.plain");
  } catch {
    // Not remembered, but done.
  }
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "main") return;
  arrange();
  tell();
});
arrange();
tell();
