// Layouts of text notices beyond the plain and the bilingual one. Each gives `{className, parts, main, run}`: `main` names
// the line that has to be the largest, `run` starts what moves once the letters have their size and gives its seconds.
import { box, icon, line } from "./pieces.js";

const WARNING = "M12 9v4M12 16v.01M10.4 3.6 2.6 16.9a1.9 1.9 0 0 0 1.6 2.9h15.6a1.9 1.9 0 0 0 1.6-2.9L13.6 3.6a1.9 1.9 0 0 0-3.2 0z";
const HILLS = "M0 24 5 12 9 18 14 6 20 17 25 10 32 24z";
const SPEED = 120; // pixels of the face a second: ui.md section 10

const lines = (text) => (text || "").split("\n").map((one) => one.trim()).filter(Boolean);

export function urgent(fields) {
  const band = box("bt-notice-band", icon(WARNING), line("head", fields.head || "THÔNG BÁO KHẨN"));
  const foot = box("bt-notice-foot", line("detail", fields.detail), line("issuer", fields.issuer));
  const body = box("bt-notice-body", line("title", fields.title), line("fact", fields.fact));
  return { className: "bt-notice-urgent", parts: [band, body, foot], main: "title" };
}

export function event(fields) {
  const hills = icon(HILLS);
  hills.setAttribute("viewBox", "0 0 32 24");
  hills.setAttribute("preserveAspectRatio", "none");
  const foot = box("bt-notice-foot", line("detail", fields.detail), line("issuer", fields.issuer));
  const body = box("bt-notice-body", line("head", fields.head), line("title", fields.title), line("fact", fields.fact), foot);
  return { className: "bt-notice-event", parts: [hills, body], main: "title" };
}

export function table(fields) {
  const band = box("bt-notice-band", line("head", fields.head), line("detail", fields.detail));
  const grid = document.createElement("table");
  for (const row of lines(fields.rows)) {
    const made = grid.insertRow();
    for (const part of row.split("|")) made.append(cell(part.trim()));
  }
  const body = box("bt-notice-body", grid);
  return { className: "bt-notice-table", parts: [band, body], main: "row" };
}

function cell(words) {
  const made = document.createElement("td");
  made.append(line("row", words));
  return made;
}

export function ticker(fields) {
  const strip = line("facts", lines(fields.facts).join("   •   "));
  const lane = box("bt-notice-lane", strip);
  const body = box("bt-notice-body", line("head", fields.head), line("issuer", fields.issuer));
  return { className: "bt-notice-ticker", parts: [body, lane], main: "head", run: (scale) => move(lane, strip, scale) };
}

// From the right edge until the last letter has gone; `scale` is pixels of the face for one of the page.
function move(lane, strip, scale) {
  const from = lane.clientWidth;
  const to = -strip.scrollWidth;
  const seconds = ((from - to) * scale) / SPEED;
  const frames = [{ transform: `translateX(${from}px)` }, { transform: `translateX(${to}px)` }];
  strip.animate(frames, { duration: seconds * 1000, iterations: Infinity, easing: "linear" });
  return seconds;
}
