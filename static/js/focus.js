// After htmx put something in place: the first [data-autofocus] in it takes the focus, so that a screen reader and the
// keyboard go on from there. The page itself scrolls only when the element would be out of sight.
document.addEventListener("htmx:afterSettle", (event) => {
  const target = event.detail.elt;
  const element = target.matches?.("[data-autofocus]") ? target : target.querySelector?.("[data-autofocus]");
  element?.focus({ preventScroll: isInView(element) });
});

function isInView(element) {
  const box = element.getBoundingClientRect();
  return box.top >= 0 && box.top < innerHeight * 0.7;
}
