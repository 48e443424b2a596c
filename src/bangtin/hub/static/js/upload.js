// Files that go up by themselves while the form is filled in: data-upload="/tai-len/" on the block. Several at once,
// dropped, chosen or filmed; each can be paused, dropped, and taken up again after the page was closed. The form sends
// the id of the chosen one. Without this file, or without vendor/tus, the block is a plain file field.
import { ask, Line } from "./upload_line.js";
import { Row } from "./upload_row.js";

const AT_ONCE = 2;

class Uploads {
  #area;
  #form;
  #rows = new Set();
  #queue = [];
  #submitter = null;

  constructor(area) {
    this.#area = area;
    this.#form = area.closest("form");
    this.endpoint = area.dataset.upload;
    this.template = area.querySelector("[data-upload-row]");
    this.list = area.querySelector("[data-upload-list]");
    this.spoken = area.querySelector("[data-upload-say]");
    this.token = this.#form?.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  }

  dress() {
    const input = this.#area.querySelector("input[type=file]");
    input.removeAttribute("name"); // the bytes go their own way; the form bears the id alone
    input.removeAttribute("required");
    input.multiple = true;
    input.classList.add("bt-fileinput");
    this.#area.querySelector("[data-upload-pick]").hidden = false;
    const camera = this.#area.querySelector("[data-upload-camera]");
    if (matchMedia("(pointer: coarse)").matches) this.#area.querySelector("[data-upload-film]").hidden = false;
    for (const one of [input, camera]) {
      one.addEventListener("change", () => {
        for (const file of one.files) this.add(file);
        one.value = "";
      });
    }
    this.#takeDrops();
    this.#form?.addEventListener("submit", (event) => this.#hold(event), { capture: true });
    addEventListener("beforeunload", (event) => {
      if ([...this.#rows].some((row) => row.isSending)) event.preventDefault(); // the browser asks before it leaves
    });
    this.#restore().catch(() => undefined);
  }

  say(text) {
    this.spoken.textContent = text;
  }

  add(file) {
    for (const row of this.#rows) {
      const { status } = row;
      if (status?.state === "open" && status.name === file.name && status.size === file.size) this.#drop(row);
    }
    const row = this.#row(file.name);
    const tell = {
      moved: (loaded, total) => row.moved(loaded, total),
      lost: () => row.lost(),
      back: () => row.back(),
      checking: (percent) => row.checking(percent),
      done: (status) => this.#done(row, status),
      refused: (refusal) => this.#ended(row, () => row.refused(refusal)),
    };
    const line = new Line(file, { endpoint: this.endpoint, token: this.token, tell });
    row.on("pause", () => line.pause().then(() => this.#ended(row, () => row.paused())));
    row.on("resume", () => this.#queueUp(row, () => line.resume()));
    row.on("cancel", () => {
      this.#drop(row);
      line.cancel().catch(() => undefined);
      this.#next();
    });
    this.#queueUp(row, () => line.begin());
  }

  // What is sent now stands above what earlier pages sent.
  #row(name, { isEarlier = false } = {}) {
    const row = new Row(this.template, name, (text) => this.say(text));
    const next = isEarlier ? null : [...this.#rows].find((one) => one.isEarlier);
    row.isEarlier = isEarlier;
    this.#rows.add(row);
    this.list.insertBefore(row.element, next?.element ?? null);
    this.list.hidden = false;
    return row;
  }

  #queueUp(row, begin) {
    row.waiting();
    this.#queue.push([row, begin]);
    this.#next();
  }

  #next() {
    const running = [...this.#rows].filter((row) => row.isSending).length;
    const next = running < AT_ONCE && this.#queue.shift();
    if (!next) return;
    const [row, begin] = next;
    if (this.#rows.has(row)) {
      row.begun();
      begin();
    }
    this.#next();
  }

  #ended(row, act) {
    row.isSending = false;
    act();
    this.#next();
  }

  #done(row, status) {
    this.#ended(row, () => row.done(status));
    if (![...this.#rows].some((one) => one.choice.checked)) this.#choose(row);
    if (this.#submitter && row.choice.checked) this.#form.requestSubmit(this.#submitter);
  }

  #choose(row) {
    row.choice.checked = true;
    row.choice.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #drop(row) {
    this.#rows.delete(row);
    row.element.remove();
    this.list.hidden = this.#rows.size === 0;
    this.say(`${row.name}: ${row.element.dataset.dropped}`);
  }

  // What earlier pages sent: whole files can be chosen, unfinished ones go on when the same file is chosen again.
  async #restore() {
    const { uploads } = await ask(this.endpoint, "GET");
    for (const status of uploads ?? []) {
      const row = this.#row(status.name || status.id, { isEarlier: true });
      row.on("cancel", () => {
        this.#drop(row);
        ask(this.endpoint + status.id, "DELETE", this.token).catch(() => undefined);
      });
      if (status.state === "complete") row.done(status, false);
      else row.unfinished(status);
      if (status.id === this.#area.dataset.uploadChosen) this.#choose(row);
    }
  }

  // A form sent too early waits for its file and then goes by itself.
  #hold(event) {
    const isOnWay = [...this.#rows].some((row) => row.isSending) || this.#queue.length > 0;
    const isChosen = [...this.#rows].some((row) => row.choice.checked);
    const isFile = this.#area.offsetParent !== null;
    if (!isOnWay || isChosen || !isFile) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#submitter = event.submitter;
    this.say(this.#area.dataset.held);
    this.#area.querySelector("[data-upload-held]").hidden = false;
  }

  #takeDrops() {
    for (const name of ["dragover", "dragleave", "drop"]) {
      this.#area.addEventListener(name, (event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        this.#area.classList.toggle("bt-drop-on", name === "dragover");
        if (name === "drop") for (const file of event.dataTransfer.files) this.add(file);
      });
    }
  }
}

// vendor/tus stands further down in the page; all deferred scripts have run at this event.
document.addEventListener("DOMContentLoaded", () => {
  for (const area of document.querySelectorAll("[data-upload]")) {
    if (window.tus?.isSupported && area.querySelector("input[type=file]")) new Uploads(area).dress();
  }
});
