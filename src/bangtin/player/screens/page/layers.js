// One layer a segment: made and loaded underneath, shown by putting it on top.

import { renderAlert } from "/notices/alert.js";
import { render } from "/notices/notice.js";
import { gate } from "./gate.js";

const LOAD_MS = 20000;

function once(target, name, failure) {
  return new Promise((resolve, reject) => {
    target.addEventListener(name, resolve, { once: true });
    target.addEventListener(failure, () => reject(new Error(target.error?.message || failure)), { once: true });
  });
}

function within(promise, ms) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(() => reject(new Error("slow")), ms))]);
}

async function picture(layer, segment) {
  const image = new Image();
  image.src = segment.url;
  await image.decode();
  layer.element.append(image);
}

async function seek(media, seconds) {
  if (seconds <= 0.05 || seconds >= media.duration) return;
  const done = once(media, "seeked", "error");
  media.currentTime = seconds;
  await done;
}

async function film(layer, segment) {
  const video = document.createElement("video");
  video.preload = "auto";
  video.playsInline = true;
  video.disablePictureInPicture = true;
  layer.media = video;
  layer.element.append(video);
  const loaded = once(video, "canplay", "error");
  video.src = segment.url;
  await loaded;
  await seek(video, segment.offset_ms / 1000);
}

async function sound(layer, segment) {
  const audio = new Audio();
  audio.preload = "auto";
  layer.media = audio;
  const loaded = once(audio, "canplay", "error");
  audio.src = segment.url;
  layer.element.classList.add("card");
  const title = document.createElement("b");
  title.textContent = segment.title;
  layer.element.append(title);
  await loaded;
  await seek(audio, segment.offset_ms / 1000);
}

async function notice(layer, segment, face) {
  await render(layer.element, segment.text, face);
}

// An emergency notice is shown whatever happens: letters of any font rather than nothing.
async function alarm(layer, segment, face) {
  try {
    const drawn = await renderAlert(layer.element, segment.alert, face, face.now, true);
    layer.stop = drawn.stop;
  } catch {
    layer.element.classList.add("card");
    const texts = Object.values(segment.alert.text);
    const words = texts.flatMap((one) => [one.headline, one.instruction]);
    for (const said of [segment.alert.drill ? "DIỄN TẬP" : "KHẨN CẤP", ...words]) {
      const element = document.createElement("span");
      element.textContent = said;
      layer.element.append(element);
    }
  }
}

function two(number) {
  return String(number).padStart(2, "0");
}

// The built-in card: plain ground, the cluster's name, the clock of the province. It carries no news.
function card(layer, segment, face) {
  layer.element.classList.add("card");
  const name = document.createElement("b");
  name.textContent = segment.name || face.name || "";
  const clock = document.createElement("time");
  const tick = () => {
    const local = new Date(face.now() + 7 * 3600 * 1000); // UTC+7 all year; the machine's own zone may be anything
    clock.textContent = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
  };
  tick();
  layer.timer = setInterval(tick, 1000);
  layer.element.append(name, clock);
}

function code(layer, segment) {
  layer.element.classList.add("card");
  for (const [tag, text] of [["span", "Mã ghép màn hình"], ["code", segment.code], ["span", "Nhập mã này trên trang Màn hình"]]) {
    const element = document.createElement(tag);
    element.textContent = text;
    layer.element.append(element);
  }
}

const MAKERS = { picture, video: film, sound, text: notice, alert: alarm, card, code, gate, standby: () => {} };

// Make the layer of `segment` inside `face.element`; `layer.ready` resolves when its first frame can be shown.
export function makeLayer(segment, face) {
  const element = document.createElement("div");
  element.className = `layer layer-${segment.kind}`;
  element.dataset.id = segment.id;
  const layer = { id: segment.id, kind: segment.kind, element, media: null, timer: null, isReady: false };
  face.element.append(element);
  layer.ready = within(Promise.resolve(MAKERS[segment.kind](layer, segment, face)), LOAD_MS).then(() => {
    layer.isReady = true;
  });
  layer.ready.catch(() => {});
  return layer;
}

export function dropLayer(layer) {
  clearInterval(layer.timer);
  layer.stop?.();
  if (layer.media) {
    layer.media.pause();
    layer.media.removeAttribute("src");
    layer.media.load();
  }
  layer.element.remove();
}

// Start a film or sound; a browser that forbids sound without a click gets it muted rather than not at all.
export async function startMedia(layer, volume) {
  if (!layer.media) return;
  layer.media.volume = volume;
  try {
    await layer.media.play();
  } catch (refused) {
    if (refused.name !== "NotAllowedError") throw refused;
    layer.media.muted = true;
    await layer.media.play();
  }
}
