// Connects the page to its daemon on this machine, obeys it, and tells it which frames were presented.

import { renderAlert } from "/notices/alert.js";
import { Sounder } from "./sounder.js";
import { Stage } from "./stage.js";

const REPORT_MS = 250;
const AGAIN_MS = 400;

const element = document.getElementById("face");
const face = { element, width: innerWidth, height: innerHeight, name: "", now: () => Date.now() };
let socket = null;

function send(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

const role = new URLSearchParams(location.search).get("role") || "guest";
const stage = new Stage(face, send);
const sounder = new Sounder((name) => {
  element.dataset.heard = name;
});

// The face keeps its own proportions in whatever window it gets: bars, never stretching.
function fitFace() {
  const scale = Math.min(innerWidth / face.width, innerHeight / face.height);
  element.style.width = `${Math.round(face.width * scale)}px`;
  element.style.height = `${Math.round(face.height * scale)}px`;
}

const ANSWERS = {
  face(message) {
    Object.assign(face, { width: message.width, height: message.height, name: message.name });
    const ahead = message.now_ms - performance.now();
    face.now = () => performance.now() + ahead;
    fitFace();
    stage.clear();
  },
  prepare: (message) => stage.prepare(message.segment),
  show: (message) => stage.show(message.segment, message.for_ms, message.in_ms),
  drop: (message) => stage.drop(message.id),
  // those who look on through another window do not sound the alarm a second time
  sound(message) {
    if (role === "screen") sounder.set(message.alerts);
  },
};

function connect() {
  socket = new WebSocket(`ws://${location.host}/screen?role=${encodeURIComponent(role)}`);
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
// The letters and the code of an emergency notice are here, and have run once unseen, before there is one.
async function warm() {
  const unseen = document.createElement("div");
  unseen.className = "unseen";
  document.body.append(unseen);
  const at = new Date(0).toISOString();
  const blank = { level: 4, hazard: "", issuer_name: "", at, ends: at, text: { vi: { headline: "Aả", description: "Aả", instruction: "Aả" } } };
  const drawn = await renderAlert(unseen, blank, face);
  await drawn.ready;
  drawn.stop();
  unseen.remove();
}
setTimeout(() => warm().catch(() => {}), 1500);
setTimeout(() => !stage.current && stage.expire(), 2000);
