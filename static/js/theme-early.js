// Runs before the first paint, and so is the one script that blocks: a remembered theme must not flash
// the other one, nor what is folded away be seen.
(() => {
  const root = document.documentElement;
  root.classList.add("has-js");
  try {
    const theme = localStorage.getItem("studyapp.theme");
    if (localStorage.getItem("studyapp.plain")) root.classList.add("is-plain");
    if (theme && !root.dataset.theme) root.dataset.theme = theme;
  } catch {
    // Storage is off: the system's theme it is.
  }
})();
