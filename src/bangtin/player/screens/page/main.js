// Connects the page to its daemon on this machine, obeys it, and tells it which frames were presented.

import { renderAlert } from "/notices/alert.js";
import { Sounder } from "./sounder.js";
import { Stage } from "./stage.js";

const REPORT_MS = 250;
const AGAIN_MS = 400;
const SET_MS = 400; // a clock that was set back moves at least so far; a late message less
const DRIFT = 0.02;

const element = document.getElementById("face");
const face = { element, width: innerWidth, height: innerHeight, rotation: 0, name: "", now: () => Date.now() };
let socket = null;

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

const role = new URLSearchParams(location.search).get("role") || "guest";
const stage = new Stage(face, send);
const sounder = new Sounder((name) => {
  element.dataset.heard = name;
});

// The face keeps its own proportions in whatever window it gets: bars, never stretching. It hangs turned by `rotation`.
function fitFace() {
  const isTurned = face.rotation % 180 !== 0;
  const [width, height] = isTurned ? [face.height, face.width] : [face.width, face.height];
  const scale = Math.min(innerWidth / width, innerHeight / height);
  element.style.width = `${Math.round(face.width * scale)}px`;
  element.style.height = `${Math.round(face.height * scale)}px`;
  element.style.rotate = face.rotation ? `${face.rotation}deg` : "";
}

// The daemon's clock as this page reads it: the message that took least is the one to go by; it may drift or be set.
let ahead = null;
function keepTime(now_ms) {
  const found = now_ms - performance.now();
  if (ahead === null || found > ahead || found < ahead - SET_MS) ahead = found;
  else ahead += (found - ahead) * DRIFT;
}

const ANSWERS = {
  face(message) {
    const { width, height, name } = message;
    Object.assign(face, { width, height, name, rotation: message.rotation ?? 0 });
    ahead = null;
    keepTime(message.now_ms);
    face.now = () => performance.now() + ahead;
    fitFace();
    stage.clear();
  },
  prepare: (message) => stage.prepare(message.segment),
  show(message) {
    if (ahead !== null) keepTime(message.now_ms);
    stage.show(message.segment, message.for_ms, message.now_ms + message.in_ms - (ahead ?? 0));
  },
  levels: (message) => stage.level(message.volume / 100, message.dim / 1000),
  drop: (message) => stage.drop(message.id),
  // those who look on through another window do not sound the alarm a second time
  sound(message) {
    if (role === "screen") sounder.set(message.alerts);
  },
};

function connect() {
  // with the secret that makes this page the one whose reports count, if it has it
  socket = new WebSocket(`ws://${location.host}/screen${location.search}`);
  socket.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    ANSWERS[message.t]?.(message);
  });
  socket.addEventListener("close", () => setTimeout(connect, AGAIN_MS));
}

addEventListener("resize", fitFace);
setInterval(() => stage.report(), REPORT_MS);
fitFace();
connect();
// The letters, the code and the sound of an emergency notice are here, and have run once unseen, before there is one.
async function warm() {
  const unseen = document.createElement("div");
  unseen.className = "unseen";
  document.body.append(unseen);
  const at = new Date(0).toISOString();
  const blank = { level: 4, hazard: "", issuer_name: "", at, ends: at, text: { vi: { headline: "Aả", description: "Aả", instruction: "Aả" } } };
  const drawn = await renderAlert(unseen, blank, face, face.now, true);
  await drawn.ready;
  drawn.stop();
  unseen.remove();
  if (role === "screen" && !sounder.running) sounder.warm();
}
setTimeout(() => warm().catch(() => {}), 1500);
setTimeout(() => !stage.current && stage.expire(), 2000);
