// Keyboard of every page (ui 8): / search, J K rows, Enter opens, ? shows the list, Ctrl+Enter records.
// Single letters are off inside fields and can be switched off for good (WCAG 2.1.4).
const KEY = "bt-letters";

const lettersAreOn = () => {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
};

// a chosen radio button or box takes no letters: 1 2 3 go on choosing
const FIELD = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], dialog[open]";
const isField = (element) => element.closest?.(FIELD);

const rows = () => [...document.querySelectorAll("[data-row]")];

function choose(step) {
  const all = rows();
  if (!all.length) return;
  const current = all.findIndex((row) => row.hasAttribute("data-chosen"));
  const next = Math.min(Math.max(current + step, 0), all.length - 1);
  for (const row of all) {
    row.removeAttribute("data-chosen");
    row.removeAttribute(row.tagName === "TR" ? "aria-selected" : "aria-current");
  }
  const row = all[next];
  row.setAttribute("data-chosen", "");
  row.setAttribute(row.tagName === "TR" ? "aria-selected" : "aria-current", "true");
  row.querySelector("[data-row-open], a[href]")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function record() {
  const button = document.querySelector("[data-shortcut=record]");
  if (button && button.getAttribute("aria-disabled") !== "true") button.click();
}

const ACTS = {
  "/": () => document.querySelector("[data-shortcut=search]")?.focus(),
  "?": () => document.getElementById("phim-tat")?.showModal(),
  j: () => choose(1),
  k: () => choose(-1),
};

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey) return record();
  if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target) || !lettersAreOn()) return;
  // a page's own letters come before those of every page: J and K lead to the neighbours on the bench
  const act = clickNamed(event.key) ?? ACTS[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

// A page gives an element its own letter: data-key="g", data-key="1" …
function clickNamed(key) {
  if (key.length !== 1 || !/[a-z0-9,.]/i.test(key)) return null;
  const element = document.querySelector(`[data-key="${key.toLowerCase()}"]`);
  if (!element) return null;
  return () => (element.matches("input:not([type=radio]), textarea") ? element.focus() : element.click());
}

// The matrix: arrows move between its cells.
document.addEventListener("keydown", (event) => {
  const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
  const cell = event.target.closest?.("[data-matrix] td");
  if (!step || !cell) return;
  const table = cell.closest("table");
  let row = cell.parentElement.sectionRowIndex;
  let column = cell.cellIndex;
  const body = table.tBodies[0].rows;
  do {
    row += step[1];
    column += step[0];
    const link = body[row]?.cells[column]?.querySelector("a");
    if (link) {
      event.preventDefault();
      return link.focus();
    }
  } while (body[row]?.cells[column]);
});

for (const button of document.querySelectorAll("[data-keys-switch]")) {
  const on = button.textContent;
  const paint = () => (button.textContent = lettersAreOn() ? on : button.dataset.off);
  paint();
  button.addEventListener("click", () => {
    try {
      localStorage.setItem(KEY, lettersAreOn() ? "off" : "on");
    } catch {
      return;
    }
    paint();
  });
}

document.querySelector("[data-focus]")?.focus();
