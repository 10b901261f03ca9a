// [data-theme-toggle]: switches between light and dark. What agrees with the system is not remembered, so that a reader
// who went back to the system's theme follows it again.
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

const current = () => root.dataset.theme || (system.matches ? "dark" : "light");

function label() {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.setAttribute("aria-label", current() === "dark" ? "Use the light theme" : "Use the dark theme");
  }
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const next = current() === "dark" ? "light" : "dark";
  const agrees = next === (system.matches ? "dark" : "light");
  if (agrees) delete root.dataset.theme;
  else root.dataset.theme = next;
  try {
    if (agrees) localStorage.removeItem("studyapp.theme");
    else localStorage.setItem("studyapp.theme", next);
  } catch {
    // Not remembered, but done.
  }
  label();
});

system.addEventListener("change", label);
label();
