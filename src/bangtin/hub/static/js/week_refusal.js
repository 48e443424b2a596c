// What was refused stays where the officer dropped it, dashed red, with its article and what would go instead.
const shown = () => document.querySelector(".bt-popx");

export function closeRefusal() {
  shown()?.remove();
}

export function showRefusal(week, page = document) {
  const note = page.querySelector("[data-week-refusal]");
  closeRefusal();
  if (!note) return;
  const popover = document.createElement("div");
  popover.className = "bt-popx bt-refusal";
  popover.setAttribute("role", "alert");
  popover.append(...document.importNode(note, true).childNodes);
  week.root.append(popover);
  document.querySelector("[data-week-part=refusal]")?.replaceChildren();
  // two frames: the component draws what was refused first
  requestAnimationFrame(() => requestAnimationFrame(() => place(week, popover)));
  popover.addEventListener("click", (event) => act(week, event));
  popover.addEventListener("submit", (event) => {
    event.preventDefault();
    week.do(event.target.action, new FormData(event.target));
  });
}

function place(week, popover) {
  const block = week.line.querySelector(".bt-sl-refused");
  const frame = week.root.getBoundingClientRect();
  const at = (block ?? week.line).getBoundingClientRect();
  const left = Math.min(Math.max(at.left - frame.left + at.width / 2 - 210, 8), Math.max(frame.width - 440, 8));
  popover.style.left = `${left}px`;
  popover.style.top = `${at.bottom - frame.top + 12}px`;
  popover.style.setProperty("--bt-tip", `${at.left - frame.left + at.width / 2 - left}px`);
  popover.querySelector("input:not([type=hidden]), button")?.focus({ preventScroll: true });
  popover.scrollIntoView({ block: "nearest" });
}

function act(week, event) {
  if (!event.target.closest("[data-refusal-leave]")) return;
  event.preventDefault();
  leave(week);
}

export function leave(week) {
  if (!shown()) return false;
  closeRefusal();
  week.data.blocks = week.data.blocks.filter((one) => one.state !== "refused");
  week.calendar.setOption("events", week.events());
  return true;
}
