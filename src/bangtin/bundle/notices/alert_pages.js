// Lays an emergency notice out on pages: the largest letters that fit, never smaller than can be read from the road.

import { foot, sheet } from "./alert_sheet.js";
import { box } from "./pieces.js";

export const CAP_HEIGHT = 0.74;
const LARGEST_FIT = 1.7;
const STEPS = 5;
const RATIOS = [2, 1.6, 1.25]; // of the headline's letters to the other words', the largest that fits
const SIDE_BY_SIDE = 2.5; // from this shape on two languages stand beside each other, if their letters stay large enough
const PITCH_MM = { "1920x640": 5, "1024x512": 4 };

// The least height of capitals in pixels of the face, for a reader at 30 m; a face of unknown pitch is taken as 2 m.
export function leastCapital(face) {
  const pitch = PITCH_MM[`${face.width}x${face.height}`] ?? 2000 / Math.min(face.width, face.height);
  return Math.floor(150 / pitch);
}

function overflows(element) {
  for (const words of element.querySelectorAll(".bt-alert-words")) {
    const room = words.getBoundingClientRect();
    const last = [...words.children].filter((child) => child.textContent).at(-1);
    if (last && last.getBoundingClientRect().bottom > room.bottom + 1) return true;
    if ([...words.children].some((child) => child.scrollWidth > child.clientWidth + 1)) return true;
  }
  return false;
}

const scaleTo = (element, fit) => element.style.setProperty("--fit", fit.toFixed(4));

// The largest letters that fit, when the least do.
function enlarge(element, least) {
  let low = least;
  let high = LARGEST_FIT;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    scaleTo(element, middle);
    if (overflows(element)) high = middle;
    else low = middle;
  }
  scaleTo(element, low);
}

export class Drawing {
  constructor(root, alert, face) {
    Object.assign(this, { alert, face, bench: box("bt-alert-bench") });
    const height = root.clientHeight || face.height;
    this.bench.style.setProperty("width", `${root.clientWidth || face.width}px`);
    this.bench.style.setProperty("height", `${height}px`);
    root.replaceChildren(this.bench);
    this.scale = face.height / height;
    this.unit = Math.min(height, (root.clientWidth || face.width) / 1.6) / 100;
    // the smallest line of the words is 11 hundredths at fit 1
    this.least = Math.min(1, leastCapital(face) / this.scale / CAP_HEIGHT / (11 * this.unit));
  }

  lay(parts, ratio) {
    const made = sheet(this.alert, parts, this.face, false);
    made.style.setProperty("--u", `${this.unit}px`);
    made.style.setProperty("--ratio", String(ratio));
    this.bench.replaceChildren(made);
    this.tidy(made);
    scaleTo(made, this.least);
    return made;
  }

  // A laid out page of these parts, or null where the letters would be too small.
  // A smaller headline comes before the least letters for what to do.
  page(parts, ratios = RATIOS, leasts = [this.least * 1.3, this.least]) {
    for (const least of leasts) {
      for (const ratio of ratios) {
        const made = this.lay(parts, ratio);
        scaleTo(made, least);
        if (overflows(made)) continue;
        enlarge(made, least);
        return made;
      }
    }
    return null;
  }

  // Small faces drop the issuer before anything else, then the long words of the foot.
  tidy(made) {
    const row = made.querySelector(".bt-alert-foot");
    const isTooLong = () => row.scrollWidth > row.clientWidth + 1;
    if (isTooLong()) row.lastElementChild.textContent = "";
    if (isTooLong()) row.replaceWith(foot(this.alert, made.lang.slice(0, 2), true));
    const level = made.querySelector("[data-line=level]");
    if (level.scrollWidth > level.clientWidth + 1) {
      level.textContent = level.textContent.split(" · ").at(-1);
    }
  }

  // Vietnamese first.
  parts() {
    const parts = Object.entries(this.alert.text).map(([language, text]) => ({ language, ...text }));
    const order = (part) => (part.language === "vi" ? 0 : 1);
    return parts.sort((one, other) => order(one) - order(other));
  }

  // What can stand at once, as nothing is looked for: the first language in the least letters, or what happens alone.
  quick() {
    const [part] = this.parts();
    const made = this.lay([part], RATIOS.at(-1));
    return overflows(made) ? this.lay([{ ...part, description: "", instruction: "" }], RATIOS.at(-1)) : made;
  }

  *pages() {
    const parts = this.parts();
    if (parts.length === 2 && this.face.width / this.face.height >= SIDE_BY_SIDE) {
      const both = this.page(parts, RATIOS, [this.least * 1.4]);
      if (both) {
        yield both;
        return;
      }
    }
    for (const part of parts) yield* this.pagesOf(part);
  }

  // What happens and what to do come first; what else there is follows on pages of its own.
  *pagesOf(part) {
    const whole = this.page([part]);
    if (whole) {
      yield whole;
      return;
    }
    const bare = { headline: part.headline, language: part.language, description: "", instruction: "" };
    yield* this.cut(part.instruction, (words, isMore) => ({ ...bare, isMore, instruction: words }), RATIOS);
    yield* this.cut(part.description, (words) => ({ ...bare, isMore: true, description: words }), [1]);
  }

  // Pages of `text`, each with as many words as the least letters allow; the headline is small on all but the first.
  *cut(text, made, ratios) {
    const words = (text || "").split(/\s+/).filter(Boolean);
    for (let from = 0; from < words.length; ) {
      const allowed = from ? [1] : ratios;
      const part = (count) => made(words.slice(from, from + count).join(" "), from > 0);
      const rest = this.page([part(words.length - from)], allowed);
      if (rest) {
        yield rest;
        return;
      }
      let most = 1;
      for (let high = words.length - from; most < high; ) {
        const middle = Math.ceil((most + high) / 2);
        if (overflows(this.lay([part(middle)], allowed.at(-1)))) high = middle - 1;
        else most = middle;
      }
      const count = endOfSentence(words.slice(from, from + most));
      yield this.forced(part(count), allowed.at(-1));
      from += count;
    }
  }

  // One word or headline too long for the least letters is drawn smaller, rather than cut.
  forced(part, ratio) {
    const made = this.lay([part], ratio);
    enlarge(made, overflows(made) ? 0.2 : this.least);
    return made;
  }
}

// Where to break a page: after a sentence or comma in its last third, else where the room ends.
function endOfSentence(words) {
  for (const mark of [/[.;!?]$/, /[,:]$/]) {
    for (let count = words.length; count > (words.length * 2) / 3; count -= 1) {
      if (mark.test(words[count - 1])) return count;
    }
  }
  return words.length;
}
