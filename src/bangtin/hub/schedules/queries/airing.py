"""What is planned to be seen on a day, piece by piece: slots shared out among their loops, placements laid out, filler.

Times are ms from local midnight. Where priority covers ordinary, the ordinary is not seen and not counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.compiler import DAY_MS, HOUR_MS, Span, spans
from bangtin.hub.schedules.models import BulletinClass, Slot
from bangtin.hub.schedules.queries.inputs import DayInput, duration_ms
from bangtin.hub.schedules.queries.layouts import DayLayout, groups_of, layouts_between, stands_on
from bangtin.rulebook import content

MINUTE_MS = 60_000


@dataclass(frozen=True)
class Piece:
    """One version on one group of faces over [from_ms, until_ms)."""

    from_ms: int
    until_ms: int
    version: ProgrammeVersion
    is_advertising: bool

    @property
    def span(self) -> Span:
        """Its time."""
        return (self.from_ms, self.until_ms)


@dataclass(frozen=True)
class Airing:
    """What one group of faces is planned to show on a day; `weight` is how many faces it has."""

    faces: tuple[str, ...]
    weight: int
    pieces: tuple[Piece, ...]
    gaps: tuple[Span, ...]


@dataclass(frozen=True)
class Mix:
    """Planned time of a day in ms, on an average of the faces; without filler, which is counted apart.

    `open_ms`: the operating hours. `filler_ms`: what of them is left to filler. `by_direction`: external and domestic
    information, where the text tells them apart.
    """

    on: date
    open_ms: int
    planned_ms: int
    filler_ms: int
    advertising_ms: int
    by_category: dict[str, int]
    by_language: dict[str, int]
    by_direction: dict[str, int]

    @property
    def minutes(self) -> dict[str, object]:
        """The same in minutes with one decimal, as pages and summaries read it."""
        return {
            "planned": _minutes(self.planned_ms),
            "filler": _minutes(self.filler_ms),
            "open": _minutes(self.open_ms),
            "advertising": _minutes(self.advertising_ms),
            "category": {key: _minutes(ms) for key, ms in sorted(self.by_category.items())},
            "language": {key: _minutes(ms) for key, ms in sorted(self.by_language.items())},
            "direction": {key: _minutes(ms) for key, ms in sorted(self.by_direction.items())},
        }


def mix(cluster: Cluster, on: date) -> Mix:
    """The minutes of a day by kind of content, language and advertising, as the plan stands now.

    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 4.2 (how external and domestic information share the day).
    """
    return mixes_between(cluster, on, on)[0]


def mixes_between(cluster: Cluster, first: date, last: date) -> list[Mix]:
    """The same for each day from `first` to `last`, both included."""
    return [mix_of(one) for one in layouts_between(cluster, first, last)]


def mix_of(found: DayLayout) -> Mix:
    """The same of a day that is laid out already."""
    airings = airings_of(found)
    faces = sum(one.weight for one in airings) or 1
    categories: dict[str, int] = defaultdict(int)
    languages: dict[str, int] = defaultdict(int)
    planned = adverts = filler = 0
    for airing in airings:
        filler += spans.length(airing.gaps) * airing.weight
        for piece in airing.pieces:
            ms = (piece.until_ms - piece.from_ms) * airing.weight
            planned += ms
            adverts += ms if piece.is_advertising else 0
            categories[piece.version.programme.category] += ms
            languages[piece.version.language] += ms
    return Mix(
        on=found.on,
        open_ms=spans.length(found.input.open),
        planned_ms=planned // faces,
        filler_ms=filler // faces,
        advertising_ms=adverts // faces,
        by_category={key: ms // faces for key, ms in categories.items()},
        by_language={key: ms // faces for key, ms in languages.items()},
        by_direction=_by_direction(found.input.cluster, {key: ms // faces for key, ms in categories.items()}),
    )


def _by_direction(cluster: Cluster, categories: dict[str, int]) -> dict[str, int]:
    pack = regulations.of_cluster(cluster)
    found: dict[str, int] = defaultdict(int)
    for key, ms in categories.items():
        if direction := content.direction(pack, key):
            found[direction] += ms
    return dict(found)


def airings_of(found: DayLayout) -> list[Airing]:
    """Each group of faces that show the same, with what it shows."""
    return [_airing(found, faces) for faces in groups_of(found.input)]


def _airing(found: DayLayout, faces: tuple[str, ...]) -> Airing:
    day = found.input
    geometries = {face.geometry for face in day.faces if not faces or face.pk in faces}
    slots = [slot for slot in day.slots if stands_on(slot.faces, faces)]
    ordinary = list(_of_slots(day, [one for one in slots if not _is_priority(one.bulletin_class)], geometries))
    priority = list(_of_slots(day, [one for one in slots if _is_priority(one.bulletin_class)], geometries))
    for group in found.groups:
        if stands_on(group.faces, faces):
            laid = priority if _is_priority(group.bulletin_class) else ordinary
            for turn in group.layout.turns:
                version = group.placements[turn.entry].version
                laid.append(Piece(turn.from_ms, turn.until_ms, version, day.is_advertising(version)))
    above = spans.joined(one.span for one in priority)
    seen = [*priority, *_uncovered(ordinary, above)]
    seen.sort(key=lambda one: one.span)
    gaps = spans.without(day.open, (one.span for one in seen))
    return Airing(faces, len(faces) or max(len(day.faces), 1), tuple(seen), gaps)


def _uncovered(pieces: Iterable[Piece], above: Sequence[Span]) -> Iterator[Piece]:
    for one in pieces:
        for start, end in spans.without((one.span,), above):
            yield Piece(start, end, one.version, one.is_advertising)


def _of_slots(day: DayInput, slots: Sequence[Slot], geometries: set[str]) -> Iterator[Piece]:
    """The slots' time; of a loop that several share, each clock hour is shared out by their lengths."""
    midnight_ms = to_ms(day.starts_at)
    loops: dict[Span, list[Slot]] = defaultdict(list)
    for slot in slots:
        span = (max(to_ms(slot.starts_at) - midnight_ms, 0), min(to_ms(slot.ends_at) - midnight_ms, DAY_MS))
        loops[span].append(slot)
    for span, sharing in sorted(loops.items()):
        lengths = [duration_ms(slot.version, geometries) or 1 for slot in sharing]
        whole = sum(lengths)
        for start, end in _by_hour(span):
            passed, at = 0, start
            for slot, length in zip(sharing, lengths, strict=True):
                passed += length
                until = start + (end - start) * passed // whole
                if at < until:
                    yield Piece(at, until, slot.version, day.is_advertising(slot.version))
                at = until


def _by_hour(span: Span) -> Iterator[Span]:
    at, end = span
    while at < end:
        until = min(end, (at // HOUR_MS + 1) * HOUR_MS)
        yield at, until
        at = until


def _is_priority(bulletin_class: str) -> bool:
    return bulletin_class == BulletinClass.PRIORITY


def _minutes(ms: int) -> float:
    return round(ms / MINUTE_MS, 1)
