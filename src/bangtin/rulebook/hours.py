"""Operating hours of a cluster: the windows of a day, and what a placement or a day's total breaks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bangtin.rulebook import airtime, calendars, citations
from bangtin.rulebook.calendars import DayKind, WorkingCalendar
from bangtin.rulebook.errors import UnknownName
from bangtin.rulebook.shapes import DayHoursRule, HoursRule, Regulation, Unit
from bangtin.rulebook.texts import DAY_S, LEGAL_ZONE, MonthDay, Text, Window, clock, day_label, windows_label

Interval = tuple[datetime, datetime]
_HALVES = {
    "hours.morning_below_minimum": Text("Buổi sáng ngày", "The morning of"),
    "hours.afternoon_below_minimum": Text("Buổi chiều ngày", "The afternoon of"),
}
LocalWindows = Mapping[date, tuple[Window, ...]]


@dataclass(frozen=True, slots=True)
class ClusterHours:
    """The operating-hours rule of a cluster, with the regulation its numbers stand in."""

    regulation: Regulation
    rule: HoursRule


@dataclass(frozen=True, slots=True)
class DayHours:
    """The hours of one day. `windows` None: the operator may set them and has not.

    `citation` is the clause id; the advisory bounds warn and never refuse. `minimum_s`, `morning_s`, `afternoon_s`:
    least airtime without advertising; `noon_s` parts the halves and is local, never fixed by the text (None: not
    set). `tolerance_s`: outage a day that the province lets pass (None: it has set none).
    """

    on: date
    kind: DayKind
    reason: Text
    windows: tuple[Window, ...] | None
    citation: str
    is_fixed: bool
    advisory_min_s: int | None = None
    advisory_max_s: int | None = None
    mode: str = "fixed"
    minimum_s: int | None = None
    morning_s: int | None = None
    afternoon_s: int | None = None
    noon_s: int | None = None
    tolerance_s: int | None = None

    @property
    def total_s(self) -> int:
        """Return the seconds of operation of the day."""
        return sum(window.seconds for window in self.windows or ())

    def intervals(self) -> tuple[Interval, ...]:
        """Return the windows as aware instants (Asia/Ho_Chi_Minh)."""
        midnight = datetime.combine(self.on, time(), tzinfo=LEGAL_ZONE)
        return tuple(
            (midnight + timedelta(seconds=each.opens_s), midnight + timedelta(seconds=each.closes_s))
            for each in self.windows or ()
        )


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a placement may not stand: stable code, clause, reason and next step in both languages."""

    code: str
    citation: str
    reason: Text
    next_step: Text
    day: DayHours


@dataclass(frozen=True, slots=True)
class Advice:
    """What a day's hours should look at; it refuses nothing."""

    code: str
    citation: str
    reason: Text


def of(regulation: Regulation, cluster: str) -> ClusterHours:
    """Return the operating-hours rule of a cluster.

    Raises: UnknownName if the regulation gives the cluster none.
    """
    return ClusterHours(regulation, regulation.hours_of(cluster))


def day(
    rule: ClusterHours,
    calendar: WorkingCalendar,
    on: date,
    *,
    local: LocalWindows | None = None,
) -> DayHours:
    """Return the hours of `on`; `local` holds the windows the operator has set, by day.

    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.1.a and 8.1.b.
    """
    regulation, found = rule.regulation, calendars.day(calendar, on)
    part = _part(rule, found.kind, on)
    windows = regulation.parameter(part.windows).windows(on) if part.windows else (local or {}).get(on)
    if part.mode == "round_the_clock":
        windows = (Window(0, DAY_S),)
    return DayHours(
        on=on,
        kind=found.kind,
        reason=found.reason,
        windows=windows or None,
        citation=part.clause,
        is_fixed=part.mode in {"fixed", "round_the_clock"},
        advisory_min_s=_hours_s(regulation, part.advisory_min, on),
        advisory_max_s=_hours_s(regulation, part.advisory_max, on),
        mode=part.mode,
        minimum_s=_minutes_s(regulation, part.minimum, on),
        morning_s=_minutes_s(regulation, part.morning, on),
        afternoon_s=_minutes_s(regulation, part.afternoon, on),
        noon_s=regulation.parameter(part.noon).time_s(on) if part.noon else None,
        tolerance_s=_minutes_s(regulation, part.tolerance, on),
    )


def part_of(rule: ClusterHours, calendar: WorkingCalendar, on: date) -> DayHoursRule:
    """Return the part of the rule that holds on `on`: its mode, its clause, the parameters it names.

    Raises: UnknownName if none holds.
    """
    return _part(rule, calendars.day(calendar, on).kind, on)


def check_placement(
    rule: ClusterHours,
    calendar: WorkingCalendar,
    *,
    starts_at: datetime,
    ends_at: datetime,
    local: LocalWindows | None = None,
    is_instructed: bool = False,
) -> Refusal | None:
    """Return why [starts_at, ends_at) may not be placed, or None if it may.

    An instruction from above lifts the hours; `outside_s` counts what it lifted.
    Raises: ValueError if the span is naive or empty.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.1 (hours), 7.1 (instruction from above).
    """
    for on, opens_s, closes_s in _by_day(starts_at, ends_at):
        hours = day(rule, calendar, on, local=local)
        if is_instructed or _fits(hours, opens_s, closes_s):
            continue
        return _refusal(hours, rule.rule, opens_s=opens_s, closes_s=closes_s)
    return None


def outside_s(
    rule: ClusterHours,
    calendar: WorkingCalendar,
    *,
    starts_at: datetime,
    ends_at: datetime,
    local: LocalWindows | None = None,
) -> float:
    """Return the seconds of [starts_at, ends_at) outside the operating hours.

    Raises: ValueError if the span is naive or empty.
    """
    inside = 0.0
    for on, opens_s, closes_s in _by_day(starts_at, ends_at):
        for window in day(rule, calendar, on, local=local).windows or ():
            inside += max(0.0, min(closes_s, window.closes_s) - max(opens_s, window.opens_s))
    return (ends_at - starts_at).total_seconds() - inside


def check_day_total(hours: DayHours, *, total_s: int | None = None) -> tuple[Advice, ...]:
    """Return what to warn of when the operator's windows of a day total `total_s` (default: as they are).

    None at all is lawful where the text says "may": no warning.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.1.b.
    """
    total = hours.total_s if total_s is None else total_s
    low, high = hours.advisory_min_s, hours.advisory_max_s
    if hours.mode == "minimum":
        return _planned_airtime(hours, total)
    if total == 0 or hours.is_fixed:
        return ()
    if low is not None and total < low:
        return (_total_warning("hours.below_advisory", hours, total),)
    if high is not None and total > high:
        return (_total_warning("hours.above_advisory", hours, total),)
    return ()


def _planned_airtime(hours: DayHours, total: int) -> tuple[Advice, ...]:
    """Return what the operator's windows leave too short; no windows at all are too short as well."""
    found = airtime.judge(hours, tuple((each.opens_s, each.closes_s) for each in hours.windows or ()))
    short = [] if total >= (hours.minimum_s or 0) else [_short("hours.below_minimum", hours, total, hours.minimum_s)]
    if found.is_morning_short:
        short.append(_short("hours.morning_below_minimum", hours, found.morning_s or 0, hours.morning_s))
    if found.is_afternoon_short:
        short.append(_short("hours.afternoon_below_minimum", hours, found.afternoon_s or 0, hours.afternoon_s))
    return tuple(short)


def _short(code: str, hours: DayHours, total: int, least: int | None) -> Advice:
    vi, en = citations.format_vi(hours.citation), citations.format_en(hours.citation)
    on, has, least_h = day_label(hours.on), f"{total / 3600:.3g}", f"{(least or 0) / 3600:.3g}"
    which = _HALVES.get(code, Text("Ngày", ""))
    return Advice(
        code=code,
        citation=hours.citation,
        reason=Text(
            f"{which.vi} {on} có {has} giờ; tối thiểu {least_h} giờ ({vi}).",
            f"{which.en} {on} has {has} h of at least {least_h} h ({en}).".strip(),
        ),
    )


def _part(rule: ClusterHours, kind: DayKind, on: date) -> DayHoursRule:
    for part in rule.rule.by_day:
        if kind in part.days and rule.regulation.stands(part.clause, on) and in_season(rule.regulation, part, on):
            return part
    raise UnknownName(what="operating hours for", name=kind, instrument=rule.regulation.id)


def in_season(regulation: Regulation, part: DayHoursRule, on: date) -> bool:
    """Return whether `on` lies in the part's season, both days counted; a season may run over New Year."""
    if part.season_from is None or part.season_until is None:
        return True
    first = regulation.parameter(part.season_from).month_day(on)
    last = regulation.parameter(part.season_until).month_day(on)
    return in_span(first, last, on)


def in_span(first: MonthDay | None, last: MonthDay | None, on: date) -> bool:
    """Return whether `on` lies from `first` to `last` of any year; a bound that is not fixed holds no day."""
    if first is None or last is None:
        return False
    today = MonthDay(on.month, on.day)
    return first <= today <= last if first <= last else today >= first or today <= last


def _minutes_s(regulation: Regulation, parameter: str | None, on: date) -> int | None:
    if parameter is None:
        return None
    found = regulation.parameter(parameter)
    number = found.number(on)
    return None if number is None else number * (3600 if found.unit is Unit.HOUR else 60)


def _hours_s(regulation: Regulation, parameter: str | None, on: date) -> int | None:
    number = regulation.parameter(parameter).number(on) if parameter else None
    return None if number is None else number * 3600


def _by_day(starts_at: datetime, ends_at: datetime) -> Iterator[tuple[date, float, float]]:
    if starts_at.tzinfo is None or ends_at.tzinfo is None or starts_at >= ends_at:
        raise ValueError(f"Expected an aware start before an aware end, got {starts_at} and {ends_at}.")
    start, end = starts_at.astimezone(LEGAL_ZONE), ends_at.astimezone(LEGAL_ZONE)
    while start < end:
        midnight = datetime.combine(start.date(), time(), tzinfo=LEGAL_ZONE)
        stop = min(end, midnight + timedelta(days=1))
        yield start.date(), (start - midnight).total_seconds(), (stop - midnight).total_seconds()
        start = stop


def _fits(hours: DayHours, opens_s: float, closes_s: float) -> bool:
    return any(each.opens_s <= opens_s and closes_s <= each.closes_s for each in hours.windows or ())


def _refusal(hours: DayHours, rule: HoursRule, *, opens_s: float, closes_s: float) -> Refusal:
    span = f"{clock(int(opens_s))}–{clock(min(int(closes_s), DAY_S))}"
    on = day_label(hours.on)
    cited = Text(citations.format_vi(hours.citation), citations.format_en(hours.citation))
    lifted = _lifted(rule)
    if hours.windows is None:
        return Refusal(
            code="hours.no_windows_set",
            citation=hours.citation,
            reason=Text(
                f"Ngày {on} ({hours.reason.vi}) chưa có khung giờ hoạt động ({cited.vi}).",
                f"No operating hours are set for {on} ({hours.reason.en}; {cited.en}).",
            ),
            next_step=Text(
                f"Đơn vị vận hành đặt khung giờ cho ngày này rồi xếp lại{lifted.vi}.",
                f"Let the operator set the hours of that day, then place it again{lifted.en}.",
            ),
            day=hours,
        )
    shown = windows_label(hours.windows)
    return Refusal(
        code="hours.outside",
        citation=hours.citation,
        reason=Text(
            f"Khung {span} ngày {on} nằm ngoài giờ hoạt động {shown} ({cited.vi}).",
            f"The slot {span} on {on} lies outside the operating hours {shown} ({cited.en}).",
        ),
        next_step=Text(
            f"Chuyển vào trong khung giờ hoạt động{lifted.vi}.",
            f"Move it inside the operating hours{lifted.en}.",
        ),
        day=hours,
    )


def _lifted(rule: HoursRule) -> Text:
    if rule.instruction_clause is None:
        return Text("", "")
    vi, en = citations.format_vi(rule.instruction_clause), citations.format_en(rule.instruction_clause)
    return Text(
        f", hoặc đính kèm văn bản chỉ đạo của cấp trên ({vi})",
        f", or attach the instruction from above that asks for it ({en})",
    )


def _total_warning(code: str, hours: DayHours, total: int) -> Advice:
    low, high = (hours.advisory_min_s or 0) // 3600, (hours.advisory_max_s or 0) // 3600
    vi, en = citations.format_vi(hours.citation), citations.format_en(hours.citation)
    on = day_label(hours.on)
    return Advice(
        code=code,
        citation=hours.citation,
        reason=Text(
            f"Ngày {on} hoạt động {total / 3600:.3g} giờ; văn bản nêu từ {low} đến {high} giờ/ngày ({vi}).",
            f"{on} runs for {total / 3600:.3g} h; the regulation speaks of {low} to {high} h a day ({en}).",
        ),
    )
