// Text notices at true geometry: data-notice holds {"template", "fields"} and is drawn by the screen's own module; with
// data-notice-live the fields of the form named there are drawn as they are typed.
import { render } from "../notices/notice.js";

const PAUSE_MS = 250;

async function draw(box, text) {
  const face = { width: Number(box.dataset.width), height: Number(box.dataset.height) };
  const told = box.closest("figure")?.querySelector("[data-notice-small]");
  try {
    const measured = await render(box, text, face);
    if (told) told.hidden = measured.fits;
    const run = box.closest("figure")?.querySelector("[data-notice-run]");
    if (run) {
      run.hidden = !measured.run_s;
      run.textContent = run.dataset.words.replace("#", Math.ceil(measured.run_s));
    }
  } catch {
    box.replaceChildren();
  }
}

function typed(form) {
  const template = form.querySelector("[name=template]:checked")?.value ?? "notice";
  const fields = {};
  for (const input of form.querySelectorAll("[data-notice-field]")) {
    const isOfTemplate = input.closest(`.bt-of-${template}`);
    if (isOfTemplate && input.value.trim()) fields[input.dataset.noticeField] = input.value.trim();
  }
  if (template === "bilingual") fields.language = form.querySelector("[name=text_language]")?.value || "en";
  return { template, fields };
}

for (const box of document.querySelectorAll("[data-notice]:not([data-notice-live])")) {
  draw(box, JSON.parse(box.dataset.notice));
}

const live = [...document.querySelectorAll("[data-notice-live]")];
const form = live.length ? document.getElementById(live[0].dataset.noticeLive) : null;
// A file that was just chosen is shown in the same frames, from this machine, before a byte of it is sent.
function show(box, chosen) {
  const media = document.createElement(chosen.kind === "video" ? "video" : "img");
  media.className = "bt-scr-m";
  if (chosen.kind === "video") Object.assign(media, { controls: true, muted: true, preload: "metadata" });
  else media.alt = "";
  media.src = chosen.address;
  box.replaceChildren(media);
}

if (form) {
  let timer = 0;
  let chosen = null;
  const paint = () => {
    const text = typed(form);
    const isText = form.querySelector("[name=way]:checked")?.value === "text";
    for (const box of live) {
      box.closest("figure").hidden = false;
      if (isText && (text.fields.title || text.fields.head)) draw(box, text);
      else if (!isText && chosen) {
        if (box.firstElementChild?.src !== chosen.address) show(box, chosen);
      } else box.replaceChildren();
    }
  };
  form.addEventListener("change", (event) => {
    const file = event.target.type === "file" ? event.target.files[0] : null;
    const kind = file?.type.split("/")[0];
    if (kind !== "video" && kind !== "image") return;
    if (chosen) URL.revokeObjectURL(chosen.address);
    chosen = { kind, address: URL.createObjectURL(file) };
    paint();
  }, true); // before the upload takes the file out of the field
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(paint, PAUSE_MS);
  });
  paint();
}
