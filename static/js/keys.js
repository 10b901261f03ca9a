// Keys. Any button, link, radio or field may say which key stands for it:
//
//   <button data-key="space" data-key-label="Show the answer">      one key
//   <input type="radio" data-key="1 a" data-key-label="Choose">     two keys for the same thing
//   <button data-shortcuts>                                         opens the list of keys, as ? does
//
// Names are what KeyboardEvent.key gives, in lower case, with "space" for " ". A key clicks the element, or focuses it when
// it is a text field. Nothing happens while somebody types, while Ctrl, Alt or Meta is held, while a dialog is open, on a
// key that repeats, or when the focused control has a use of its own for the key (Space and Enter on a button, Space on
// a checkbox). Esc leaves a field, so that the keys of the page work again. The help dialog lists what is on the page at
// that moment, so it cannot go stale.

const TYPED = new Set(["text", "search", "number", "email", "password", "tel", "url", "date", "time"]);
const NAMES = { space: "Space", enter: "Enter", escape: "Esc", arrowleft: "←", arrowright: "→", arrowup: "↑", arrowdown: "↓" };

function isTyping(element) {
  if (element.isContentEditable) return true;
  if (element.matches("textarea, select")) return true;
  return element.matches("input") && TYPED.has(element.type);
}

function ownsKey(element, key) {
  if (element.matches("button, a[href], summary")) return key === "space" || key === "enter";
  if (element.matches("input")) return key === "space" || key === "enter" || key.startsWith("arrow");
  return false;
}

const keysOf = (element) => element.dataset.key.toLowerCase().split(/\s+/);
const isUsable = (element) => !element.disabled && element.getAttribute("aria-disabled") !== "true" && element.checkVisibility();
const usable = () => [...document.querySelectorAll("[data-key]")].filter(isUsable);

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const focused = document.activeElement ?? document.body;
  if (document.querySelector("dialog[open]:modal")) return;
  if (isTyping(focused)) {
    if (event.key === "Escape") focused.blur();
    return;
  }
  const key = event.key === " " ? "space" : event.key.toLowerCase();
  if (key === "?") {
    event.preventDefault();
    openHelp();
    return;
  }
  if (ownsKey(focused, key)) return;
  const element = usable().find((candidate) => keysOf(candidate).includes(key));
  if (!element) return;
  event.preventDefault();
  if (event.repeat) return;
  if (isTyping(element)) element.focus();
  else element.click();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-shortcuts]")) openHelp();
});

function openHelp() {
  const dialog = document.querySelector("#shortcuts");
  if (!dialog) return;
  const rows = new Map();
  for (const element of usable()) {
    const label = element.dataset.keyLabel || element.getAttribute("aria-label") || wordsOf(element);
    const keys = keysOf(element).map((key) => NAMES[key] ?? key.toUpperCase());
    rows.set(label, [...(rows.get(label) ?? []), ...keys]);
  }
  if ([...document.querySelectorAll("input, textarea, select")].some((each) => isTyping(each) && isUsable(each))) {
    rows.set("Leave a field, to use the keys", ["Esc"]);
  }
  rows.set("This list", ["?"]);
  const list = dialog.querySelector("[data-shortcuts-list]");
  list.replaceChildren(
    ...[...rows].flatMap(([label, keys]) => {
      const term = document.createElement("dt");
      term.append(...keys.map((key) => Object.assign(document.createElement("kbd"), { textContent: key })));
      return [term, Object.assign(document.createElement("dd"), { textContent: label })];
    }),
  );
  dialog.showModal();
}

function wordsOf(element) {
  const copy = element.cloneNode(true);
  for (const extra of copy.querySelectorAll("kbd, svg, .rating__interval")) extra.remove();
  return copy.textContent.trim().replace(/\s+/g, " ") || element.value;
}
