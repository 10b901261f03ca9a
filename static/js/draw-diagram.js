// Runs in the frame that templates/ui/diagrams.html is: draws what the page around it asks for, one diagram after the
// other, and answers with the drawing as SVG or with what is wrong in the source.
const FACES = "system-ui, sans-serif"; // the drawing becomes an image, which knows no fonts of the page

// What Mermaid numbers: the pieces of a pie, the branches of a mind map, of a timeline and of a git graph.
function scales(tints, ink) {
  const numbered = {};
  for (let number = 0; number < 12; number++) {
    const tint = tints[number % tints.length];
    Object.assign(numbered, { [`pie${number + 1}`]: tint, [`cScale${number}`]: tint, [`cScaleLabel${number}`]: ink });
    if (number < 8) Object.assign(numbered, { [`git${number}`]: tint, [`gitBranchLabel${number}`]: ink });
  }
  return numbered;
}

function settings(colours, isDark) {
  const { paper, sunk, ink, soft, rule, accent, accentSoft, mark, tints } = colours;
  return {
    startOnLoad: false,
    securityLevel: "strict",
    suppressErrorRendering: true,
    htmlLabels: false,
    flowchart: { htmlLabels: false },
    class: { htmlLabels: false },
    state: { htmlLabels: false },
    theme: "base",
    fontFamily: FACES,
    themeVariables: {
      darkMode: isDark,
      fontFamily: FACES,
      fontSize: "15px",
      background: paper,
      mainBkg: sunk,
      primaryColor: sunk,
      primaryTextColor: ink,
      primaryBorderColor: soft,
      secondaryColor: accentSoft,
      secondaryTextColor: ink,
      secondaryBorderColor: accent,
      tertiaryColor: paper,
      tertiaryTextColor: ink,
      tertiaryBorderColor: rule,
      textColor: ink,
      titleColor: ink,
      lineColor: soft,
      nodeBorder: soft,
      nodeTextColor: ink,
      clusterBkg: paper,
      clusterBorder: rule,
      edgeLabelBackground: paper,
      noteBkgColor: mark,
      noteTextColor: ink,
      noteBorderColor: rule,
      actorBkg: sunk,
      actorBorder: soft,
      actorTextColor: ink,
      signalColor: soft,
      signalTextColor: ink,
      labelBoxBkgColor: paper,
      labelTextColor: ink,
      loopTextColor: ink,
      pieStrokeColor: paper,
      pieOuterStrokeColor: soft,
      pieOuterStrokeWidth: "1px",
      pieOpacity: "1",
      pieTitleTextColor: ink,
      pieSectionTextColor: ink,
      pieLegendTextColor: ink,
      pieTitleTextSize: "17px",
      ...scales(tints, ink),
    },
  };
}

// An image needs a size of its own; Mermaid leaves it to the page.
function sized(svg) {
  const drawn = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
  const [, , width, height] = (drawn.getAttribute("viewBox") ?? "0 0 600 400").split(/[\s,]+/).map(Number);
  drawn.setAttribute("width", width);
  drawn.setAttribute("height", height);
  drawn.style.maxWidth = "";
  return { svg: new XMLSerializer().serializeToString(drawn), width, height };
}

let before = Promise.resolve();
let count = 0;

async function draw({ id, source, colours, isDark }) {
  try {
    mermaid.initialize(settings(colours, isDark));
    const { svg, diagramType } = await mermaid.render(`drawing-${++count}`, source);
    parent.postMessage({ id, kind: diagramType, ...sized(svg) }, "*");
  } catch (error) {
    document.body.replaceChildren();
    parent.postMessage({ id, error: String(error?.message ?? error) }, "*");
  }
}

addEventListener("message", (event) => {
  if (event.source !== parent) return;
  before = before.then(() => draw(event.data));
});
parent.postMessage({ ready: true }, "*");
