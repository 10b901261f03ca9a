// Draws <pre class="mermaid">. Mermaid measures text under styles that it writes into its page, so it works in a frame of its
// own (templates/ui/diagrams.html), which has none of the site's rights, and is fetched when a diagram first appears. What
// comes back is shown as an image, in which nothing can act; the source stays, folded under it. What cannot be drawn stays
// as its author wrote it, with what is wrong.
const address = document.querySelector("script[data-diagrams]").dataset.diagrams;
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");
const waiting = new Map();
let frame;
let count = 0;

const isDark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";

// The page's colours as every drawing program knows them.
function colours() {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  const probe = document.body.appendChild(document.createElement("i"));
  const read = (name) => {
    probe.style.color = name;
    brush.fillStyle = getComputedStyle(probe).color;
    brush.fillRect(0, 0, 1, 1);
    return `#${[...brush.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  };
  const tint = (name) => read(`color-mix(in oklab, var(--${name}) 32%, var(--paper))`);
  const found = {
    paper: read("var(--paper)"),
    sunk: read("var(--paper-sunk)"),
    ink: read("var(--ink)"),
    soft: read("var(--ink-faint)"),
    rule: read("var(--rule-strong)"),
    accent: read("var(--accent)"),
    accentSoft: read("var(--accent-soft)"),
    mark: read("var(--mark)"),
    tints: ["accent", "easy", "hard", "right", "ink-faint", "wrong"].map(tint),
  };
  probe.remove();
  return found;
}

function openFrame() {
  return new Promise((resolve) => {
    const element = document.createElement("iframe");
    element.className = "diagram-frame";
    element.src = address;
    element.tabIndex = -1;
    element.ariaHidden = "true";
    element.setAttribute("sandbox", "allow-scripts");
    addEventListener("message", (event) => {
      if (event.source !== element.contentWindow) return;
      if (event.data.ready) resolve(element.contentWindow);
      else {
        waiting.get(event.data.id)?.(event.data);
        waiting.delete(event.data.id);
      }
    });
    document.body.append(element);
  });
}

async function drawing(source) {
  frame ??= openFrame();
  const window = await frame;
  const id = ++count;
  const answer = new Promise((resolve) => waiting.set(id, resolve));
  window.postMessage({ id, source, colours: colours(), isDark: isDark() }, "*");
  return answer;
}

async function draw(source) {
  const shade = isDark() ? "dark" : "light";
  if (source.dataset.drawn === shade) return;
  source.dataset.drawn = shade;
  const found = await drawing(source.textContent);
  if (!source.isConnected || source.dataset.drawn !== shade) return;
  if (found.error) complain(source, found.error);
  else show(source, found, shade);
}

function show(source, { svg, width, height, kind }, shade) {
  let figure = source.closest("figure.diagram");
  if (!figure) {
    figure = Object.assign(document.createElement("figure"), { className: "diagram" });
    const fold = Object.assign(document.createElement("details"), { className: "diagram__source" });
    fold.append(Object.assign(document.createElement("summary"), { textContent: "Source of the diagram" }));
    source.replaceWith(figure);
    if (source.dataset.line) figure.dataset.line = source.dataset.line;
    figure.id = source.id;
    delete source.dataset.line;
    source.removeAttribute("id");
    figure.append(new Image(), fold);
    fold.append(source);
  }
  const image = figure.querySelector("img");
  image.alt = `Diagram (${(kind ?? "").replace(/[-_ ]?(v\d+|diagram)/gi, "") || "Mermaid"}); its source follows.`;
  image.width = Math.ceil(width);
  image.height = Math.ceil(height);
  image.dataset.shade = shade;
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
}

function complain(source, error) {
  if (source.nextElementSibling?.matches(".diagram__problem")) return;
  const problem = Object.assign(document.createElement("p"), { className: "diagram__problem" });
  problem.textContent = `This diagram cannot be drawn: ${error.split("\n")[0].replace(/:\s*$/, "")}.`;
  source.after(problem);
}

const drawAll = () => document.querySelectorAll("pre.mermaid").forEach(draw);

drawAll();
document.addEventListener("htmx:afterSwap", drawAll);
system.addEventListener("change", drawAll);
new MutationObserver(drawAll).observe(root, { attributeFilter: ["data-theme"] });
