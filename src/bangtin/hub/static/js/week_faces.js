// How a day and a block look on the timeline: the same words and colours as the server's own picture.
const pad = (number) => String(number).padStart(2, "0");
export const clock = (minutes) => `${pad(Math.floor(minutes / 60) % 24)}:${pad(minutes % 60)}`;

export function label(day) {
  const made = document.createElement("div");
  made.className = "bt-wk-day";
  const name = made.appendChild(document.createElement("b"));
  name.textContent = day.name;
  const kind = made.appendChild(document.createElement("span"));
  kind.textContent = day.kind;
  kind.className = day.isDayOff ? "bt-amber bt-b" : "bt-dim";
  return made;
}

export function face(one) {
  if (one.window) return [];
  const title = document.createElement("span");
  title.className = "bt-ev-t";
  title.textContent = one.title;
  const parts = [one.detail, one.badge].filter(Boolean).map((text) => {
    const made = document.createElement("small");
    made.textContent = text;
    return made;
  });
  return [title, ...parts];
}

export function classes(one) {
  if (one.window) return [one.optional ? "bt-ev-opt" : "bt-ev-win"];
  const narrow = one.end - one.start < 25 ? ["bt-sl-s"] : [];
  return ["bt-sl", `bt-cat${one.category}`, ...(one.state ? [`bt-sl-${one.state}`] : []), ...narrow];
}
