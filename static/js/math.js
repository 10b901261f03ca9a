// Sets formulas as MathML, which needs no fonts and no styles of its own. KaTeX is fetched when a formula first appears.
// Without it, and for a formula that it cannot read, the TeX stands there as its author wrote it.
const address = document.querySelector("script[data-katex]").dataset.katex;
let loading;

const typeset = (formula) => {
  const tex = formula.textContent;
  formula.dataset.typeset = "";
  try {
    window.katex.render(tex, formula, { output: "mathml", displayMode: formula.tagName === "DIV", trust: false, strict: "ignore", maxSize: 40, maxExpand: 1000 });
    if (formula.scrollWidth > formula.clientWidth && formula.tagName === "DIV") formula.tabIndex = 0;
  } catch (error) {
    formula.textContent = tex;
    formula.title = error.message.replace(/^KaTeX parse error: /, "");
    formula.classList.add("math--wrong");
  }
};

const typesetAll = async () => {
  if (!document.querySelector(".math:not([data-typeset])")) return;
  loading ??= import(address);
  await loading;
  document.querySelectorAll(".math:not([data-typeset])").forEach(typeset);
};

typesetAll();
document.addEventListener("htmx:afterSwap", typesetAll);
