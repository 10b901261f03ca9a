// [data-part]: one part of a long note. An address that names a place in another part leads on to that one.
function goToPart() {
  const part = document.querySelector("[data-part]");
  const anchor = decodeURIComponent(location.hash.slice(1));
  if (!part || !anchor || new URLSearchParams(location.search).get("at") === anchor) return;
  const { first, last } = part.dataset;
  const line = Number(/^L(\d+)$/.exec(anchor)?.[1]);
  const isHere = line ? Number(first) <= line && line <= Number(last || Infinity) : document.getElementById(anchor);
  if (!isHere) location.replace(`?at=${encodeURIComponent(anchor)}${location.hash}`);
}

addEventListener("hashchange", goToPart);
goToPart();
