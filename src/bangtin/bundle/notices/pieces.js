// What the layouts of text notices are made of.

const SVG = "http://www.w3.org/2000/svg";

export function line(name, text, lang) {
  const element = document.createElement("div");
  element.dataset.line = name;
  element.textContent = text || "";
  if (lang) element.lang = lang;
  return element;
}

export function box(className, ...children) {
  const element = document.createElement("div");
  element.className = className;
  element.append(...children);
  return element;
}

export function icon(shape) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", shape);
  svg.append(path);
  return svg;
}
