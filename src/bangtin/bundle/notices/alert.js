// Emergency notices on the LED: `renderAlert` draws one into an element; the screen's page and the hub's preview use it.
// The level stands in words and bars as well as in its colour (Decision 18/2021). Nothing flashes; pages change slowly.

import { box, icon, line } from "./pieces.js";

const WARNING = "M12 9v4M12 16v.01M10.4 3.6 2.6 16.9a1.9 1.9 0 0 0 1.6 2.9h15.6a1.9 1.9 0 0 0 1.6-2.9L13.6 3.6a1.9 1.9 0 0 0-3.2 0z";
const CAP_HEIGHT = 0.74;
const LARGEST_FIT = 1.7;
const STEPS = 5;
const FIRST_FRAME_MS = 60; // the first page is on the glass before the others are laid out
const RATIOS = [2, 1.6, 1.25]; // of the headline's letters to the other words', the largest that fits
const ZONE_MS = 7 * 3600 * 1000; // UTC+7 all year; the machine's own zone may be anything
const LEVELS = [1, 2, 3, 4, 5];
const SIDE_BY_SIDE = 2.5; // from this shape on two languages stand beside each other, if their letters stay large enough
const PITCH_MM = { "1920x640": 5, "1024x512": 4 };
const FONTS = [
  { letters: /[\u2e80-\u9fff\uf900-\ufaff]/, font: '600 20px "Noto Sans SC"' },
  { letters: /[\uaa80-\uaadf]/, font: '400 20px "Noto Sans Tai Viet"' },
];

// The player's own words; `drill` never comes from the notice's text.
const DRILL = "DIỄN TẬP";
const WORDS = {
  vi: {
    level: (level) => `RỦI RO THIÊN TAI CẤP ${level}`,
    plain: "CẢNH BÁO KHẨN CẤP",
    warning: "CẢNH BÁO",
    drill: "không phải cảnh báo thật",
    issued: (at, until) => `Phát lúc ${at}, đến ${until}`,
    short: (at, until) => `Phát ${at} – ${until}`,
  },
  en: {
    level: (level) => `DISASTER RISK LEVEL ${level}`,
    plain: "EMERGENCY WARNING",
    warning: "WARNING",
    drill: "exercise, not a real warning",
    issued: (at, until) => `Issued ${at}, until ${until}`,
    short: (at, until) => `${at} – ${until}`,
  },
  zh: {
    level: (level) => `灾害风险 ${level}级`,
    plain: "紧急警报",
    warning: "警报",
    drill: "演习，非真实警报",
    issued: (at, until) => `${at} 发布，至 ${until}`,
    short: (at, until) => `${at} – ${until}`,
  },
};
const wordsOf = (language) => WORDS[language] || WORDS.vi;
const tagOf = (language) => (language === "zh" ? "zh-Hans" : language);

const two = (number) => String(number).padStart(2, "0");

function hourOf(text, besides) {
  const local = new Date(Date.parse(text) + ZONE_MS);
  const hour = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
  const day = `${two(local.getUTCDate())}/${two(local.getUTCMonth() + 1)}`;
  return day === besides ? { hour, day, text: hour } : { hour, day, text: `${hour} ${day}` };
}

// The least height of capitals in pixels of the face, for a reader at 30 m; a face of unknown pitch is taken as 2 m.
function leastCapital(face) {
  const pitch = PITCH_MM[`${face.width}x${face.height}`] ?? 2000 / Math.min(face.width, face.height);
  return Math.floor(150 / pitch);
}

function bars(level) {
  const made = box("bt-alert-bars");
  for (const step of LEVELS) made.append(box(step <= level ? "bt-alert-bar bt-alert-full" : "bt-alert-bar"));
  return made;
}

function band(alert, language, isWide) {
  const words = wordsOf(language);
  const level = alert.level ? words.level(alert.level) : words.plain;
  const said = line("level", alert.level && isWide ? `${words.warning} · ${level}` : level, tagOf(language));
  return box("bt-alert-band", icon(WARNING), said, ...(alert.level ? [bars(alert.level)] : []));
}

function foot(alert, language, isShort) {
  const words = wordsOf(language);
  const at = hourOf(alert.at);
  const until = hourOf(alert.ends, at.day);
  const said = (isShort ? words.short : words.issued)(at.text, until.text);
  return box("bt-alert-foot", line("issued", said, tagOf(language)), line("issuer", isShort ? "" : alert.issuer_name));
}

function column(alert, part) {
  const title = part.headline.toLocaleUpperCase(part.language === "vi" ? "vi" : undefined);
  const hazard = alert.hazard || "";
  const isSaid = part.language !== "vi" || part.headline.toLowerCase().includes(hazard.toLowerCase());
  const made = box(
    "bt-alert-words",
    line("hazard", isSaid || part.isMore ? "" : hazard),
    line("title", title),
    line("description", part.description),
    line("instruction", part.instruction),
  );
  made.lang = tagOf(part.language);
  return made;
}

function sheet(alert, parts, face, isShort) {
  const language = parts[0].language;
  const isWide = face.width / face.height > 2.5;
  const pieces = [band(alert, language, isWide)];
  if (alert.drill) pieces.push(box("bt-alert-drill", line("drill", DRILL), line("drill-more", wordsOf(language).drill)));
  pieces.push(box("bt-alert-body", ...parts.map((part) => column(alert, part))), foot(alert, language, isShort));
  const made = box(`bt-notice bt-alert bt-alert-${alert.level ?? "none"}`, ...pieces);
  made.lang = tagOf(language);
  made.classList.toggle("bt-alert-drilling", Boolean(alert.drill));
  made.classList.toggle("bt-alert-tall", !isWide);
  made.classList.toggle("bt-alert-portrait", face.height > face.width);
  return made;
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

class Drawing {
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

  *pages() {
    const parts = Object.entries(this.alert.text).map(([language, text]) => ({ language, ...text }));
    const order = (part) => (part.language === "vi" ? 0 : 1);
    parts.sort((one, other) => order(one) - order(other));
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
 * how high the smallest capitals are); what to call when the notice goes.
 */
export async function renderAlert(root, alert, face, now = () => Date.now()) {
  const letters = JSON.stringify(alert.text) + DRILL + alert.issuer_name;
  await Promise.all([
    ...[600, 700].map((weight) => document.fonts.load(`${weight} 20px "Be Vietnam Pro"`, letters)),
    ...FONTS.filter((one) => one.letters.test(letters)).map((one) => document.fonts.load(one.font, letters)),
  ]);
  const drawing = new Drawing(root, alert, face);
  const coming = drawing.pages();
  const first = coming.next().value;
  const capitals = [smallest(first, drawing.scale)];
  root.prepend(first);
  const state = { pages: [first], timer: null, isOver: false };
  const ready = others(coming, state, capitals, drawing).then(() => {
    if (!state.isOver) turnPages(root, state, now);
    return { pages: state.pages.length, capitals: Math.min(...capitals) };
  });
  const stop = () => {
    state.isOver = true;
    clearTimeout(state.timer);
  };
  return { least: leastCapital(face), ready, stop };
}

// The pages after the first are laid out while it already stands.
async function others(coming, state, capitals, drawing) {
  const breath = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  await breath(FIRST_FRAME_MS);
  for (let next = coming.next(); !next.done && !state.isOver; next = coming.next()) {
    capitals.push(smallest(next.value, drawing.scale));
    state.pages.push(next.value);
    await breath(0);
  }
  drawing.bench.remove();
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
