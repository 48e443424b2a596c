// One file in the list: its name, bar, rate, time left, buttons; at the end its digest and a button to choose it.
import { fill, Rate, size, time } from "./upload_words.js";

const PAINT_MS = 250;
const SPOKEN_PERCENT = [25, 50, 75];

export class Row {
  #part;
  #words;
  #say;
  #rate = new Rate();
  #paintedAt = 0;
  #spoken = 0;
  status = null;
  isSending = false;
  isEarlier = false;

  constructor(template, name, say) {
    this.element = template.content.firstElementChild.cloneNode(true);
    this.#part = (key) => this.element.querySelector(`[data-row-${key}]`);
    this.#words = this.element.dataset;
    this.#say = say;
    this.name = name;
    this.#part("name").textContent = name;
    this.#part("bar").setAttribute("aria-label", name);
    for (const key of ["pause", "resume", "cancel"]) {
      const button = this.#part(key);
      button.setAttribute("aria-label", `${button.textContent.trim()}: ${name}`);
    }
  }

  on(key, act) {
    this.#part(key).addEventListener("click", act);
  }

  get choice() {
    return this.#part("choice");
  }

  begun() {
    this.isSending = true;
    this.#buttons({ pause: true });
    this.#state(this.#words.begun, "", { isSpoken: true });
  }

  moved(loaded, total) {
    this.#rate.note(loaded);
    if (performance.now() - this.#paintedAt < PAINT_MS && loaded < total) return;
    this.#paintedAt = performance.now();
    const percent = total ? Math.floor((100 * loaded) / total) : 100;
    this.#bar(percent);
    const perSecond = this.#rate.perSecond();
    const left = perSecond ? time((total - loaded) / perSecond, this.#words) : "";
    const rate = perSecond ? `${size(perSecond)}/s` : "";
    this.#part("rate").textContent = rate && left ? fill(this.#words.rate, { rate, left }) : "";
    this.#state(fill(this.#words.moved, { done: size(loaded), total: size(total) }));
    const spoken = SPOKEN_PERCENT.filter((one) => one <= percent && one > this.#spoken).pop();
    if (!spoken) return;
    this.#spoken = spoken;
    this.#say(`${this.name}: ${spoken}%`);
  }

  paused() {
    this.isSending = false;
    this.#quiet();
    this.#buttons({ resume: true });
    this.#state(this.#words.paused, "bt-prog-a", { isSpoken: true });
  }

  waiting() {
    this.#buttons({});
    this.#state(this.#words.waiting);
  }

  lost() {
    this.#quiet();
    this.#state(this.#words.lost, "bt-prog-a", { isSpoken: true });
  }

  back() {
    this.#state(this.#words.back, "", { isSpoken: true });
  }

  checking(percent) {
    this.#quiet();
    this.#bar(100);
    this.#buttons({});
    this.#state(fill(this.#words.checking, { percent: `${percent}%` }));
  }

  // A file that an earlier page sent in part: the browser lets nobody read it again but the person who chooses it.
  unfinished(status) {
    this.status = status;
    this.#bar(status.size ? Math.floor((100 * status.offset) / status.size) : 0);
    this.#buttons({});
    const part = fill(this.#words.moved, { done: size(status.offset), total: size(status.size) });
    this.#state(`${part}. ${this.#words.unfinished}`, "bt-prog-a");
  }

  done(status, isSpoken = true) {
    this.status = status;
    this.isSending = false;
    this.#quiet();
    this.#buttons({});
    this.#part("bar").hidden = true;
    this.#part("percent").hidden = true;
    this.#state(fill(this.#words.done, { total: size(status.size) }), "", { isSpoken });
    this.#part("digest").hidden = false;
    this.#part("sha256").textContent = status.sha256;
    this.choice.value = status.id;
    this.#part("choose").hidden = false;
    if (status.duplicate) this.#duplicate(status.duplicate);
  }

  refused(refusal) {
    this.isSending = false;
    this.#quiet();
    this.#buttons({});
    const code = refusal.code ? ` (${refusal.code})` : "";
    this.#state(`${refusal.message ?? ""} ${refusal.next_step ?? ""}${code}`.trim(), "bt-prog-a", { isSpoken: true });
  }

  #duplicate({ receipt, title, url }) {
    const note = this.#part("duplicate");
    const link = note.querySelector("a");
    link.href = url;
    link.textContent = `${receipt}: ${title}`;
    note.hidden = false;
    this.#say(`${this.name}: ${note.textContent.trim()}`);
  }

  #bar(percent) {
    this.#part("bar").value = percent;
    this.#part("percent").textContent = `${percent}%`;
  }

  #quiet() {
    this.#rate.forget();
    this.#part("rate").textContent = "";
  }

  #buttons({ pause = false, resume = false }) {
    this.#part("pause").hidden = !pause;
    this.#part("resume").hidden = !resume;
  }

  #state(text, style = "", { isSpoken = false } = {}) {
    this.#part("state").textContent = text;
    this.#part("bar").classList.toggle("bt-prog-a", style === "bt-prog-a");
    if (isSpoken) this.#say(`${this.name}: ${text}`);
  }
}
