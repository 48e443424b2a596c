// The code that a phone at the gate scans off the LED: black on white, as large as the face allows, with its quiet zone.

const SVG = "http://www.w3.org/2000/svg";
const QUIET = 4; // modules of white on every side, as ISO/IEC 18004 asks

function two(number) {
  return String(number).padStart(2, "0");
}

function squares(rows) {
  return rows
    .flatMap((row, y) => [...row].map((module, x) => (module === "1" ? `M${x} ${y}h1v1h-1z` : "")))
    .join("");
}

// One module is a whole number of pixels of the face, so that no edge is grey; a tiny face gets what fits.
export function moduleSize(count, face) {
  const room = Math.min(face.width, face.height);
  return Math.max(1, Math.floor(room / (count + 2 * QUIET)));
}

export function gate(layer, segment, face) {
  const count = segment.modules.length;
  const side = (count + 2 * QUIET) * moduleSize(count, face);
  const code = document.createElementNS(SVG, "svg");
  code.setAttribute("viewBox", `${-QUIET} ${-QUIET} ${count + 2 * QUIET} ${count + 2 * QUIET}`);
  code.setAttribute("shape-rendering", "crispEdges");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", squares(segment.modules));
  code.append(path);
  code.style.setProperty("width", `${(100 * side) / face.width}%`);
  const words = document.createElement("div");
  const local = new Date(segment.at_ms + 7 * 3600 * 1000); // UTC+7 all year
  const time = `${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
  for (const [tag, text] of [["b", "Quét mã tại cổng"], ["code", segment.letters], ["span", `${segment.name} · ${time}`]]) {
    const element = document.createElement(tag);
    element.textContent = text;
    words.append(element);
  }
  layer.element.classList.toggle("gate-tall", face.width / face.height < 1.4);
  layer.element.append(code, words);
}
