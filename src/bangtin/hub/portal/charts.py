"""Geometry of the pictures drawn by the server: meters, week timelines, bars (ui 4 and 6).

Pages carry no inline style, so every width and place is an SVG attribute. The functions here turn
hours and seconds into percentages written with a point, whatever the language of the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from itertools import pairwise

from bangtin.hub.portal.formats import airtime, local

DAY_MIN = 24 * 60
NARROW_MIN = 25
# a block in the row of its day, in pixels
BLOCK_TOP, BLOCK_HEIGHT = 6, 64


def share(part: float, whole: float) -> str:
    """`part` of `whole` in percent, clipped to 0–100, as an SVG attribute (`"42.5"`)."""
    if whole <= 0:
        return "0"
    return f"{min(max(part / whole, 0.0), 1.0) * 100:.2f}".rstrip("0").rstrip(".") or "0"


@dataclass(frozen=True)
class Meter:
    """Airtime against its legal need: widths in percent of the axis, words beside the bar."""

    aired_s: float | None
    need_s: float
    fill: str
    need: str
    hue: str
    value: str
    missing: str
    is_so_far: bool = False


def meter(aired_s: float | None, *, need_s: float, so_far_s: float | None = None) -> Meter:
    """One bar for fixed windows: `aired_s` on an axis a quarter longer than the need.

    `so_far_s` moves the tick to what is due by now. Unknown airtime is hatched, never 0.
    """
    tick_s = need_s if so_far_s is None else so_far_s
    axis_s = max(need_s, aired_s or 0.0) * 1.25
    short_s = max(tick_s - (aired_s or 0.0), 0.0)
    is_enough = short_s < 30
    return Meter(
        aired_s=aired_s,
        need_s=need_s,
        fill=share(tick_s if aired_s is None else aired_s, axis_s),
        need=share(tick_s, axis_s),
        hue="u" if aired_s is None else "g" if is_enough else "a",
        value=airtime(aired_s),
        missing="" if aired_s is None or is_enough else airtime(short_s),
        is_so_far=so_far_s is not None,
    )


@dataclass(frozen=True)
class Block:
    """One piece of a timeline day, minutes after midnight; `state` "", live, gap, refused, filler, list.

    `key` names it among the blocks of the week; `move_href` and `withdraw_href` are the addresses of what may be done;
    `top` and `height` are pixels in the row of the day.
    """

    start_min: int
    end_min: int
    title: str
    detail: str = ""
    category: int = 1
    state: str = ""
    href: str = ""
    badge: str = ""
    key: str = ""
    move_href: str = ""
    withdraw_href: str = ""
    x: str = "0"
    width: str = "0"
    top: int = BLOCK_TOP
    height: int = BLOCK_HEIGHT

    @property
    def is_narrow(self) -> bool:
        """Too short for words on the timeline; its title is still read out and listed."""
        return self.end_min - self.start_min < NARROW_MIN

    @property
    def end_clock(self) -> str:
        """The end as a field for times takes it: midnight is 00:00."""
        return f"{self.end_min % DAY_MIN // 60:02}:{self.end_min % 60:02}"


@dataclass(frozen=True)
class Window:
    """Lawful hours of a day, minutes after midnight; optional ones are drawn dashed."""

    start_min: int
    end_min: int
    is_optional: bool = False
    x: str = "0"
    width: str = "0"
    end_x: str = "0"


@dataclass(frozen=True)
class Day:
    """One row of the week: its lawful windows, its blocks and its meter, or one for each half of the day."""

    on: date
    kind: str
    windows: tuple[Window, ...]
    blocks: tuple[Block, ...]
    meter: Meter | None = None
    is_day_off: bool = False
    now_x: str = ""
    note: str = ""
    halves: tuple[tuple[str, Meter], ...] = ()


@dataclass(frozen=True)
class Week:
    """A timeline: days on one axis with its hour marks (`(label, x)`), ready for `week.html`."""

    days: tuple[Day, ...]
    marks: tuple[tuple[str, str], ...]
    from_min: int
    until_min: int
    legend: tuple[tuple[int, str], ...] = field(default=())


def minutes(moment: datetime | time) -> int:
    """Minutes after midnight at the province's clock."""
    moment = local(moment) if isinstance(moment, datetime) else moment
    return moment.hour * 60 + moment.minute


def week(
    days: Sequence[Day],
    *,
    from_min: int = 6 * 60,
    until_min: int = 20 * 60,
    now: datetime | None = None,
    legend: Sequence[tuple[int, str]] = (),
) -> Week:
    """Lay days out on one axis; the axis grows to whole hours where a block or window needs it."""
    from_min, until_min = _axis(days, from_min, until_min)
    whole = until_min - from_min

    def x(minute: int) -> str:
        return share(minute - from_min, whole)

    def placed(day: Day) -> Day:
        is_today = now is not None and local(now).date() == day.on
        return replace(
            day,
            windows=tuple(
                replace(
                    w,
                    x=x(w.start_min),
                    width=share(w.end_min - w.start_min, whole),
                    end_x=x(w.end_min),
                )
                for w in day.windows
            ),
            blocks=tuple(replace(b, x=x(b.start_min), width=share(b.end_min - b.start_min, whole)) for b in day.blocks),
            now_x=x(minutes(now)) if is_today and now is not None else "",
        )

    hours = range(from_min // 60 + 1, until_min // 60)
    marks = tuple((f"{hour:02}:00", x(hour * 60)) for hour in hours)
    return Week(tuple(placed(day) for day in days), marks, from_min, until_min, tuple(legend))


def _axis(days: Sequence[Day], from_min: int, until_min: int) -> tuple[int, int]:
    spans = [(w.start_min, w.end_min) for day in days for w in day.windows]
    spans += [(b.start_min, b.end_min) for day in days for b in day.blocks]
    first = min([from_min, *(start for start, _end in spans)])
    last = max([until_min, *(end for _start, end in spans)])
    return first // 60 * 60, min(-(-last // 60) * 60, DAY_MIN)


@dataclass(frozen=True)
class Bar:
    """One horizontal bar: label, its amount in words, `category` 1–6, an address to its rows."""

    label: str
    value: float
    text: str
    category: int = 1
    href: str = ""
    width: str = "0"
    hue: str = ""


def bars(rows: Sequence[Bar], *, most: float | None = None) -> tuple[Bar, ...]:
    """Bars on one axis from 0 to `most` (default: the largest)."""
    whole = most if most is not None else max((row.value for row in rows), default=0.0)
    return tuple(replace(row, width=share(row.value, whole)) for row in rows)


@dataclass(frozen=True)
class Part:
    """One part of a stacked bar, with its place in percent; `hue` g a r n or c1–c6."""

    label: str
    value: float
    text: str
    hue: str
    x: str = "0"
    width: str = "0"


def stacked(parts: Sequence[Part], *, whole: float | None = None) -> tuple[Part, ...]:
    """Parts side by side from 0 to `whole` (default: their sum); empty parts are left out."""
    total = whole if whole is not None else sum(part.value for part in parts)
    kept = [part for part in parts if part.value > 0]
    edges = [0.0]
    for part in kept:
        edges.append(edges[-1] + part.value)
    return tuple(
        replace(part, x=share(start, total), width=share(end - start, total))
        for part, (start, end) in zip(kept, pairwise(edges), strict=True)
    )


@dataclass(frozen=True)
class Cell:
    """One cell of the matrix: `state` done late overdue due ahead undated none, text, address."""

    state: str
    text: str = ""
    href: str = ""
    title: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class Row:
    """One row of the matrix: who, what, the citation (`8.1.a`) with its address, the cells."""

    label: str
    detail: str
    cells: tuple[Cell, ...]
    clause: str = ""
    clause_href: str = ""


@dataclass(frozen=True)
class Column:
    """One column of a day chart: label, value, what is read when pointed at; hue g a r or c1–c6."""

    label: str
    value: float
    title: str
    hue: str = "c1"
    x: str = "0"
    y: str = "0"
    height: str = "0"
    width: str = "0"


@dataclass(frozen=True)
class ColumnChart:
    """Columns from 0 with grid lines (`(label, y)`) and the legal line, ready for `columns.html`."""

    columns: tuple[Column, ...]
    grid: tuple[tuple[str, str], ...]
    need_y: str
    labels: tuple[tuple[str, str], ...]


def column_chart(rows: Sequence[Column], *, need: float | None = None, step: float = 2.0) -> ColumnChart:
    """Place columns on an axis from 0 up to a whole `step` above the largest value and the need.

    Shape: x and width in percent of the plot, y and height in percent from its top.
    """
    top = max([need or 0.0, *(row.value for row in rows)])
    top = (int(top / step) + 1) * step
    slot = 100 / max(len(rows), 1)
    placed = tuple(
        replace(
            row,
            x=f"{index * slot + slot * 0.15:.2f}",
            width=f"{slot * 0.7:.2f}",
            y=f"{100 - row.value / top * 100:.2f}",
            height=f"{row.value / top * 100:.2f}",
        )
        for index, row in enumerate(rows)
    )
    lines = tuple(
        (f"{level * step:g}", f"{100 - level * step / top * 100:.2f}") for level in range(int(top / step) + 1)
    )
    stride = max(len(rows) // 4, 1)
    labels = tuple(
        (row.label, f"{index * slot + slot / 2:.2f}") for index, row in enumerate(rows) if index % stride == 0
    )
    need_y = "" if need is None else f"{100 - need / top * 100:.2f}"
    return ColumnChart(placed, lines, need_y, labels)
