// [data-order]: the rows of an order question move in place. Without this script the same buttons submit the form
// (name="move") and the server answers with the rows moved.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-order] .order__move");
  if (!button) return;
  event.preventDefault();
  const row = button.closest(".order__row");
  const up = button.classList.contains("order__move--up");
  const other = up ? row.previousElementSibling : row.nextElementSibling;
  const list = row.parentElement;
  if (other) {
    if (up) other.before(row);
    else other.after(row);
  }
  for (const each of list.children) each.classList.toggle("order__row--moved", each === row && Boolean(other));
  button.focus();
  say(`${row.querySelector(".order__text").textContent.trim()}: ${[...list.children].indexOf(row) + 1} of ${list.children.length}`);
});

function say(words) {
  const region = document.querySelector("#announce");
  if (region) region.textContent = words;
}
