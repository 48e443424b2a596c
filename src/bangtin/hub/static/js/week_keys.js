// Keyboard of the timeline (ui 8): arrows move 5 minutes, Shift 30, [ ] resize, up and down change the day,
// Delete withdraws, Ctrl+Z undoes, Enter opens, Esc closes. Presses that follow one another are one deed.
import { leave } from "./week_refusal.js";

const WAIT_MS = 700;
const FIELD = "input, textarea, select, dialog[open]";

export function keys(week) {
  const held = { timer: 0, id: "", start: 0, end: 0, day: "" };

  const take = (id) => {
    if (held.id === id) return held;
    commit();
    const one = week.data.blocks.find((block) => block.id === id);
    return one?.move ? Object.assign(held, { id, start: one.start, end: one.end, day: one.day, move: one.move }) : null;
  };

  const paint = () => {
    const event = week.calendar.getEventById(held.id);
    week.calendar.updateEvent({ ...event, start: week.at(held.start), end: week.at(held.end), resourceIds: [held.day] });
    requestAnimationFrame(() => week.line.querySelector(`[data-block="${held.id}"]`)?.focus());
    clearTimeout(held.timer);
    held.timer = setTimeout(commit, WAIT_MS);
  };

  function commit() {
    clearTimeout(held.timer);
    if (!held.id || !held.timer) return;
    const event = week.calendar.getEventById(held.id);
    held.id = "";
    held.timer = 0;
    week.move(event, event.resourceIds[0]);
  }

  const shift = (id, minutes) => {
    const one = take(id);
    if (!one) return false;
    one.start += minutes;
    one.end += minutes;
    paint();
    return true;
  };
  const resize = (id, minutes) => {
    const one = take(id);
    if (!one || one.end + minutes <= one.start) return Boolean(one);
    one.end += minutes;
    paint();
    return true;
  };
  const change = (id, step) => {
    const one = take(id);
    const days = week.data.days.map((day) => day.id);
    const next = one && days[days.indexOf(one.day) + step];
    if (next) {
      one.day = next;
      paint();
    }
    return Boolean(one);
  };
  const withdraw = (id) => {
    const one = week.data.blocks.find((block) => block.id === id);
    if (one?.withdraw) week.do(one.withdraw, {});
    return Boolean(one?.withdraw);
  };
  const open = (id) => {
    const one = week.data.blocks.find((block) => block.id === id);
    if (one?.href) location.assign(one.href);
    return Boolean(one?.href);
  };

  const acts = (event, id) => {
    const step = event.shiftKey ? 30 : 5;
    return {
      ArrowLeft: () => shift(id, -step),
      ArrowRight: () => shift(id, step),
      ArrowUp: () => change(id, -1),
      ArrowDown: () => change(id, 1),
      "[": () => resize(id, -5),
      "]": () => resize(id, 5),
      "{": () => resize(id, -30),
      "}": () => resize(id, 30),
      Delete: () => withdraw(id),
      Enter: () => open(id),
    }[event.key];
  };

  document.addEventListener("keydown", (event) => {
    if (event.target.closest?.(FIELD)) return;
    if (event.key === "Escape" && leave(week)) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && week.data.undo) {
      event.preventDefault();
      week.do(week.data.undo, {});
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const block = event.target.closest?.("[data-block]");
    const act = block && acts(event, block.dataset.block);
    if (act?.()) event.preventDefault();
  });
}
