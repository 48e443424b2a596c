"""What the plan says that the newest bundle does not: the words of the page that publishes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices import queries as devices
from bangtin.hub.devices.models import Bundle
from bangtin.hub.kit.clock import from_ms, local_date
from bangtin.hub.portal import formats
from bangtin.hub.schedules import queries as schedules
from bangtin.hub.schedules.models import Placement, Slot
from bangtin.hub.schedules.states import SlotState

_DAY, _HORIZON = timedelta(days=1), timedelta(days=13)
ADDED, REMOVED, OTHER = "added", "removed", "other"


@dataclass(frozen=True)
class Change:
    """One difference: kind added, removed or other, and a sentence."""

    kind: str
    text: str


@dataclass(frozen=True)
class Changes:
    """The newest bundle, if there is one, and what has changed since."""

    bundle: Bundle | None
    rows: tuple[Change, ...]


def since_last(cluster: Cluster, *, at: datetime) -> Changes:
    """What publishing now would change on the screens from `at` on."""
    bundle = devices.in_force(cluster.id, at)
    placed = Slot.objects.filter(cluster=cluster, state=SlotState.PLACED, ends_at__gt=at)
    slots = list(placed.select_related("version").order_by("starts_at", "id"))
    fillers = {schedules.item_id(version): version.title for version in schedules.all_filler(cluster)}
    standing = _placements(cluster, at)
    if bundle is None:
        rows = [Change(ADDED, _slot(slot)) for slot in slots]
        rows += [Change(ADDED, _placement(one)) for one in standing.values()]
        rows += [Change(ADDED, _("Filler: “%(title)s”") % {"title": title}) for title in fillers.values()]
        return Changes(None, tuple(rows))
    manifest = devices.manifest_of(cluster, bundle.number)
    held = {
        entry.slot: (window.from_ms, window.until_ms)
        for window in manifest.windows
        for entry in manifest.loops.get(window.loop, ())
        if from_ms(window.until_ms) > at
    }
    now_placed = {str(slot.pk) for slot in slots}
    gone = Slot.objects.filter(pk__in=[int(name) for name in held if name not in now_placed and name.isdecimal()])
    rows = [Change(ADDED, _slot(slot)) for slot in slots if str(slot.pk) not in held]
    rows += [Change(REMOVED, _slot(slot)) for slot in gone.select_related("version")]
    rows += [Change(ADDED, _placement(one)) for name, one in standing.items() if name not in held]
    rows += [Change(REMOVED, _placement(one)) for one in _withdrawn(held, standing)]
    rows += _fillers(fillers, {item.id: item.content.title for item in manifest.items}, manifest.filler)
    ends_at = from_ms(manifest.ends_ms)
    if ends_at > at:
        dark = [(w.from_ms, w.until_ms) for w in manifest.windows if w.class_ == "rest"]
        rows += _hours(cluster, dark, at=at, ends_at=ends_at)
    return Changes(bundle, tuple(rows))


def _placements(cluster: Cluster, at: datetime) -> dict[str, Placement]:
    """The placements that play on the days that a bundle reaches over, by their names in bundles."""
    first = local_date(at)
    rows = schedules.in_force(cluster, first, first + _HORIZON)
    return {schedules.placement_name(row.pk): row for row in rows}


def _withdrawn(held: Iterable[str], standing: dict[str, Placement]) -> list[Placement]:
    gone = [schedules.placement_id(name) for name in held if name not in standing]
    rows = Placement.objects.filter(pk__in=[pk for pk in gone if pk is not None])
    return list(rows.select_related("version", "playlist").order_by("pk"))


def _placement(one: Placement) -> str:
    return _("Playlist “%(playlist)s”: “%(title)s”") % {"playlist": one.playlist, "title": one.version.title}


def _slot(slot: Slot) -> str:
    return _("%(day)s %(span)s “%(title)s”") % {
        "day": formats.weekday_day(slot.starts_at),
        "span": formats.span(slot.starts_at, slot.ends_at),
        "title": slot.version.title,
    }


def _fillers(now: dict[str, str], titles: dict[str, str], held: Iterable[str]) -> list[Change]:
    before = set(held)
    rows = [
        Change(ADDED, _("Filler: “%(title)s”") % {"title": title}) for name, title in now.items() if name not in before
    ]
    rows += [
        Change(REMOVED, _("Filler: “%(title)s”") % {"title": titles.get(name, name)})
        for name in sorted(before - set(now))
    ]
    return rows


def _hours(cluster: Cluster, held: list[tuple[int, int]], *, at: datetime, ends_at: datetime) -> list[Change]:
    """Days whose dark hours are no longer those of the bundle."""
    now = [(span.starts_at, span.ends_at) for span in schedules.plan(cluster, at, ends_at).rest]
    before = [(from_ms(start), from_ms(end)) for start, end in held]
    changed = set(_cut(now, at, ends_at)) ^ set(_cut(before, at, ends_at))
    days = sorted({formats.local(start).date() for start, _end in changed})
    return [Change(OTHER, _("Hours of %(day)s") % {"day": formats.weekday_day(on)}) for on in days]


def _cut(spans: list[tuple[datetime, datetime]], at: datetime, ends_at: datetime) -> list[tuple[datetime, datetime]]:
    """Spans by local day, clipped, so that rest over midnight compares alike however it was cut."""
    found = []
    for start, end in spans:
        begins = max(start, at)
        while begins < min(end, ends_at):
            midnight = formats.local(begins).replace(hour=0, minute=0, second=0, microsecond=0)
            stop = min(end, ends_at, midnight + _DAY)
            found.append((begins, stop))
            begins = stop
    return found
