// button[data-copy="#id"]: puts that element's text on the clipboard, and says so for a moment.
const MOMENT = 1500;

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button[data-copy]");
  const source = button && document.querySelector(button.dataset.copy);
  if (!source) return;
  const words = button.textContent;
  let said = "Copied";
  try {
    await navigator.clipboard.writeText(source.textContent.trimEnd());
  } catch {
    // The browser gives no clipboard to pages that aren't on this machine or encrypted.
    getSelection().selectAllChildren(source);
    said = "Press Ctrl+C";
  }
  button.textContent = said;
  const announce = document.querySelector("#announce");
  if (announce) announce.textContent = said;
  setTimeout(() => {
    button.textContent = words;
  }, MOMENT);
});
