// The bar of steps above a form of several parts: says which part is complete and which one is being filled in.
// Without this file the bar leads to the parts, and the form is the same.
const bar = document.querySelector("[data-steps]");
const form = bar?.closest("form");
const parts = form ? [...form.querySelectorAll("[data-step]")] : [];
const marks = bar ? [...bar.querySelectorAll("li")] : [];

const isSeen = (field) => field.offsetParent !== null || field.type === "file" || field.type === "hidden";

function isFull(part) {
  const fields = [...part.querySelectorAll("input, select, textarea")].filter(isSeen);
  if (fields.some((field) => !field.checkValidity())) return false;
  const boxes = fields.filter((field) => field.type === "checkbox" && field.name === "clusters");
  if (boxes.length && !boxes.some((box) => box.checked)) return false;
  if (!part.querySelector("[name=way]")) return true;
  if (part.querySelector("[name=way]:checked")?.value === "text") {
    return Boolean(part.querySelector("[name=text_title]")?.value.trim());
  }
  const files = [...part.querySelectorAll("input[type=file]")].some((input) => input.files.length);
  return files || Boolean(part.querySelector("[name=upload]:checked, [name=upload][type=hidden]:not([value=''])"));
}

function paint() {
  parts.forEach((part, index) => {
    const full = isFull(part);
    marks[index].classList.toggle("bt-ok", full);
    const said = marks[index].querySelector("[data-step-said]");
    if (said) said.textContent = full ? bar.dataset.full : bar.dataset.open;
  });
}

function enter(part) {
  parts.forEach((one, index) => {
    marks[index].classList.toggle("bt-cur", one === part);
    if (one === part) marks[index].setAttribute("aria-current", "step");
    else marks[index].removeAttribute("aria-current");
  });
}

if (parts.length) {
  for (const mark of marks) {
    const said = document.createElement("span");
    said.dataset.stepSaid = "";
    mark.lastElementChild.append(said);
  }
  for (const name of ["input", "change"]) form.addEventListener(name, paint);
  form.addEventListener("focusin", (event) => {
    const part = event.target.closest("[data-step]");
    if (part) enter(part);
  });
  addEventListener("hashchange", () => {
    const part = parts.find((one) => `#${one.id}` === location.hash);
    if (!part) return;
    enter(part);
    part.querySelector("input:not([type=hidden]), select, textarea")?.focus({ preventScroll: true });
  });
  new MutationObserver(paint).observe(parts[0], { childList: true, subtree: true });
  const wrong = parts.find((part) => part.querySelector("[aria-invalid=true]"));
  enter(wrong ?? parts[0]);
  paint();
}
