// A screen's day in the browser. The hub says which turn stands at which moment (it asks the same timeline as the
// screens); this only draws it: video, picture, or a text notice by the screen's own module. Nothing starts by itself.
import { render } from "../notices/notice.js";
import { bar, clockOf, Day } from "./day_turns.js";

const DAY_MS = 86_400_000;
const RUNNING_MOST = 4; // beyond it a video is held at its frames: no browser decodes faster
const DRIFT_S = 0.4;
const STEP_MS = 300_000;
const STILL_MS = 2_000;
const SETTLE_MS = 500;
const FIELD = "input, textarea, select, button, a, summary, [contenteditable], dialog[open]";

const box = document.querySelector("[data-day-player]");
const find = (name) => box.querySelector(`[data-play-${name}]`);
const isCalm = matchMedia("(prefers-reduced-motion: reduce)");

class Player {
  constructor(day, stage) {
    Object.assign(this, { day, stage, ms: Number(box.dataset.at), turn: -1, isRunning: false, before: 0, media: null });
  }

  get speed() {
    return Number(find("speed").value);
  }

  // Seconds into the item at this moment.
  get position() {
    const [, , offset] = this.day.turns[this.turn];
    return (this.ms - this.day.starts[this.turn] + offset) / 1000;
  }

  seek(ms) {
    this.ms = Math.min(Math.max(ms, 0), DAY_MS - 1);
    this.draw({ isJump: true });
    this.settle();
  }

  // To the next play (or the one before) of another item: a loop of one item is passed as a whole.
  step(by) {
    const what = (turn) => `${this.day.turns[turn][1]} ${this.day.turns[turn][3]}`;
    const isThere = (turn) => turn >= 0 && turn < this.day.turns.length;
    let turn = this.turn + by;
    while (isThere(turn) && what(turn) === what(this.turn)) turn += by;
    if (by < 0) while (isThere(turn - 1) && what(turn - 1) === what(turn)) turn -= 1;
    this.seek(isThere(turn) ? this.day.starts[turn] : by < 0 ? 0 : DAY_MS - 1);
  }

  toggle() {
    this.isRunning = !this.isRunning;
    this.before = performance.now();
    find("toggle").querySelector("span").textContent = this.isRunning ? box.dataset.wordsPause : box.dataset.wordsPlay;
    const icon = find("toggle").querySelector("use");
    icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, this.isRunning ? "#i-player-pause" : "#i-player-play"));
    find("note").hidden = !(this.isRunning && isCalm.matches);
    find("note").textContent = box.dataset.wordsStill;
    this.follow();
    if (this.isRunning) this.run();
    else this.settle();
  }

  run() {
    if (!this.isRunning) return;
    const now = performance.now();
    if (isCalm.matches) {
      if (now - this.before >= STILL_MS) {
        this.before = now;
        this.step(1);
      }
    } else {
      this.ms = Math.min(this.ms + (now - this.before) * this.speed, DAY_MS - 1);
      this.before = now;
      this.draw({});
    }
    if (this.ms >= DAY_MS - 1) this.toggle();
    else requestAnimationFrame(() => this.run());
  }

  draw({ isJump = false }) {
    const turn = this.day.turnAt(this.ms);
    const isNew = turn !== this.turn;
    this.turn = turn;
    if (isNew) this.mount();
    if (isNew || isJump) this.hold();
    else this.follow();
    find("clock").value = clockOf(this.ms);
    const range = find("range");
    if (document.activeElement !== range || !isJump) range.value = String(Math.floor(this.ms / 1000));
    range.setAttribute("aria-valuetext", clockOf(this.ms));
  }

  // What stands in the frame is put there anew only where the item is another one.
  mount() {
    const [, number, , part] = this.day.turns[this.turn];
    const item = number < 0 ? null : this.day.items[number];
    this.say(item, this.day.parts[part]);
    if (this.stage.dataset.item === String(number)) return;
    this.stage.dataset.item = String(number);
    this.media = null;
    const layer = document.createElement("div");
    layer.className = "bt-scr-m";
    if (item?.video) layer.append((this.media = this.film(item)));
    else if (item?.image) layer.append(Object.assign(document.createElement("img"), { className: "bt-scr-m", src: item.image, alt: item.title }));
    const shown = this.stage.querySelectorAll(".bt-scr-m");
    this.stage.append(layer);
    if (item?.notice) render(layer, JSON.parse(item.notice), { width: this.day.width, height: this.day.height });
    for (const each of shown) if (!layer.contains(each)) each.remove();
  }

  film(item) {
    const video = document.createElement("video");
    Object.assign(video, { className: "bt-scr-m", src: item.video, muted: true, playsInline: true, preload: "auto" });
    video.setAttribute("aria-label", item.title);
    return video;
  }

  say(item, part) {
    find("title").textContent = item?.title ?? "";
    const bundle = part.bundle ? box.dataset.wordsBundle.replace("#", part.bundle) : box.dataset.wordsPlan;
    const closed = item && !item.is_open ? ` ${box.dataset.wordsClosed}` : "";
    find("part").textContent = `${part.words}, ${bundle}.${closed}`;
  }

  // Put the film at its frame.
  hold() {
    if (!this.media) return;
    this.media.currentTime = this.position;
    this.follow();
  }

  // Let the film run with the clock, and set it right where it lags.
  follow() {
    const video = this.media;
    if (!video) return;
    const runs = this.isRunning && !isCalm.matches && this.speed <= RUNNING_MOST;
    if (!runs) {
      if (!video.paused) video.pause();
      if (this.isRunning && !isCalm.matches && !video.seeking) video.currentTime = this.position;
      return;
    }
    video.playbackRate = this.speed;
    if (Math.abs(video.currentTime - this.position) > DRIFT_S * this.speed && !video.seeking) video.currentTime = this.position;
    if (video.paused) video.play().catch(() => {});
  }

  // Once the moment stands still, the address and the grounds below are those of it.
  settle() {
    clearTimeout(this.timer);
    if (!this.isRunning) this.timer = setTimeout(() => this.explain(), SETTLE_MS);
  }

  async explain() {
    // the first whole second of a turn that begins between two
    const address = `${box.dataset.page}${clockOf(Math.min(Math.ceil(this.ms / 1000) * 1000, DAY_MS - 1000))}/`;
    history.replaceState(null, "", address);
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok || !location.href.endsWith(address)) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const name of ["h1", ".bt-lead", "[data-why]", "[data-approved]"]) {
      const [old, made] = [document.querySelector(name), page.querySelector(name)];
      if (old && made) old.replaceWith(document.adoptNode(made));
    }
    document.title = page.title;
  }
}

async function begin() {
  const answer = await fetch(box.dataset.source).catch(() => null);
  if (!answer?.ok) {
    find("note").textContent = box.dataset.wordsFailed;
    find("note").hidden = false;
    return;
  }
  const player = new Player(new Day(await answer.json()), document.querySelector("[data-stage] .bt-scr"));
  for (const name of ["bar", "range", "keys"]) find(name).hidden = false;
  for (const name of ["strip", "marks"]) find(name).removeAttribute("hidden"); // of SVG it is no property
  find("strip").append(...player.day.strip.map(bar));
  player.turn = player.day.turnAt(player.ms);
  const [, number, , part] = player.day.turns[player.turn];
  player.say(number < 0 ? null : player.day.items[number], player.day.parts[part]);
  player.turn = -1;
  player.draw({ isJump: true });
  find("toggle").addEventListener("click", () => player.toggle());
  find("prev").addEventListener("click", () => player.step(-1));
  find("next").addEventListener("click", () => player.step(1));
  find("speed").addEventListener("change", () => player.follow());
  find("range").addEventListener("input", (event) => player.seek(Number(event.target.value) * 1000));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.(FIELD)) return;
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (event.key === " ") player.toggle();
    else if (way && event.shiftKey) player.seek(player.ms + way * STEP_MS);
    else if (way) player.step(way);
    else return;
    event.preventDefault();
  });
  box.dataset.ready = "";
}

if (box) begin();
