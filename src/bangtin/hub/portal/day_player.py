"""A screen's day for the player in the browser: its turns as numbers, what stands in them, and the strip above."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from bangtin.bundle.timeline import Showing
from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Face
from bangtin.hub.devices.queries import Stretch, day_of
from bangtin.hub.kit.clock import LOCAL, local_date, to_ms
from bangtin.hub.portal import charts, previews, week_board
from bangtin.hub.programmes import policies as programmes
from bangtin.hub.programmes.models import ProgrammeVersion

DAY_MS = 86_400_000
DARK, CARD = -1, -2  # in place of an item's number


@dataclass
class _Told:
    """The rows of the answer while they are gathered."""

    versions: dict[str, ProgrammeVersion]
    turns: list[list[int]] = field(default_factory=list)
    items: dict[str, int] = field(default_factory=dict)
    parts: dict[tuple[str, str, int], int] = field(default_factory=dict)


def day(face: Face, on: date, *, reader: User, now: datetime) -> dict[str, Any]:
    """The day for the player: `turns` are [length ms, item, offset ms, part], one after another from midnight.

    An item below 0 is the dark screen or its card. `items` hold what to draw for whoever may see it; `parts` say by
    which class and which bundle (0: the plan as it stands) a turn plays.
    """
    stretches = day_of(face, on, now=now)
    told = _Told(_versions(stretches))
    begins_ms = to_ms(datetime.combine(on, time(), LOCAL))
    for stretch in stretches:
        for showing in stretch.showings:
            _tell(told, showing, number=stretch.bundle.number if stretch.bundle else 0)
    return {
        "width": face.width,
        "height": face.height,
        "begins_ms": begins_ms,
        "strip": strip(stretches, told.versions, begins_ms=begins_ms),
        "turns": told.turns,
        "items": [_item(told.versions.get(name), name, face, reader=reader, now=now) for name in told.items],
        "parts": [{"kind": kind, "words": _part(kind, class_), "bundle": n} for kind, class_, n in told.parts],
    }


def strip(
    stretches: Sequence[Stretch], versions: Mapping[str, ProgrammeVersion], *, begins_ms: int
) -> list[dict[str, Any]]:
    """The day at a glance, in seconds of it: planned stretches in the colour of their kind of content, filler grey,
    rest left out.
    """
    found: list[dict[str, Any]] = []
    for showings in _runs(one for stretch in stretches for one in stretch.showings):
        first, last = showings[0], showings[-1]
        if first.kind == "standby":
            continue
        x, until = (first.from_ms - begins_ms) // 1000, (last.until_ms - begins_ms) // 1000
        version = versions.get(first.item or "")
        words = _part(first.kind, first.class_)
        hue = f"c{week_board.category_hue(version.programme)}" if version and first.kind == "item" else "n"
        found.append({"x": x, "width": max(until - x, 1), "hue": hue, "words": words})
    return found


def marks() -> list[tuple[str, str]]:
    """The hours under the strip, with their places in percent."""
    return [(f"{hour:02}", charts.share(hour, 24)) for hour in range(0, 25, 3)]


def _runs(showings: Iterable[Showing]) -> Iterable[list[Showing]]:
    """Neighbours of one window and one kind together."""
    run: list[Showing] = []
    for one in showings:
        if run and (run[-1].kind, run[-1].window, run[-1].class_) != (one.kind, one.window, one.class_):
            yield run
            run = []
        run.append(one)
    if run:
        yield run


def _versions(stretches: Sequence[Stretch]) -> dict[str, ProgrammeVersion]:
    """The versions of the day by the names of their items."""
    names = {one.item for stretch in stretches for one in stretch.showings if one.item}
    rows = ProgrammeVersion.objects.filter(receipt__in=[name.replace(".", "/") for name in names])
    rows = rows.select_related("programme").prefetch_related("renditions", "programme__clusters")
    return {row.receipt.replace("/", "."): row for row in rows}


def _tell(told: _Told, showing: Showing, *, number: int) -> None:
    part = told.parts.setdefault((showing.kind, showing.class_, number), len(told.parts))
    if showing.item:
        item = told.items.setdefault(showing.item, len(told.items))
    else:
        item = DARK if showing.kind == "standby" else CARD
    length, last = showing.until_ms - showing.from_ms, told.turns[-1] if told.turns else None
    # the card is looked at anew each minute; here it is one stretch
    if last and item < 0 and (last[1], last[3]) == (item, part):
        last[0] += length
        return
    told.turns.append([length, item, showing.offset_ms, part])


def _item(version: ProgrammeVersion | None, name: str, face: Face, *, reader: User, now: datetime) -> dict[str, Any]:
    if version is None:
        return {"title": name, "is_open": False}
    if not programmes.may_see(reader, version, on=local_date(now)):
        return {"title": version.title, "receipt": version.receipt, "is_open": False}
    row = next((one for one in version.renditions.all() if one.geometry == face.geometry), None)
    shown = previews.of_row(version, row, str(face)) if row else None
    return {
        "title": version.title,
        "receipt": version.receipt,
        "is_open": shown is not None,
        "video": shown.video if shown else "",
        "image": shown.image if shown else "",
        "notice": shown.notice if shown else "",
    }


def _part(kind: str, class_: str) -> str:
    """What a turn is, in words."""
    if kind == "item":
        return _("Urgent bulletin on the schedule") if class_ == "priority" else _("By the schedule")
    words = {
        "filler": _("Filler: nothing is placed"),
        "card": _("The built-in card"),
        "standby": _("Dark and silent: outside the hours"),
        "alert": _("Emergency notice"),
    }
    return words.get(kind, kind)


def address(face: Face, on: date) -> str:
    """Where the player reads the day."""
    return reverse("instant-day", args=[face.pk, on.isoformat()])
