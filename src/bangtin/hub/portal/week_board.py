"""The week of a cluster as pages draw it: blocks, meters, what to look at before publishing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bangtin.hub.clusters.models import Cluster, faces_of
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.portal import charts, formats, places, week_bands
from bangtin.hub.portal.content_hues import category_hue, category_name
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.models import BulletinClass, Slot
from bangtin.hub.schedules.queries import DayPlan, Span, airing, hours_rules
from bangtin.rulebook.calendars import DayKind
from bangtin.rulebook.texts import DAY_S

__all__ = [
    "Refused",
    "category_hue",
    "category_name",
    "draw",
    "empty_s",
    "gaps",
    "need_s",
    "only_on",
    "planned_s",
    "slug_of",
]

WORKED = frozenset({DayKind.WORKING, DayKind.MAKE_UP})
# a stretch that a page with minutes would write as "07:30 – 07:30" is no room for anything
SHORTEST_GAP = timedelta(minutes=1)


@dataclass(frozen=True)
class Refused:
    """Where a refused placement was dropped, so that the week shows it."""

    starts_at: datetime
    ends_at: datetime
    title: str


def slug_of(monday: date) -> str:
    """`2026-w48`: a week as it stands in the address."""
    year, number, _weekday = monday.isocalendar()
    return f"{year}-w{number:02}"


def draw(
    cluster: Cluster, days: Sequence[DayPlan], *, now: datetime, is_writer: bool, refused: Refused | None = None
) -> charts.Week:
    """The timeline of these days; gaps lead to the form for whoever may place."""
    return charts.week([_day(cluster, found, now=now, is_writer=is_writer, refused=refused) for found in days], now=now)


def _day(cluster: Cluster, found: DayPlan, *, now: datetime, is_writer: bool, refused: Refused | None) -> charts.Day:
    windows = found.hours.windows or ()
    blocks = [_gap(cluster, found.on, gap, now=now, is_writer=is_writer) for gap in gaps(found)]
    blocks += _blocks(cluster, found, now=now, is_writer=is_writer)
    blocks += week_bands.of_day(cluster, found, now=now)
    if refused and refused.starts_at.astimezone(LOCAL).date() == found.on:
        start, end = _clipped(refused.starts_at, refused.ends_at, found.on)
        end = max(end, start + 20)
        blocks.append(charts.Block(start, end, refused.title, _("not placed"), state="refused", key="refused"))
    reason = regulations.in_words(found.hours.reason)
    return charts.Day(
        on=found.on,
        kind=reason[:1].upper() + reason[1:],
        windows=tuple(
            charts.Window(one.opens_s // 60, one.closes_s // 60, is_optional=not found.hours.is_fixed)
            for one in windows
        ),
        # by time for the list; what was refused, and urgent slots, are drawn over the others
        blocks=tuple(sorted(blocks, key=lambda one: (one.state == "refused", one.start_min, one.end_min))),
        meter=charts.meter(planned_s(found), need_s=need) if (need := need_s(found)) else None,
        is_day_off=found.hours.kind not in WORKED,
        note=_note(found),
        halves=_halves(found),
    )


def _halves(found: DayPlan) -> tuple[tuple[str, charts.Meter], ...]:
    """Morning and afternoon against what each of them needs, where the text halves the day (Lai Châu 8.1)."""
    if found.hours.morning_s is None or found.hours.afternoon_s is None:
        return ()
    shown = hours_rules.halves(found.layout, airing.airings_of(found.layout)) or (0, 0)
    return (
        (pgettext("half of the day", "Morning"), charts.meter(shown[0], need_s=found.hours.morning_s)),
        (pgettext("half of the day", "Afternoon"), charts.meter(shown[1], need_s=found.hours.afternoon_s)),
    )


def gaps(found: DayPlan) -> list[Span]:
    """The empty stretches of a day that are worth showing: a minute at least."""
    return [gap for gap in found.gaps if gap.ends_at - gap.starts_at >= SHORTEST_GAP]


def need_s(found: DayPlan) -> int:
    """The seconds a day's plan is measured against: the fixed hours, or the least that the text advises."""
    if found.hours.windows is None:
        return 0
    return found.hours.total_s if found.hours.is_fixed else found.hours.advisory_min_s or found.hours.total_s


def planned_s(found: DayPlan) -> float:
    """Seconds inside the hours that slots fill, each second once."""
    gaps_s = sum((gap.ends_at - gap.starts_at).total_seconds() for gap in found.gaps)
    return max(found.hours.total_s - gaps_s, 0.0)


def _note(found: DayPlan) -> str:
    hours = found.hours
    if hours.windows is None:
        return _("No hours set")
    if hours.is_fixed or hours.advisory_min_s is None or hours.advisory_max_s is None:
        return ""
    low, high = hours.advisory_min_s // 3600, hours.advisory_max_s // 3600
    return _("The text speaks of %(low)d – %(high)d h") % {"low": low, "high": high}


def _clipped(starts_at: datetime, ends_at: datetime, on: date) -> tuple[int, int]:
    midnight = datetime.combine(on, time(), LOCAL)
    start = max((starts_at - midnight).total_seconds(), 0)
    end = min((ends_at - midnight).total_seconds(), DAY_S)
    return int(start // 60), int(end // 60)


def _gap(cluster: Cluster, on: date, gap: Span, *, now: datetime, is_writer: bool) -> charts.Block:
    start, end = _clipped(gap.starts_at, gap.ends_at, on)
    href = ""
    if is_writer and gap.ends_at > now:
        begins = max(gap.starts_at, now + timedelta(minutes=5))
        address = reverse("week", args=[cluster.slug, slug_of(on)])
        query = {"xep": f"{on:%Y-%m-%d}", "tu": formats.clock(begins), "den": formats.clock(gap.ends_at)}
        href = places.with_query(address, **query) + "#xep"
    return charts.Block(start, end, _("Empty"), _("filler plays"), state="gap", href=href, key=f"g{on:%m%d}-{start}")


def _blocks(cluster: Cluster, found: DayPlan, *, now: datetime, is_writer: bool) -> Iterable[charts.Block]:
    def key(slot: Slot) -> tuple[bool, datetime, datetime, tuple[str, ...]]:
        # what is urgent is drawn over the ordinary slots that it takes the place of
        is_priority = slot.bulletin_class == BulletinClass.PRIORITY
        return (is_priority, slot.starts_at, slot.ends_at, tuple(sorted(slot.faces)))

    for (is_priority, starts_at, ends_at, faces), group in groupby(sorted(found.slots, key=key), key=key):
        slots = list(group)
        start, end = _clipped(starts_at, ends_at, found.on)
        marks = [_("urgent")] if is_priority else []
        marks += [_("outside hours, instructed: %(number)s") % {"number": slots[0].instruction_number}] * (
            slots[0].is_outside_hours
        )
        where = only_on(cluster, faces)
        spoken = formats.languages(sorted({slot.version.language for slot in slots}, reverse=True))
        only = _("only %(faces)s") % {"faces": where} if where else ""
        top, height = _band(cluster, faces)
        yield charts.Block(
            start,
            end,
            " + ".join(slot.version.title for slot in slots),
            f"{spoken} · {only}" if only else spoken,
            category=category_hue(slots[0].version.programme),
            state="live" if starts_at <= now < ends_at else "",
            href=reverse("slot", args=[cluster.slug, slots[0].pk]),
            badge=", ".join(marks),
            top=top,
            height=height,
            **_deeds(cluster, slots, found.on, now=now, is_writer=is_writer),
        )


def only_on(cluster: Cluster, faces: Collection[str]) -> str:
    """The names of the faces to which something is held; empty where every face of the cluster shows it."""
    known = {one.pk: str(one) for one in faces_of(cluster)} if faces else {}
    return "" if set(known) <= set(faces) else ", ".join(known.get(one, one) for one in sorted(faces))


def _band(cluster: Cluster, faces: Collection[str]) -> tuple[int, int]:
    """Top and height in the row of the day: what is not on every face takes their share, so that none hides another."""
    known = [one.pk for one in faces_of(cluster)] if faces else []
    rows = [known.index(one) for one in faces if one in known]
    if not rows or len(rows) == len(known):
        return charts.BLOCK_TOP, charts.BLOCK_HEIGHT
    each = charts.BLOCK_HEIGHT // len(known)
    return charts.BLOCK_TOP + min(rows) * each, (max(rows) - min(rows) + 1) * each


def _deeds(cluster: Cluster, slots: Sequence[Slot], on: date, *, now: datetime, is_writer: bool) -> dict[str, str]:
    """A slot that has not begun is moved and withdrawn, of one that runs the end; those of a loop are opened singly."""
    key = {"key": f"s{slots[0].pk}-{on:%m%d}"}
    if not is_writer or len(slots) > 1 or slots[0].ends_at <= now:
        return key
    words = [cluster.slug, slots[0].pk]
    key["move_href"] = reverse("slot-move", args=words)
    if slots[0].starts_at > now:
        key["withdraw_href"] = reverse("slot-withdraw", args=words)
    return key


def empty_s(days: Sequence[DayPlan]) -> float:
    """Seconds inside the hours of these days that no slot fills."""
    return sum((gap.ends_at - gap.starts_at).total_seconds() for found in days for gap in gaps(found))
