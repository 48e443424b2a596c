// The turns of a screen's day, found by the moment; the strip above them.
const two = (number) => String(Math.floor(number)).padStart(2, "0");

// `07:31:05` of milliseconds after midnight.
export const clockOf = (ms) => `${two(ms / 3_600_000)}:${two((ms / 60_000) % 60)}:${two((ms / 1000) % 60)}`;

export class Day {
  constructor(told) {
    Object.assign(this, told);
    this.starts = [];
    let at = 0;
    for (const [length] of this.turns) {
      this.starts.push(at);
      at += length;
    }
  }

  // The number of the turn that stands at `ms`.
  turnAt(ms) {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.starts[middle] <= ms) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

// One stretch of the strip, in seconds of the day.
export function bar({ x, width, hue, words }) {
  const [rect, title] = ["rect", "title"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
  rect.setAttribute("class", `bt-f-${hue}`);
  for (const [name, value] of Object.entries({ x, y: 0, width, height: 10 })) rect.setAttribute(name, value);
  title.textContent = words;
  rect.append(title);
  return rect;
}
