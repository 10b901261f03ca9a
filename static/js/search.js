// The search page. The field stays where the eye is; the arrows walk from it through what was found, Enter opens, Esc comes
// back to the field and then empties it. Results are links, so everything else is the browser's own.
// It listens below the document, so that it is asked before keys.js.
const form = document.querySelector("[data-search]");
const field = form.querySelector("[type=search]");
const results = () => [...document.querySelectorAll("[data-found]")];

document.querySelector("main").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing) return;
  const links = results();
  const at = links.indexOf(document.activeElement);
  if (at < 0 && document.activeElement !== field) return;
  if (event.key === "ArrowDown") go(event, links[Math.min(at + 1, links.length - 1)]);
  else if (event.key === "ArrowUp" && at >= 0) go(event, at > 0 ? links[at - 1] : field);
  else if (event.key === "Enter" && at < 0) openFirst(event, links);
  else if (event.key === "Escape" && at >= 0) go(event, field);
  else if (event.key === "Escape") clear(event);
});

function go(event, element) {
  event.preventDefault();
  element?.focus();
  if (element === field) field.select();
}

// Enter in the field opens the best result, but only when the results are those of what now stands in the field.
function openFirst(event, links) {
  const shown = new URL(location.href).searchParams.get("q") ?? "";
  if (!links.length || shown !== field.value) return;
  event.preventDefault();
  links[0].click();
}

function clear(event) {
  if (!field.value) return;
  event.preventDefault();
  field.value = "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
