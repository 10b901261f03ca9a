// The form of a question. Everything works without it: it adds saving by Ctrl+S or Cmd+S, leaving by Esc, and a warning
// before unsaved words are left. It listens on the form, so that it is asked before keys.js.
const form = document.querySelector("[data-question-form]");
let isUnsaved = "unsaved" in form.dataset; // a save that was refused, or a preview

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.querySelector("[data-question-save]").click();
  }
});

form.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || event.target.matches("select")) return;
  event.preventDefault();
  form.querySelector("[data-question-back]").click();
});

form.addEventListener("input", (event) => {
  if (!event.target.matches("select")) isUnsaved = true;
});
form.addEventListener("submit", () => { isUnsaved = false; });
addEventListener("beforeunload", (event) => {
  if (isUnsaved) event.preventDefault();
});
