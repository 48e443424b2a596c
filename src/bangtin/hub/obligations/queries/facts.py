"""Deeds as the tables hold them. Each fact that a desk here produces has its own search; all others come as evidence.

What no desk produces and nobody handed down stays without evidence. Deeds after `as_of` are left out, so that a past
day, asked again, gives the same answer.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from bangtin.hub.kit.clock import local_date
from bangtin.hub.obligations.models import DutyRequest, Evidence
from bangtin.hub.obligations.queries import airing
from bangtin.hub.obligations.queries.looking import Look, days_of
from bangtin.hub.programmes.asked import FINISHED_REPORT, PUBLISHED_ITEM
from bangtin.hub.programmes.models import PAGED, Kind, ProgrammeVersion
from bangtin.hub.programmes.paperwork import Nature, SubmissionFacts
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.schedules.models import Dispatch, DispatchLine, Slot
from bangtin.hub.schedules.queries import dispatches
from bangtin.hub.schedules.states import SlotState
from bangtin.rulebook import evaluation, periods
from bangtin.rulebook.evaluation import Occurrence
from bangtin.rulebook.quotas import Fact
from bangtin.rulebook.shapes import Obligation, Regulation

PROGRAMME, PRODUCT_SUPPLY, BORDER_UPDATE = "programme", "product_supply", "border_update"
# every fact that an agency brings about by sending a programme
SENDINGS = frozenset({PROGRAMME, FINISHED_REPORT, PUBLISHED_ITEM})
VERSION, SLOT, DISPATCH = "programmes.programmeversion", "schedules.slot", "schedules.dispatch"
REQUEST = "obligations.dutyrequest"
BORDER = "border_gate"
# of a programme: the version's key, the programme's, title, receipt
Sent = tuple[int, int, str, str]
# so many names are asked for one by one; beyond that it is everybody
FEW = 50


@dataclass(frozen=True)
class Search:
    """Where to look: deeds of `agencies` (None: of all) in [from_at, until_at), known at the look's instant.

    `seen` keeps what is told of the programmes it came upon, by the fact's reference, so that nothing is read twice.
    """

    look: Look
    from_at: datetime
    until_at: datetime
    agencies: frozenset[str] | None
    seen: dict[str, Sent] = field(default_factory=dict, compare=False)

    @property
    def pack(self) -> Regulation:
        """The regulation looked at."""
        return self.look.pack


def searches(look: Look, some: Iterable[Occurrence]) -> Mapping[str, Search]:
    """What to look for, by the fact's name, for these occurrences."""
    wanted: dict[str, list[Occurrence]] = {}
    for one in some:
        wanted.setdefault(one.evidence.fact, []).append(one)
    return {name: Search(look, *days_of(those), _agencies(look, those)) for name, those in wanted.items()}


def facts(wanted: Mapping[str, Search]) -> list[Fact]:
    """Every deed that may count, of the facts that are searched for."""
    if not wanted:
        return []
    found = [fact for name, search in wanted.items() if name in SEARCHED for fact in SEARCHED[name](search)]
    return [*found, *_handed_down(wanted)]


def programmes(search: Search) -> QuerySet[ProgrammeVersion]:
    """Programmes that agencies sent, each by its first version. Cao Bằng art. 13: sending counts, airing does not.

    A file that could not be used was no programme; a later version is the same programme again, and so is a version
    in another language.
    """
    rows = ProgrammeVersion.objects.filter(
        number=1,
        programme__original=None,
        submitted_at__gte=search.from_at,
        submitted_at__lt=search.until_at,
        submitted_at__lte=search.look.as_of,
        programme__instrument_id=search.pack.id,
    ).exclude(state=VersionState.UNUSABLE)
    return rows if search.agencies is None else rows.filter(programme__agency__in=search.agencies)


def _programmes(search: Search) -> Iterator[Fact]:
    return _sent(search, programmes(search), PROGRAMME)


def _finished(search: Search) -> Iterator[Fact]:
    """Of what was sent, the finished videos and television reports: nothing else is asked for (Lai Châu 10.1.b)."""
    # pages shown one after the other are a video to the screens, and no report to the Decision
    is_film = ~Q(version__probe__container__in=PAGED)
    rows = programmes(search).filter(_stated(search, is_film, version__kind=Kind.VIDEO, is_finished_report=True))
    return _sent(search, rows, FINISHED_REPORT)


def _published(search: Search) -> Iterator[Fact]:
    """Of what was sent, what its outlet had published already, with place and day (Lai Châu 10.1.c)."""
    stated = _stated(search, published_on__isnull=False, published_on__lte=local_date(search.look.as_of))
    return _sent(search, programmes(search).filter(stated), PUBLISHED_ITEM)


def _stated(search: Search, *conditions: Q, **facts: object) -> Exists:
    """That some version of the programme, known by then, states this; a later version mends what the first left out."""
    rows = SubmissionFacts.objects.filter(
        *conditions, version__programme=OuterRef("programme"), version__submitted_at__lte=search.look.as_of, **facts
    )
    return Exists(rows.exclude(nature=Nature.ADVERTISING))


def _products(search: Search) -> Iterator[Fact]:
    """Supplies to operators: the first of a month once every operator got one that month, and so on for the second.

    A fact bears the dispatch that completed the round. What a locality took by itself from the library, and a dispatch
    of advertising alone, supplies nobody.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.1.a.4 ("once a month").
    """
    product = DispatchLine.objects.filter(dispatch=OuterRef("pk")).exclude(version__facts__nature=Nature.ADVERTISING)
    rows = Dispatch.objects.filter(
        Exists(product),
        instrument=search.pack.id,
        is_taken=False,
        sent_at__gte=search.from_at,
        sent_at__lt=search.until_at,
        sent_at__lte=search.look.as_of,
    )
    rounds: dict[tuple[str, int, int], dict[str, list[tuple[datetime, int]]]] = {}
    for pk, sender, receiver, at in rows.order_by("sent_at", "pk").values_list("pk", "sender", "receiver", "sent_at"):
        on = local_date(at)
        by_receiver = rounds.setdefault((sender, on.year, on.month), {})
        by_receiver.setdefault(receiver, []).append((at, pk))
    for (sender, _year, _month), by_receiver in rounds.items():
        if search.agencies is not None and sender not in search.agencies:
            continue
        last = max(sent[-1][0] for sent in by_receiver.values())
        owed = dispatches.operators(search.pack.id, on=local_date(last))
        lots = [by_receiver.get(one, []) for one in owed]
        for number in range(min(map(len, lots), default=0)):
            at, pk = max(sent[number] for sent in lots)
            yield Fact(PRODUCT_SUPPLY, sender, at, f"{DISPATCH}:{pk}")


def _sent(search: Search, rows: QuerySet[ProgrammeVersion], kind: str) -> Iterator[Fact]:
    columns = ("pk", "programme__agency_id", "submitted_at", "programme_id", "title", "receipt")
    for pk, agency, at, programme, title, receipt in rows.order_by().values_list(*columns):
        ref = f"{VERSION}:{pk}"
        search.seen[ref] = (pk, programme, title, receipt)
        yield Fact(kind, agency, at, ref)


def _updates(search: Search) -> Iterator[Fact]:
    """What an officer of the agency placed on a border cluster's schedule; advertising informs of nothing.

    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.1.a.3.
    """
    rows = Slot.objects.filter(
        placed_at__gte=search.from_at,
        placed_at__lt=search.until_at,
        placed_at__lte=search.look.as_of,
        cluster__in=_clusters(search.pack, kind=BORDER),
    )
    rows = rows.exclude(version__facts__nature=Nature.ADVERTISING)
    rows = rows.exclude(Q(state=SlotState.TAKEN_DOWN) & Q(taken_down_at__lte=F("starts_at")))
    post = "placed_by__posts__"
    for pk, at, agency, starts_on, ends_on in rows.order_by().values_list(
        "pk", "placed_at", f"{post}agency_id", f"{post}starts_on", f"{post}ends_on"
    ):
        on = local_date(at)
        if (starts_on or date.min) <= on <= (ends_on or date.max) and agency is not None:
            yield Fact(BORDER_UPDATE, agency, at, f"{SLOT}:{pk}")


def _days_met(search: Search) -> Iterator[Fact]:
    return airing.days_met(search.pack, search.from_at, search.until_at, as_of=search.look.as_of)


def _outages(search: Search) -> Iterator[Fact]:
    # a standing duty is judged over the days that are asked for
    look = search.look
    return airing.outages(look.pack, look.from_on, look.until_on, as_of=look.as_of)


SEARCHED: Mapping[str, Callable[[Search], Iterator[Fact]]] = {
    PROGRAMME: _programmes,
    FINISHED_REPORT: _finished,
    PUBLISHED_ITEM: _published,
    PRODUCT_SUPPLY: _products,
    BORDER_UPDATE: _updates,
    airing.DAY_MET: _days_met,
    airing.OUTAGE: _outages,
}


def _handed_down(wanted: Mapping[str, Search]) -> Iterator[Fact]:
    """Evidence that a desk above recorded: reports sent, batches taken in, and what later desks will hand down."""
    look = next(iter(wanted.values())).look
    known = {each.id: each for each in look.pack.obligations if each.evidence.fact in wanted}
    # the period of a deed is known by its first day; a report may come long after
    first = min(wanted[each.evidence.fact].from_at for each in known.values())
    last = max(wanted[each.evidence.fact].until_at for each in known.values())
    rows = Evidence.objects.filter(
        obligation_id__in=known,
        period_start__range=(local_date(first), local_date(last)),
        happened_at__lte=look.as_of,
    )
    asked = [row.subject_id for row in rows if row.subject_type == REQUEST]
    keys = dict(DutyRequest.objects.filter(pk__in=asked).values_list("pk", "key")) if asked else {}
    for row in rows:
        duty = known[row.obligation_id]
        yield Fact(
            kind=duty.evidence.fact,
            agency=row.agency_id,
            at=row.happened_at,
            ref=f"{row.subject_type}:{row.subject_id}",
            period=_key_of(row, keys) or _period_key(look.pack, duty, row.period_start),
        )


def _key_of(row: Evidence, keys: Mapping[int, str]) -> str:
    """The request an answer names: an agency may be asked twice in a day."""
    return keys.get(int(row.subject_id), "") if row.subject_type == REQUEST else ""


def _period_key(pack: Regulation, obligation: Obligation, start: date) -> str:
    if obligation.period.kind == "event":
        return start.isoformat()
    starts = evaluation.cycle_start(pack, obligation, start)
    return periods.containing(obligation.period.kind, start, starts=starts).key


def _agencies(look: Look, some: Iterable[Occurrence]) -> frozenset[str] | None:
    names = frozenset(name for one in some for name in (one.agency, *one.counted_from))
    return None if look.agency_ids is None and len(names) > FEW else names


def _clusters(pack: Regulation, *, kind: str | None = None) -> Collection[str]:
    return [one.id for one in pack.clusters if kind is None or one.kind == kind]
