// #L42 in the address: goes to the block that the note's line 42 became, opens what folds around it, and marks it.
function goToLine() {
  const wanted = /^#L(\d+)$/.exec(location.hash)?.[1];
  for (const old of document.querySelectorAll(".is-cited")) old.classList.remove("is-cited");
  if (!wanted) return;
  const blocks = [...document.querySelectorAll("[data-line]")];
  const block = blocks.filter((each) => Number(each.dataset.line) <= Number(wanted)).at(-1);
  if (!block) return;
  for (let around = block.closest("details"); around; around = around.parentElement.closest("details")) around.open = true;
  block.classList.add("is-cited");
  block.scrollIntoView({ block: "center" });
}

addEventListener("hashchange", goToLine);
goToLine();
