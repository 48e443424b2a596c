// Text notices of the LED: `render` draws one of the templates into an element and fits the letters by measuring them.
// Used by the screen's page and by the hub's preview; no inline style attribute, so a strict CSP holds.

import { event, table, ticker, urgent } from "./layouts.js";
import { box, icon, line } from "./pieces.js";

const INFO = "M3 12a9 9 0 1 0 18 0a9 9 0 0 0 -18 0M12 9h.01M11 12h1v4h1";
const CAP_HEIGHT = 0.74; // of an em, Be Vietnam Pro
const LARGEST_FIT = 1.5;
const LARGEST_UPRIGHT = 3; // lengths go by the width there, so there is room to grow
const UPRIGHT = 1.35; // below this shape lines wrap and stand under one another
const NARROW = 0.9; // below this one the cells of a table do too
const SHAPE = 1.6; // a face narrower than this is measured by its width
// ui.md section 10: capitals of 150 mm for a reader at 30 m, the main line 1.6 times that. The pitch follows from the
// face where it is known (P5: 1920x640, P4: 1024x512); any other face is taken as one whose shorter side is 2 m.
const PITCH_MM = { "1920x640": 5, "1024x512": 4 };

// Letters that Be Vietnam Pro has not: the tag they are shaped under, the font that holds them.
const SCRIPTS = [
  { letters: /[\u2e80-\u9fff\uf900-\ufaff]/, lang: "zh-Hans", font: '600 20px "Noto Sans SC"' },
  { letters: /[\uaa80-\uaadf]/, lang: "blt", font: '400 20px "Noto Sans Tai Viet"' },
];
const LANGUAGE = "vi";

const scriptOf = (words) => SCRIPTS.find((one) => one.letters.test(words));

function plain(fields) {
  const side = box("bt-notice-side", icon(INFO), line("head", fields.head));
  const foot = box("bt-notice-foot", line("detail", fields.detail), line("issuer", fields.issuer));
  const body = box("bt-notice-body", line("head", fields.head), line("title", fields.title), line("fact", fields.fact), foot);
  return { className: "bt-notice-plain", parts: [side, body], main: fields.fact ? "fact" : "title" };
}

function two(fields) {
  const translation = line("translation", fields.translation, fields.language === "zh" ? "zh-Hans" : fields.language);
  const body = box("bt-notice-body", line("title", fields.title), translation, line("fact", fields.fact));
  return { className: "bt-notice-two", parts: [body], main: "title" };
}

const TEMPLATES = { notice: plain, bilingual: two, urgent, event, table, ticker };

// The least height of capitals, in pixels of the face: of any line, of a table's rows, of the main line.
export function leastCapitals(width, height) {
  const pitch = PITCH_MM[`${width}x${height}`] ?? 2000 / Math.min(width, height);
  return { any: Math.floor(150 / pitch), row: Math.floor(187.5 / pitch), main: Math.floor(240 / pitch) };
}

function overflows(notice) {
  const body = notice.querySelector(".bt-notice-body");
  const room = body.getBoundingClientRect().bottom - parseFloat(getComputedStyle(body).paddingBottom);
  const lowest = Math.max(...[...body.children].map((child) => child.getBoundingClientRect().bottom));
  if (lowest > room + 1 || body.scrollWidth > body.clientWidth + 1) return true;
  return [...notice.querySelectorAll("[data-line]")].some(
    (each) => each.clientWidth && each.scrollWidth > each.clientWidth + 1,
  );
}

function fit(notice) {
  let low = 0.3;
  let high = notice.classList.contains("bt-notice-upright") ? LARGEST_UPRIGHT : LARGEST_FIT;
  for (let step = 0; step < 9; step += 1) {
    const middle = (low + high) / 2;
    notice.style.setProperty("--fit", middle.toFixed(4));
    if (overflows(notice)) high = middle;
    else low = middle;
  }
  notice.style.setProperty("--fit", low.toFixed(4));
  return !overflows(notice);
}

/**
 * Draw a text notice into `root`, filling it.
 *
 * `text` is `{template, fields}`; `face` is `{width, height}` of the LED in pixels. `root` may be smaller (a preview):
 * letters scale with its height. Gives `{fits, capitals, smallest, least: {any, row, main}, run_s}` in pixels of the face:
 * the capitals of the main line and of the smallest; `run_s` is how long words that run take to pass once, else 0; `fits` is false when they fall under the least height, which the hub refuses before an appraiser sees it. Awaits the fonts.
 */
export async function render(root, text, face) {
  const template = TEMPLATES[text.template];
  if (!template) throw new Error(`unknown template ${text.template}`);
  const made = template(text.fields);
  const notice = box(`bt-notice ${made.className}`, ...made.parts);
  const letters = Object.values(text.fields).join(" ");
  notice.lang = text.fields.language ? LANGUAGE : (scriptOf(letters)?.lang ?? LANGUAGE);
  notice.classList.toggle("bt-notice-tall", face.width / face.height <= 2.5);
  notice.classList.toggle("bt-notice-upright", face.width / face.height < UPRIGHT);
  notice.classList.toggle("bt-notice-narrow", face.width / face.height < NARROW);
  root.replaceChildren(notice);
  await Promise.all([600, 700].map((weight) => document.fonts.load(`${weight} 20px "Be Vietnam Pro"`, letters)));
  const scripts = SCRIPTS.filter((one) => one.letters.test(letters));
  await Promise.all(scripts.map((one) => document.fonts.load(one.font, letters)));
  const height = root.clientHeight || face.height;
  notice.style.setProperty("--u", `${Math.min(height, (root.clientWidth || face.width) / SHAPE) / 100}px`);
  const holds = fit(notice);
  const scale = face.height / height;
  const capitalsOf = (element) => Math.round(parseFloat(getComputedStyle(element).fontSize) * scale * CAP_HEIGHT);
  const least = leastCapitals(face.width, face.height);
  const capitals = capitalsOf(notice.querySelector(`[data-line=${made.main}]`));
  const drawn = [...notice.querySelectorAll("[data-line]")].filter((each) => each.clientHeight);
  const smallest = Math.min(...drawn.map(capitalsOf));
  const run_s = made.run ? made.run(scale) : 0;
  const wanted = made.main === "row" ? least.row : least.main;
  return { fits: holds && capitals >= wanted && smallest >= least.any, capitals, smallest, least, run_s };
}
