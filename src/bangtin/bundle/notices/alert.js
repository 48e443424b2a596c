// Emergency notices on the LED: `renderAlert` draws one into an element; the screen's page and the hub's preview use it.
// Nothing flashes; pages change slowly.

import { CAP_HEIGHT, Drawing, leastCapital } from "./alert_pages.js";
import { DRILL } from "./alert_sheet.js";

const FIRST_FRAME_MS = 60; // what stands first is on the glass before more is laid out
const FONTS = [
  { letters: /[\u2e80-\u9fff\uf900-\ufaff]/, font: '600 20px "Noto Sans SC"' },
  { letters: /[\uaa80-\uaadf]/, font: '400 20px "Noto Sans Tai Viet"' },
];

// Reading takes 0.35 s a word and 2 s to find the place (ui.md 10); never a change more often than every 4 s.
function readingMs(page) {
  const words = page.querySelector(".bt-alert-body").textContent.split(/\s+/).length;
  return Math.max(4000, Math.min(15000, 2000 + 350 * words));
}

/**
 * Draw an emergency notice into `root`, filling it.
 *
 * `alert` is the envelope's content: `{drill, level, hazard, issuer_name, at, ends, text: {language: {headline,
 * description, instruction}}}`. `face` is `{width, height}` of the LED in pixels; `now()` gives milliseconds since 1970,
 * so that the faces of a cluster turn their pages together. Resolves as soon as the first page stands, to `{least, ready,
 * stop}`: the least height of capitals in pixels of the face; a promise of `{pages, capitals}` (how many pages take turns,
 * how high the smallest capitals are); what to call when the notice goes. With `isAtOnce` the first words stand in the
 * least letters before the largest that fit are looked for: a face that shows something else must not wait for that.
 */
export async function renderAlert(root, alert, face, now = () => Date.now(), isAtOnce = false) {
  const letters = JSON.stringify(alert.text) + DRILL + alert.issuer_name;
  await Promise.all([
    ...[600, 700].map((weight) => document.fonts.load(`${weight} 20px "Be Vietnam Pro"`, letters)),
    ...FONTS.filter((one) => one.letters.test(letters)).map((one) => document.fonts.load(one.font, letters)),
  ]);
  const drawing = new Drawing(root, alert, face);
  const state = { pages: [], timer: null, isOver: false };
  const capitals = [];
  const coming = drawing.pages();
  const add = (page) => {
    capitals.push(smallest(page, drawing.scale));
    state.pages.push(page);
    if (state.pages.length === 1) show(root, page);
  };
  if (isAtOnce) show(root, drawing.quick());
  else add(coming.next().value);
  const ready = others(coming, state, add, drawing).then(() => {
    if (!state.isOver) turnPages(root, state, now);
    return { pages: state.pages.length, capitals: Math.min(...capitals) };
  });
  const stop = () => {
    state.isOver = true;
    clearTimeout(state.timer);
  };
  return { least: leastCapital(face), ready, stop };
}

// What is not laid out yet follows while the first words already stand.
async function others(coming, state, add, drawing) {
  const breath = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  await breath(FIRST_FRAME_MS);
  for (let next = coming.next(); !next.done && !state.isOver; next = coming.next()) {
    add(next.value);
    await breath(0);
  }
  drawing.bench.remove();
}

// Before the bench, on which the next pages are laid out.
function show(root, page) {
  const old = root.querySelector(":scope > .bt-alert");
  if (old) old.replaceWith(page);
  else root.prepend(page);
}

function turnPages(root, state, now) {
  const lengths = state.pages.map(readingMs);
  const total = lengths.reduce((sum, one) => sum + one, 0);
  const turn = () => {
    let place = now() % total;
    let index = 0;
    while (place >= lengths[index]) {
      place -= lengths[index];
      index += 1;
    }
    if (root.firstElementChild !== state.pages[index]) root.replaceChildren(state.pages[index]);
    state.timer = setTimeout(turn, lengths[index] - place + 5);
  };
  if (state.pages.length > 1) turn();
}

function smallest(page, scale) {
  const drawn = [...page.querySelectorAll(".bt-alert-words [data-line]")].filter((each) => each.textContent);
  return Math.min(...drawn.map((each) => Math.round(parseFloat(getComputedStyle(each).fontSize) * scale * CAP_HEIGHT)));
}
