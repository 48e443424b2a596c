// Emergency notices at true geometry: data-alert holds the envelope's content and is drawn by the screens' own module;
// with data-alert-live the fields of the form named there are drawn as they are typed. Also counts letters and time.
import { renderAlert } from "../notices/alert.js";

const PAUSE_MS = 250;
const READER_M_PER_MM = 0.2; // capitals of 150 mm are read from 30 m
const drawn = new Map();

async function draw(box, alert) {
  drawn.get(box)?.stop();
  const figure = box.closest("[data-alert-figure]");
  const said = figure.querySelector("[data-alert-height]");
  const small = figure.querySelector("[data-alert-small]");
  if (!Object.values(alert.text).some((words) => words.headline)) {
    box.replaceChildren();
    said.textContent = "";
    small.hidden = true;
    return;
  }
  const face = { width: Number(box.dataset.width), height: Number(box.dataset.height) };
  try {
    const made = await renderAlert(box, alert, face);
    drawn.set(box, made);
    const { pages, capitals } = await made.ready;
    const mm = Math.round((capitals * Number(box.dataset.pitch)) / 1000);
    const words = said.dataset.words.replace("#1", mm).replace("#2", Math.floor(mm * READER_M_PER_MM));
    said.textContent = pages > 1 ? `${words} ${said.dataset.pages.replace("#3", pages)}` : words;
    small.hidden = capitals >= made.least;
  } catch {
    box.replaceChildren();
  }
}

function typed(form, base) {
  const value = (name) => form.elements[name]?.value?.trim() ?? "";
  const text = {};
  for (const part of form.querySelectorAll("[data-part]")) {
    const tag = part.dataset.part;
    const words = {
      headline: value(`headline_${tag}`),
      description: value(`description_${tag}`),
      instruction: value(`instruction_${tag}`),
    };
    if (words.headline) text[tag] = words;
  }
  const level = form.querySelector("[name=level]:checked")?.value;
  const moment = (name, other) => (value(name) ? new Date(`${value(name)}:00+07:00`).toISOString() : other);
  return {
    ...base,
    level: level ? Number(level) : null,
    hazard: value("hazard"),
    issuer_name: value("issuer_name"),
    ends: moment("ends_at", base.ends),
    text,
  };
}

for (const box of document.querySelectorAll("[data-alert]:not([data-alert-live])")) draw(box, JSON.parse(box.dataset.alert));

const form = document.querySelector("[data-alert-form]");
if (form) {
  const live = [...document.querySelectorAll("[data-alert-live]")];
  let timer = 0;
  const count = () => {
    for (const told of form.querySelectorAll("[data-count-for]")) {
      const length = [...document.getElementById(told.dataset.countFor).value.trim()].length;
      told.textContent = length ? told.dataset.words.replace("#1", length) : "";
      told.classList.toggle("bt-amber", length > 24);
    }
  };
  const paint = () => {
    count();
    for (const box of live) draw(box, typed(form, JSON.parse(box.dataset.alert)));
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(paint, PAUSE_MS);
  });
  paint();
}

for (const told of document.querySelectorAll("[data-countdown]")) {
  const until = performance.now() + Number(told.dataset.countdown) * 1000; // the hub's clock, not this machine's
  const words = told.textContent;
  const tick = () => {
    const left = Math.max(0, Math.floor((until - performance.now()) / 1000));
    const [hours, minutes] = [Math.floor(left / 3600), Math.floor(left / 60) % 60];
    told.textContent = left < 86400 && left > 0 ? `${words} (${hours}:${String(minutes).padStart(2, "0")})` : words;
  };
  tick();
  setInterval(tick, 20000);
}
