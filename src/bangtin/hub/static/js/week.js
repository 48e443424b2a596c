// The week that is made with the mouse and the keyboard: the server draws it, the calendar component moves it.
// Every deed is a form of the page itself, sent in the background: the answer is the page, of which parts are taken.
import { classes, clock, face, label } from "./week_faces.js";
import { keys } from "./week_keys.js";
import { closeRefusal, showRefusal } from "./week_refusal.js";
import { shelf, stretch } from "./week_shelf.js";
import { send } from "./week_wire.js";

const SLOT_MIN = 30;
const WIDE = window.matchMedia("(min-width: 768px)");

export class Week {
  constructor(root) {
    this.root = root;
    this.read(document);
    this.line = root.querySelector("[data-week-calendar]");
    root.classList.add("bt-wk-live");
    this.calendar = EventCalendar.create(this.line, this.options());
    this.fit();
    new ResizeObserver(() => this.fit()).observe(root);
    keys(this);
    shelf(this);
    showRefusal(this);
  }

  read(page) {
    this.data = JSON.parse(page.getElementById("tuan-du-lieu").textContent);
  }

  // every day stands on one date of the component; its row says which day it is
  at(minutes) {
    const next = new Date(`${this.data.base}T00:00:00`);
    next.setMinutes(minutes);
    return next;
  }

  minutes(date) {
    return Math.round((date - new Date(`${this.data.base}T00:00:00`)) / 60_000);
  }

  options() {
    return {
      view: "resourceTimelineDay",
      date: this.data.base,
      headerToolbar: { start: "", center: "", end: "" },
      resources: this.data.days.map((day) => ({ id: day.id, title: day.name, extendedProps: day })),
      resourceLabelContent: ({ resource }) => ({ domNodes: [label(resource.extendedProps)] }),
      events: this.events(),
      editable: false,
      selectable: this.data.isWriter,
      selectMinDistance: 6,
      unselectAuto: true,
      slotMinTime: clock24(this.data.from),
      slotMaxTime: clock24(this.data.until),
      slotDuration: { minutes: SLOT_MIN },
      slotLabelInterval: { hours: this.data.until - this.data.from > 960 ? 2 : 1 },
      slotLabelFormat: (time) => clock(time.getHours() * 60 + time.getMinutes()),
      snapDuration: { minutes: 5 },
      slotWidth: this.slotWidth(),
      eventResizableFromStart: true,
      eventLongPressDelay: 400,
      eventContent: ({ event }) => ({ domNodes: face(event.extendedProps) }),
      eventClassNames: ({ event }) => classes(event.extendedProps),
      eventDidMount: ({ event, el }) => this.dress(event, el),
      eventDrop: (info) => this.move(info.event, info.newResource?.id ?? info.event.resourceIds[0], info.revert),
      eventResize: (info) => this.move(info.event, info.event.resourceIds[0], info.revert),
      eventClick: ({ event, jsEvent }) => this.open(event, jsEvent),
      select: (info) => this.choose(info),
      eventAllUpdated: () => this.level(),
    };
  }

  events() {
    const windows = this.data.windows.map((one, index) => ({
      id: `w${index}`,
      resourceIds: [one.day],
      start: this.at(one.start),
      end: this.at(one.end),
      display: "background",
      extendedProps: { window: true, optional: one.optional },
    }));
    const blocks = this.data.blocks.map((one) => ({
      id: one.id,
      resourceIds: [one.day],
      start: this.at(one.start),
      end: this.at(one.end),
      startEditable: Boolean(one.move) && one.state !== "live",
      durationEditable: Boolean(one.move),
      extendedProps: one,
    }));
    return [...windows, ...blocks];
  }

  slotWidth() {
    const width = this.line.clientWidth - 136 - 4;
    return Math.max(width / ((this.data.until - this.data.from) / SLOT_MIN), 12);
  }

  fit() {
    const width = this.slotWidth();
    if (Math.abs(width - (this.width ?? 0)) < 0.2) return;
    this.width = width;
    this.line.style.setProperty("--bt-slot", `${width}px`);
    this.calendar.setOption("slotWidth", width);
    this.level();
  }

  // the meters stand beside the rows of the component, as high as these are
  level() {
    requestAnimationFrame(() => {
      const rows = this.line.querySelectorAll(".ec-body .ec-content > .ec-days");
      const meters = this.root.querySelectorAll("[data-week-meter]");
      meters.forEach((one, index) => {
        if (rows[index]) one.style.height = `${rows[index].getBoundingClientRect().height}px`;
      });
      this.now();
    });
  }

  now() {
    this.line.querySelector(".bt-wk-now")?.remove();
    const row = this.data.days.findIndex((day) => day.id === this.data.nowDay);
    const days = this.line.querySelectorAll(".ec-body .ec-content > .ec-days");
    if (row < 0 || !days[row]) return;
    const mark = document.createElement("i");
    mark.className = "bt-wk-now";
    mark.style.left = `${((this.data.nowMin - this.data.from) / SLOT_MIN) * this.width}px`;
    days[row].append(mark);
  }

  dress(event, element) {
    const one = event.extendedProps;
    if (one.window) return;
    element.dataset.block = event.id;
    element.tabIndex = 0;
    element.setAttribute("role", one.href || one.move ? "button" : "note");
    element.setAttribute("aria-label", one.label);
    element.title = one.label;
  }

  open(event, mouse) {
    const one = event.extendedProps;
    if (one.href && !mouse?.defaultPrevented) location.assign(one.href);
  }

  async move(event, day, revert) {
    const start = this.minutes(event.start);
    const end = this.minutes(event.end);
    const form = { on: day, starts: clock(start), ends: clock(end) };
    revert?.();
    await this.do(event.extendedProps.move, form, event.id);
  }

  // an empty stretch that was drawn over becomes the day and hours of the form
  choose(info) {
    this.calendar.unselect();
    stretch(info.resource.id, clock(this.minutes(info.start)), clock(this.minutes(info.end)));
  }

  // one deed after the other: what comes next begins on the page that the last one gave
  do(address, form, focused) {
    this.queue = (this.queue ?? Promise.resolve()).then(() => this.deed(address, form, focused));
    return this.queue;
  }

  async deed(address, form, focused) {
    closeRefusal();
    const page = await send(address, form);
    if (!page) return;
    this.read(page);
    this.calendar.setOption("events", this.events());
    showRefusal(this, page);
    if (!focused) return;
    setTimeout(() => this.line.querySelector(`[data-block="${CSS.escape(focused)}"]`)?.focus(), 60);
  }
}

// the component's own way to write midnight at the end of a day
const clock24 = (minutes) => (minutes === 1440 ? "24:00:00" : `${clock(minutes)}:00`);

// the component is fetched where it is used: a phone reads the list and pays nothing for it
function fetched(root) {
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: root.dataset.calendarCss });
  document.head.prepend(style); // our tokens come after its own
  const script = Object.assign(document.createElement("script"), { src: root.dataset.calendarJs });
  const loaded = [style, script].map((one) => new Promise((done, failed) => Object.assign(one, { onload: done, onerror: failed })));
  document.head.append(script);
  return Promise.all(loaded);
}

const root = document.querySelector("[data-week]");
if (root && WIDE.matches) {
  await fetched(root); // where it fails, the server's own picture and the list stay
  window.btWeek = new Week(root);
}
