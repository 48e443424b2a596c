// Programmes that are ready are dragged from the shelf onto a day; a stretch that was drawn fills the form instead.
import { clock } from "./week_faces.js";

const LENGTH_MIN = 60;

// from where it was dropped to the end of the empty stretch, an hour at most; elsewhere an hour, for the law to judge
function span(week, day, at) {
  const gap = week.data.blocks.find((one) => one.state === "gap" && one.day === day && one.start <= at && at < one.end);
  const start = gap && at - gap.start < 15 ? gap.start : at;
  return { start, end: gap ? Math.min(start + LENGTH_MIN, gap.end) : Math.min(start + LENGTH_MIN, 1440) };
}

export function shelf(week) {
  const place = document.querySelector("[data-week-shelf]");
  if (!place) return;
  place.hidden = !place.querySelector("[data-shelf]");
  place.addEventListener("dragstart", (event) => {
    const chip = event.target.closest("[data-shelf]");
    event.dataTransfer.setData("text/plain", chip.dataset.shelf);
    event.dataTransfer.effectAllowed = "copy";
  });
  week.line.addEventListener("dragover", (event) => event.preventDefault());
  week.line.addEventListener("drop", (event) => {
    const version = event.dataTransfer.getData("text/plain");
    const found = week.calendar.dateFromPoint(event.clientX, event.clientY);
    event.preventDefault();
    if (!/^\d+$/.test(version) || !found?.resource) return;
    const day = found.resource.id;
    const at = Math.round(week.minutes(found.date) / 5) * 5;
    const { start, end } = span(week, day, at);
    const form = { version, on: day, starts: clock(start), ends: clock(end), bulletin_class: "ordinary" };
    week.do(week.root.dataset.place, form);
  });
}

// what was drawn over an empty stretch becomes the day and the hours of the form, where the programme is chosen
export function stretch(on, starts, ends) {
  const form = document.querySelector("#xep form");
  if (!form) return;
  for (const [name, value] of Object.entries({ on, starts, ends })) form.elements[name].value = value;
  form.scrollIntoView({ block: "center" });
  form.elements.version.focus();
}
