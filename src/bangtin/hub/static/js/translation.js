// The translation bench: saves the draft while it is typed, counts letters, says how fast a subtitle must be read, draws
// the notice at the screens' geometry, goes to the next place with Ctrl+Enter. Without it the page's buttons do the same.
import { render } from "../notices/notice.js";

const SAVE_MS = 1500;
const DRAW_MS = 250;
const form = document.getElementById("ban-dich");
const words = form?.dataset ?? {};
const places = form ? [...form.querySelectorAll("[data-place]")] : [];
const field = (place) => place.querySelector("textarea");

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

function count(place) {
  grow(field(place));
  const text = field(place).value.trim();
  const letters = [...text].length;
  place.querySelector("[data-count]").textContent = letters ? `${letters}/${place.dataset.longest} ${words.wordsCount}` : "";
  const pace = place.querySelector("[data-pace]");
  if (!pace) return;
  const speed = ([...text.replace(/\s+/g, " ")].length * 1000) / Math.max(1, Number(place.dataset.lengthMs));
  const isFast = speed > Number(words.fastest);
  const said = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(speed);
  pace.textContent = letters ? `${said} ${words.wordsPace}${isFast ? ` · ${words.wordsFast}` : ""}` : "";
  pace.classList.toggle("bt-fast", isFast);
}

function paint(faults) {
  for (const place of places) {
    const fault = faults[place.dataset.place] ?? "";
    const told = place.querySelector("[data-fault]");
    told.textContent = fault;
    told.hidden = !fault;
    place.classList.toggle("bt-bad", Boolean(fault));
  }
}

function say(text) {
  const told = form.querySelector("[data-saved]");
  if (told) told.textContent = text;
}

let saving = Promise.resolve();
let timer = 0;
let isDirty = false;

async function save() {
  if (!isDirty) return;
  isDirty = false;
  const body = new FormData(form);
  body.delete("file");
  body.set("deed", "save");
  try {
    const answer = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" } });
    const told = await answer.json();
    if (!answer.ok) return say(`${told.message} ${told.next_step ?? ""}`);
    form.elements.seen.value = told.seen;
    paint(told.faults);
    say(`${words.wordsSaved} ${told.saved}`);
  } catch {
    isDirty = true;
    say(words.wordsLost);
    timer = setTimeout(queue, SAVE_MS * 4);
  }
}

// one saving at a time: each tells the number of the draft that the next one must name
const queue = () => (saving = saving.then(save));

function notice() {
  const fields = {};
  for (const place of places) {
    const text = field(place)?.value.trim();
    if (place.dataset.field && text) fields[place.dataset.field] = text;
  }
  if (!form.elements.is_bilingual?.checked) return { template: words.template, fields };
  const original = Object.fromEntries(
    places.filter((place) => place.dataset.field).map((place) => [place.dataset.field, place.querySelector(".bt-tr-s .bt-tr-t").innerText]),
  );
  const both = { title: original.title, translation: fields.title ?? "", language: words.language };
  if (original.fact) both.fact = original.fact;
  return { template: "bilingual", fields: both };
}

function draw() {
  const text = notice();
  for (const box of document.querySelectorAll("[data-live] [data-notice]")) {
    if (!text.fields.title) continue;
    const face = { width: Number(box.dataset.width), height: Number(box.dataset.height) };
    const told = box.closest("figure")?.querySelector("[data-notice-small]");
    render(box, text, face).then((measured) => told && (told.hidden = measured.fits), () => box.replaceChildren());
  }
}

if (form && places.some(field)) {
  const isNotice = words.bench === "notice";
  let drawing = 0;
  for (const place of places) count(place);
  if (isNotice) draw();
  form.addEventListener("input", (event) => {
    if (event.target.name === "is_declared" || event.target.type === "file") return;
    const place = event.target.closest("[data-place]");
    if (place && field(place) === event.target) count(place);
    isDirty = true;
    clearTimeout(timer);
    timer = setTimeout(queue, SAVE_MS);
    if (!isNotice) return;
    clearTimeout(drawing);
    drawing = setTimeout(draw, DRAW_MS);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.ctrlKey || !event.target.matches("textarea")) return;
    event.preventDefault();
    event.stopPropagation();
    queue();
    const fields = places.map(field);
    const next = fields[fields.indexOf(event.target) + 1];
    (next ?? form.querySelector("[name=is_declared]"))?.focus();
  });
  addEventListener("pagehide", () => {
    if (!isDirty) return;
    const body = new FormData(form);
    body.delete("file");
    body.set("deed", "save");
    navigator.sendBeacon(location.href, body);
  });
  form.addEventListener("submit", () => {
    isDirty = false;
    clearTimeout(timer);
  });
}
