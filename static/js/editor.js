// The editor of notes. Everything works without it: it adds saving by Ctrl+S or Cmd+S, leaving by Esc, a warning before
// unsaved text is left, and going to the line that a remark is about. It listens on the form, so that it is asked before
// keys.js.
const form = document.querySelector("[data-editor]");
const field = () => form.querySelector("[data-editor-text]"); // a save that is refused may bring another
let saved = "unsaved" in form.dataset ? null : field().value; // null: a save that was refused

for (const element of document.querySelectorAll("[data-without-js]")) element.hidden = true;

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
    event.preventDefault();
    form.querySelector("[data-editor-save]").click();
  }
});

form.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  event.preventDefault();
  form.querySelector("[data-editor-back]").click();
});

// What was sent is what is saved, even if more was typed meanwhile.
let sent = saved;
form.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("[data-editor-save]")) sent = field().value;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.matches?.("[data-editor-state]") && event.detail.xhr.status === 200) saved = sent;
});
form.addEventListener("input", () => form.querySelector("[data-saved]")?.remove());

form.addEventListener("submit", () => { saved = field().value; });
addEventListener("beforeunload", (event) => {
  if (field().value !== saved) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-editor-line]");
  if (!link) return;
  event.preventDefault();
  const text = field();
  const line = Number(link.dataset.editorLine) - Number(link.dataset.editorOffset);
  const lines = text.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  text.scrollTop = (text.scrollHeight / lines.length) * Math.max(0, line - 4);
});
