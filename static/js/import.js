// Bringing a vault in: a file or a folder dropped on [data-drop], or a folder chosen. A folder is put into a zip right here
// (stored, not packed: the way is short), left in the form's own field, and sent by the form's own buttons.
import { zip } from "./import-zip.js";

const LIMIT = 100 * 1024 ** 2;
const KEPT = new Set([".obsidian/app.json", ".obsidian/plugins/obsidian-spaced-repetition/data.json"]);

const FILE = /\.(zip|apkg|colpkg|csv|tsv|txt|gift|xml|md|markdown)$/i;

const form = document.querySelector("[data-import]");
const drop = form.querySelector("[data-drop]");
const field = form.querySelector("input[name=archive]");
const tree = form.querySelector("[data-tree]");
const said = form.querySelector("[data-said]");
const say = (words) => { said.textContent = words; };

// The newest choice wins, however long an earlier one takes to be put together.
let choice = 0;

form.querySelector("[data-choose-folder]").addEventListener("click", () => tree.click());
tree.addEventListener("change", () => {
  take([...tree.files].map((file) => ({ path: file.webkitRelativePath, file })));
});
field.addEventListener("change", () => {
  choice += 1;
  const [file] = field.files;
  if (!file) say("");
  else say(file.size > LIMIT ? `${file.name} has more than 100 MB, and will not be taken.` : `${file.name} is ready to be sent.`);
});
// What was chosen before this script came.
if (field.files.length) field.dispatchEvent(new Event("change"));

for (const name of ["dragenter", "dragover"]) {
  drop.addEventListener(name, (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    drop.classList.add("dropzone--over");
  });
}
for (const name of ["dragleave", "drop"]) {
  drop.addEventListener(name, (event) => {
    if (name === "drop" || !drop.contains(event.relatedTarget)) drop.classList.remove("dropzone--over");
  });
}
drop.addEventListener("drop", async (event) => {
  event.preventDefault();
  const { items, files } = event.dataTransfer;
  if (files.length === 1 && FILE.test(files[0].name)) {
    field.files = files;
    field.dispatchEvent(new Event("change"));
    return;
  }
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  if (!entries.length) return;
  say("Looking through the folder …");
  try {
    take((await Promise.all(entries.map((entry) => filesBelow(entry)))).flat());
  } catch {
    say("The folder could not be read. Zip it and choose the archive.");
  }
});

form.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  // After the browser has gathered the form: a disabled button would not be sent.
  setTimeout(() => { for (const button of form.querySelectorAll("button")) button.disabled = true; });
});
// A page that the browser kept comes back as it was left.
addEventListener("pageshow", () => { for (const button of form.querySelectorAll("button")) button.disabled = false; });

async function take(files) {
  const mine = (choice += 1);
  const wanted = files.filter(({ path }) => isWanted(path));
  const size = wanted.reduce((sum, { file }) => sum + file.size, 0);
  field.value = "";
  if (!wanted.length) return say("There is no file in this folder that a vault could have.");
  if (size > LIMIT) return say(`The folder has ${Math.round(size / 1024 ** 2)} MB; at most 100 MB are taken. Zip it, or leave out large attachments.`);
  try {
    const blob = await zip(wanted, (done) => { if (mine === choice) say(`Reading ${done} of ${wanted.length} files …`); });
    if (mine !== choice) return;
    put(new File([blob], `${nameOf(wanted)}.zip`, { type: "application/zip" }));
    say(`${wanted.length} files are ready to be sent.`);
  } catch {
    if (mine === choice) say("A file could not be read. Look whether it is still there, and choose the folder again.");
  }
}

function put(file) {
  const transfer = new DataTransfer();
  transfer.items.add(file);
  field.files = transfer.files;
}

// What is hidden stays at home, but for the vault's settings that are read.
function isWanted(path) {
  const parts = path.split("/");
  return KEPT.has(path) || KEPT.has(parts.slice(1).join("/")) || !parts.some((part) => part.startsWith("."));
}

// The folder's name; several things dropped together have none.
function nameOf(files) {
  const tops = new Set(files.map(({ path }) => path.split("/")[0]));
  return tops.size === 1 && files[0].path.includes("/") ? [...tops][0] : "Vault";
}

const fileOf = (entry) => new Promise((resolve, reject) => entry.file(resolve, reject));

async function filesBelow(entry) {
  if (entry.isFile) return [{ path: entry.fullPath.slice(1), file: await fileOf(entry) }];
  if (entry.name.startsWith(".") && entry.name !== ".obsidian") return [];
  const reader = entry.createReader();
  const found = [];
  // A reader hands out a hundred entries at a time.
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    found.push(...(await Promise.all(some.map(filesBelow))).flat());
  }
}
