// Numbers of an upload as people of the page's language write them.
const lang = document.documentElement.lang || "vi";

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_all, name) => values[name] ?? "");

export function size(bytes) {
  const units = ["B", "kB", "MB", "GB"];
  let unit = 0;
  while (bytes >= 1000 && unit < 3) {
    bytes /= 1000;
    unit += 1;
  }
  const digits = unit < 2 ? 0 : unit === 2 ? 1 : 2;
  return `${bytes.toLocaleString(lang, { maximumFractionDigits: digits })}\u00a0${units[unit]}`;
}

export function time(seconds, words) {
  if (seconds >= 5400) return `${(seconds / 3600).toLocaleString(lang, { maximumFractionDigits: 1 })} ${words.hours}`;
  if (seconds >= 90) return `${Math.round(seconds / 60)} ${words.minutes}`;
  return `${Math.max(1, Math.ceil(seconds))} ${words.seconds}`;
}

// Bytes a second over the last few seconds: what the line gives now, not since the beginning.
export class Rate {
  #samples = [];

  note(bytes, now = performance.now()) {
    this.#samples.push([now, bytes]);
    while (this.#samples.length > 2 && now - this.#samples[0][0] > 5000) this.#samples.shift();
  }

  forget() {
    this.#samples = [];
  }

  perSecond() {
    if (this.#samples.length < 2) return 0;
    const [first, last] = [this.#samples[0], this.#samples[this.#samples.length - 1]];
    const passed = (last[0] - first[0]) / 1000;
    return passed > 0.5 ? Math.max(0, (last[1] - first[1]) / passed) : 0;
  }
}
