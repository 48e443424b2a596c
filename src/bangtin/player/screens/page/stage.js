// The stage: what is on top now, what waits underneath, and the reports about it.

import { dropLayer, makeLayer, startMedia } from "./layers.js";
import { Meter, watch } from "./meter.js";
import { keepPace } from "./pace.js";

const GRACE_MS = 1500; // how long a picture may outlive its segment while the next one is late
const EXPOSED_FRAMES = 4;
const BARE_MS = 250; // a film whose first frame is later than this is black rather than see-through

export class Stage {
  constructor(face, send) {
    this.face = face;
    this.send = send;
    this.waiting = new Map();
    this.current = null;
    this.expiry = null;
    this.turn = 0;
    this.covers = 0;
    this.volume = 1;
  }

  // How loud the plan is, 0 to 1, and how opaque the black before it (0 to 1): what dims the LED at night.
  level(volume, dim) {
    this.volume = volume;
    if (this.current?.layer.media) this.current.layer.media.volume = volume;
    this.face.element.style.setProperty("--dim", String(dim));
  }

  prepare(segment) {
    if (this.waiting.has(segment.id) || this.current?.layer.id === segment.id) return;
    const layer = makeLayer(segment, this.face);
    this.waiting.set(segment.id, layer);
    layer.ready.then(
      () => this.send({ t: "ready", id: segment.id }),
      (error) => this.fail(layer, error),
    );
  }

  fail(layer, error) {
    this.send({ t: "failed", id: layer.id, why: String(error.message || error).slice(0, 120) });
  }

  drop(id) {
    const layer = this.waiting.get(id);
    if (!layer) return;
    this.waiting.delete(id);
    dropLayer(layer);
  }

  // A daemon that starts anew knows nothing of what an earlier one had prepared.
  clear() {
    for (const id of [...this.waiting.keys()]) this.drop(id);
  }

  // Show `segment` at `due` (performance.now() scale); it may stand for `forMs` from now.
  async show(segment, forMs, due) {
    if (this.current?.layer.id === segment.id) {
      // it stands longer than was said at first
      clearTimeout(this.expiry);
      this.expiry = setTimeout(() => this.expire(), forMs + GRACE_MS);
      return;
    }
    this.turn += 1;
    const turn = this.turn;
    this.prepare(segment);
    const layer = this.waiting.get(segment.id);
    if (!layer) return;
    clearTimeout(this.expiry);
    this.expiry = setTimeout(() => this.expire(), forMs + GRACE_MS);
    const late = setTimeout(() => turn === this.turn && this.cover(), due - performance.now() + GRACE_MS);
    try {
      await layer.ready;
    } catch {
      return; // `failed` is on its way already; the daemon decides what comes instead
    } finally {
      clearTimeout(late);
    }
    await this.expose(layer);
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    if (turn !== this.turn) return;
    startMedia(layer, this.volume).catch((error) => this.fail(layer, error));
    const position = () => (segment.offset_ms + performance.now() - due) / 1000;
    requestAnimationFrame((at) => turn === this.turn && this.swap(layer, at, position));
  }

  // A browser composes no frame of a film that something covers, and its first visible frame would be an empty one. So
  // the film lies on top for a few frames, too faint to change a single level of grey, before it is shown.
  async expose(layer) {
    if (layer.kind !== "video" || layer.element.classList.contains("near")) return;
    layer.element.classList.add("near");
    for (let frame = 0; frame < EXPOSED_FRAMES; frame += 1) await new Promise(requestAnimationFrame);
  }

  // One frame: the new layer on top, the old one below, in the same style change.
  swap(layer, at, position = null) {
    const old = this.current;
    this.waiting.delete(layer.id);
    layer.element.classList.add("on");
    layer.element.classList.remove("near");
    const meter = new Meter();
    meter.mark(at);
    const ends = [watch(layer, meter), layer.media && position ? keepPace(layer.media, position) : () => {}];
    // words that run begin now and not when they were laid out; every screen of a cluster has them at the same place
    if (position) for (const each of layer.element.getAnimations({ subtree: true })) each.currentTime = position() * 1000;
    this.current = { layer, meter, stop: () => ends.forEach((end) => end()) };
    layer.media?.addEventListener("error", () => this.fail(layer, new Error("media")), { once: true });
    this.face.element.dataset.state = layer.kind;
    this.face.element.dataset.showing = layer.id;
    const report = { t: "began", id: layer.id, ago_ms: Math.max(0, performance.now() - at), ended: null, ended_shown_ms: 0 };
    if (old) {
      old.stop();
      old.meter.mark(at);
      this.leave(old.layer, layer);
      report.ended = old.layer.id;
      report.ended_shown_ms = Math.round(old.meter.shownMs);
    }
    this.send(report);
  }

  // A busy machine may not have composed the film yet: until its first frame stands, what was before shows through it.
  leave(old, layer) {
    const gone = () => {
      layer.element.classList.remove("bare");
      old.element.classList.remove("on");
      requestAnimationFrame(() => dropLayer(old));
    };
    if (layer.kind !== "video") return gone();
    layer.element.classList.add("bare");
    let isGone = false;
    const once = () => {
      if (!isGone) gone();
      isGone = true;
    };
    layer.media.requestVideoFrameCallback(once);
    setTimeout(once, BARE_MS);
  }

  // The daemon said nothing in time (it died, or it starts again): the card, never a stale picture, never a blank.
  expire() {
    if (["code", "standby"].includes(this.current?.layer.kind)) return;
    this.turn += 1;
    this.cover();
  }

  cover() {
    if (this.current?.layer.kind === "card") return;
    this.covers += 1;
    const layer = makeLayer({ id: `local-${this.covers}`, kind: "card" }, this.face);
    this.swap(layer, performance.now());
  }

  report() {
    if (!this.current) return;
    this.send({ t: "shown", id: this.current.layer.id, shown_ms: Math.round(this.current.meter.shownMs) });
  }
}
