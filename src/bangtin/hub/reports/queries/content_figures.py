"""What a period's content came to: by kind of content and by agency, from receipt to the first play."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from statistics import median

from django.db.models import Min, Q, QuerySet, Sum

from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.playlog.models import Airtime, Grade, PlayRecord
from bangtin.hub.playlog.queries import lake
from bangtin.hub.programmes.models import Programme
from bangtin.hub.programmes.queries import latest

SHOWN = (Grade.CORROBORATED, Grade.CLAIMED)
# below the number of values that a statement of the databases may hold
ASKED_AT_ONCE = 900


@dataclass
class Line:
    """One kind of content or one agency. `states` counts its programmes by the newest version's state.

    `plays`, `aired_ms` are of the period, whenever the programme came; `forms` the other ways that were stated.
    `waits` are the times from receipt to the first play of those that came in the period and have aired.
    """

    key: str
    states: Counter[str] = field(default_factory=Counter)
    plays: int = 0
    aired_ms: int = 0
    aired_count: int = 0
    forms: Counter[str] = field(default_factory=Counter)
    waits: list[timedelta] = field(default_factory=list)

    @property
    def sent(self) -> int:
        """How many programmes came in the period."""
        return self.states.total()

    @property
    def usual_wait(self) -> timedelta | None:
        """The median time from receipt to the first play; None where nothing has aired yet."""
        return timedelta(seconds=median(one.total_seconds() for one in self.waits)) if self.waits else None


@dataclass(frozen=True)
class Figures:
    """Lines by category or tag (a programme counts under each of its own), and by sending agency."""

    kinds: Mapping[str, Line]
    agencies: Mapping[str, Line]


@dataclass(frozen=True)
class _Sent:
    """One programme as counted."""

    pk: int
    agency: str
    kinds: tuple[str, ...]


def content_figures(
    *, instrument_id: str, from_on: date, until_on: date, agency_ids: Iterable[str] | None = None
) -> Figures:
    """The figures of [from_on, until_on] under an instrument, of some agencies or (None) of all.

    Editions in other languages are not counted as programmes of their own; their plays count with their original.
    """
    begins_at = datetime.combine(from_on, time(), LOCAL)
    ends_at = datetime.combine(until_on + timedelta(days=1), time(), LOCAL)
    programmes = Programme.objects.filter(instrument_id=instrument_id)
    if agency_ids is not None:
        programmes = programmes.filter(agency__in=list(agency_ids))
    kinds: dict[str, Line] = {}
    agencies: dict[str, Line] = {}
    arrived = programmes.filter(original=None, created_at__gte=begins_at, created_at__lt=ends_at)
    waits = _waits(arrived)
    for one, state, forms in _arrived(arrived):
        for line in _lines(one, kinds, agencies):
            line.states[state] += 1
            line.forms.update(forms)
            if one.pk in waits:
                line.waits.append(waits[one.pk])
    for one, plays, shown_ms in _aired(programmes, from_on, until_on):
        for line in _lines(one, kinds, agencies):
            line.plays += plays
            line.aired_ms += shown_ms
            line.aired_count += 1
    return Figures(kinds, agencies)


def _lines(one: _Sent, kinds: dict[str, Line], agencies: dict[str, Line]) -> list[Line]:
    found = [kinds.setdefault(kind, Line(kind)) for kind in one.kinds]
    return [*found, agencies.setdefault(one.agency, Line(one.agency))]


def _arrived(programmes: QuerySet[Programme]) -> Iterable[tuple[_Sent, str, list[str]]]:
    rows = (
        latest()
        .filter(programme__in=programmes)
        .values_list(
            "programme_id",
            "programme__agency_id",
            "programme__category",
            "state",
            "facts__categories",
            "facts__subject",
        )
    )
    for pk, agency, category, state, kinds, subject in rows.prefetch_related(None).iterator():
        yield _Sent(pk, agency, tuple(kinds or [category])), state, list((subject or {}).get("forms", []))


def _waits(programmes: QuerySet[Programme]) -> dict[int, timedelta]:
    """From receipt to the first play that counts, by programme."""
    first = (
        PlayRecord.objects.filter(version__programme__in=programmes, grade__in=SHOWN, is_fork=False)
        .values("version__programme_id")
        .annotate(first_at=Min("at"), came_at=Min("version__programme__created_at"))
        .values_list("version__programme_id", "first_at", "came_at")
    )
    found = {pk: (came_at, first_at) for pk, first_at, came_at in first}
    for pk, came_at, first_at in _sealed_firsts(programmes):
        found[pk] = (came_at, min(first_at, found.get(pk, (came_at, first_at))[1]))
    return {pk: _length(came_at, first_at) for pk, (came_at, first_at) in found.items()}


def _sealed_firsts(programmes: QuerySet[Programme]) -> Iterable[tuple[int, datetime, datetime]]:
    """Programme, receipt and first play of those whose first plays have left the database."""
    parts = lake.pruned()
    if not parts:
        return
    came = dict(programmes.values_list("code", "created_at"))
    keys = dict(programmes.values_list("code", "pk"))
    for code, first_at in lake.sums(parts, 'min("at")', where="plays > 0 AND NOT is_fork", group="programme"):
        if str(code) in keys and isinstance(first_at, datetime):
            yield keys[str(code)], came[str(code)], first_at.replace(tzinfo=UTC)


def _length(came_at: datetime, first_at: datetime) -> timedelta:
    return max(first_at - came_at, timedelta())


def _aired(programmes: QuerySet[Programme], from_on: date, until_on: date) -> Iterable[tuple[_Sent, int, int]]:
    ledger = Airtime.objects.filter(
        Q(version__programme__in=programmes) | Q(version__programme__original__in=programmes),
        on__gte=from_on,
        on__lte=until_on,
        grade__in=SHOWN,
        is_filler=False,
    )
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    rows = ledger.values_list("version__programme_id", "version__programme__original_id").annotate(
        plays_sum=Sum("plays"), shown_sum=Sum("shown_ms")
    )
    for pk, original, plays, shown_ms in rows.order_by():
        found = sums[original or pk]
        found[0] += plays
        found[1] += shown_ms
    keys = list(sums)
    for start in range(0, len(keys), ASKED_AT_ONCE):
        some = latest().filter(programme__in=keys[start : start + ASKED_AT_ONCE])
        named = some.values_list("programme_id", "programme__agency_id", "programme__category", "facts__categories")
        for pk, agency, category, kinds in named:
            plays, shown_ms = sums[pk]
            yield _Sent(pk, agency, tuple(kinds or [category])), plays, shown_ms
