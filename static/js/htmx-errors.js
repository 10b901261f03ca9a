// When a request fails for good, say so where the reader is, instead of nothing happening.
const say = (words) => {
  const region = document.querySelector("#announce-problem");
  if (!region) return;
  region.querySelector("p").textContent = words;
  region.hidden = false;
};

document.addEventListener("htmx:sendError", () => say("The server does not answer. Nothing was saved; try again when it is back."));
document.addEventListener("htmx:timeout", () => say("The server took too long. Reload the page to see whether it was saved."));
document.addEventListener("htmx:responseError", (event) => say(`The server answered with an error (${event.detail.xhr.status}). Reload the page and try again.`));
document.addEventListener("htmx:afterSwap", () => {
  const region = document.querySelector("#announce-problem");
  if (region) region.hidden = true;
});
