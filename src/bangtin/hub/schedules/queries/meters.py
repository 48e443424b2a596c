"""Planned airtime of a cluster's days by kind of content, language and direction: what the meters beside the plan show.

Milliseconds are the mean of the cluster's faces. What a priority window covers is not counted below it, filler and rest
are not counted at all, and what was instructed outside the hours is in: it is on the plan.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bangtin.hub.clusters.models import Cluster, faces_of
from bangtin.hub.kit.clock import LOCAL, to_ms
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.compiler import Span, spans
from bangtin.hub.schedules.models import BulletinClass
from bangtin.hub.schedules.queries.inputs import duration_ms
from bangtin.hub.schedules.queries.layouts import CompiledWindow, DayLayout, layouts_between
from bangtin.hub.schedules.queries.plan import Plan, PlanWindow, of_layouts
from bangtin.rulebook import content
from bangtin.rulebook.shapes import Regulation

EXTERNAL, DOMESTIC = content.DIRECTIONS
Part = tuple[ProgrammeVersion, int]

MILLISECOND = timedelta(milliseconds=1)


@dataclass
class Meters:
    """The airtime of one day, ms a face: the largest first in each mapping.

    `by_category` by the id of the kind of content ("" where none was given), `by_language` by code; `external_ms` and
    `domestic_ms` by the direction that the regulation gives the kind, `advertising_ms` apart and in neither.
    """

    on: date
    total_ms: int = 0
    by_category: dict[str, int] = field(default_factory=dict)
    by_language: dict[str, int] = field(default_factory=dict)
    external_ms: int = 0
    domestic_ms: int = 0
    advertising_ms: int = 0
    items: dict[str, int] = field(default_factory=dict)

    @property
    def external_permille(self) -> int | None:
        """The share of external information in what has a direction; None where nothing has one."""
        whole = self.external_ms + self.domestic_ms
        return self.external_ms * 1000 // whole if whole else None


def planned(cluster: Cluster, first: date, last: date) -> list[Meters]:
    """The plan as it stands, one row a day from `first` to `last`, both included."""
    return of_days(cluster, layouts_between(cluster, first, last))


def of_days(cluster: Cluster, days: Sequence[DayLayout]) -> list[Meters]:
    """The same of days that are laid out already, in order and without a hole."""
    first, last = days[0].on, days[-1].on
    from_at, until_at = days[0].input.starts_at, days[-1].input.starts_at + timedelta(days=1)
    return of_plan(of_layouts(cluster, days, from_at, until_at), first, last)


def of_plan(found: Plan, first: date, last: date) -> list[Meters]:
    """The days of a plan that is at hand already."""
    faces = [face.pk for face in faces_of(found.cluster)]
    geometries = {face.pk: face.geometry for face in faces_of(found.cluster)}
    pack = regulations.of_cluster(found.cluster)
    days = []
    for number in range((last - first).days + 1):
        on = first + timedelta(days=number)
        shown: dict[int, int] = defaultdict(int)
        versions: dict[int, ProgrammeVersion] = {}
        for face in faces:
            for version, length in _on_face(found, face, on, geometry=geometries[face]):
                versions[version.pk] = version
                shown[version.pk] += length
        rows = [(versions[key], length // max(len(faces), 1)) for key, length in shown.items()]
        days.append(gathered(on, rows, pack))
    return days


def gathered(on: date, rows: Iterable[Part], pack: Regulation) -> Meters:
    """Versions with the time that each was shown, summed up under a regulation's kinds of content."""
    made, adverts = Meters(on), {one.id for one in pack.categories if one.is_advertising}
    for version, length in rows:
        category = version.programme.category
        made.total_ms += length
        made.by_category[category] = made.by_category.get(category, 0) + length
        made.by_language[version.language] = made.by_language.get(version.language, 0) + length
        if category in adverts:
            made.advertising_ms += length
            continue
        direction = content.direction(pack, category)
        if direction:
            made.items[direction] = made.items.get(direction, 0) + 1
        made.external_ms += length if direction == EXTERNAL else 0
        made.domestic_ms += length if direction == DOMESTIC else 0
    made.by_category = _ranked(made.by_category)
    made.by_language = _ranked(made.by_language)
    return made


def summed(days: Sequence[Meters]) -> Meters:
    """Several days as one, under the first day's date."""
    made = Meters(days[0].on)
    for day in days:
        made.total_ms += day.total_ms
        made.external_ms += day.external_ms
        made.domestic_ms += day.domestic_ms
        made.advertising_ms += day.advertising_ms
        for into, more in ((made.by_category, day.by_category), (made.by_language, day.by_language)):
            for key, length in more.items():
                into[key] = into.get(key, 0) + length
        for key, count in day.items.items():
            made.items[key] = made.items.get(key, 0) + count
    made.by_category, made.by_language = _ranked(made.by_category), _ranked(made.by_language)
    return made


def _ranked(shown: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(shown.items(), key=lambda pair: (-pair[1], pair[0])))


def _on_face(found: Plan, face: str, on: date, *, geometry: str) -> Iterator[Part]:
    """What one face is planned to show on a day: priority as it stands, ordinary where no priority covers it."""
    begins_ms = to_ms(datetime.combine(on, time(), LOCAL))
    day = (begins_ms, begins_ms + 86_400_000)
    planned_here: list[PlanWindow | CompiledWindow] = [*found.windows, *found.compiled]
    windows = [one for one in planned_here if _touches(one, day) and _is_for(one.faces, face)]
    above = [one for one in windows if one.bulletin_class == BulletinClass.PRIORITY]
    covered = spans.joined(_span(one) for one in above)
    for window in windows:
        holes = () if window in above else covered
        room = spans.without(spans.common([_span(window)], [day]), holes)
        if isinstance(window, PlanWindow):
            yield from _looped(window, spans.length(room), geometry)
        else:
            yield from _turned(window, room)


def _looped(window: PlanWindow, length: int, geometry: str) -> Iterator[Part]:
    """Slots that share a window share its time as their items last."""
    weights = [duration_ms(slot.version, {geometry}) or 1 for slot in window.slots]
    for slot, weight in zip(window.slots, weights, strict=True):
        yield slot.version, length * weight // sum(weights)


def _turned(window: CompiledWindow, room: Sequence[Span]) -> Iterator[Part]:
    if tuple(room) == (_span(window),):  # nothing covers it and it lies in one day: thousands of turns need no cutting
        yield from ((turn.version, (turn.until_at - turn.from_at) // MILLISECOND) for turn in window.turns)
        return
    for turn in window.turns:
        length = spans.length(spans.common([(to_ms(turn.from_at), to_ms(turn.until_at))], room))
        if length:
            yield turn.version, length


def _span(window: PlanWindow | CompiledWindow) -> Span:
    return to_ms(window.starts_at), to_ms(window.ends_at)


def _touches(window: PlanWindow | CompiledWindow, day: Span) -> bool:
    starts, ends = _span(window)
    return starts < day[1] and ends > day[0]


def _is_for(faces: Collection[str], face: str) -> bool:
    return not faces or face in faces
