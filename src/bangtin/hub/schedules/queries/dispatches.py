"""Dispatches: to whom they may go, what is ready for them, what became of each line."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import held_on
from bangtin.hub.agencies.models import Agency, names_along
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import Kind, ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument, Task
from bangtin.hub.schedules.models import Dispatch, DispatchLine, Placement, Selection, Slot
from bangtin.hub.schedules.states import DispatchState, PlacementState, SlotState
from bangtin.rulebook import successions
from bangtin.rulebook.shapes import Regulation

PLACED, OPEN = "placed", "open"
SENDING_ROLES = (Role.APPRAISER, Role.REPORTER, Role.SCHEDULER, Role.LEADER)
RECEIVING_ROLES = (Role.SCHEDULER, Role.OPERATOR, Role.REPORTER)
# the pack's words for a locality that brings information to people, with or without a cluster of its own
LOCALITY_ROLES = frozenset({"operator", "content_manager", "local_manager", "notice_boards"})


@dataclass(frozen=True)
class Line:
    """A line and what became of it: `placed`, `not_placed`, `used_otherwise` or `open`; first slot and their number."""

    row: DispatchLine
    outcome: str
    slots: int
    first_at: datetime | None
    last_at: datetime | None


def receivers(instrument_id: str, *, on: date, running: frozenset[str] | None = None) -> list[Agency]:
    """The operators and localities to which the instrument has the lead agency hand programmes, by name.

    `running`: the operators of that day, where they are known already.
    """
    pack = regulations.regulation(instrument_id)
    named = {name for one in pack.mandates if one.role in LOCALITY_ROLES for name in pack.members((one.agency,))}
    found = _standing(pack, named, on) | (operators(instrument_id, on=on) if running is None else running)
    found -= regulations.leads(instrument_id, on=on)
    rows = Agency.objects.filter(pk__in=found).prefetch_related("names")
    return sorted(rows, key=lambda row: row.name(on))


def operators(instrument_id: str, *, on: date) -> frozenset[str]:
    """The agencies charged with running a cluster under the instrument on that day."""
    rows = programmes.mandates(Task.OPERATE, on=on, instrument_id=instrument_id)
    return frozenset(rows.values_list("agency_id", flat=True))


def clusters_of(agency_id: str, *, on: date) -> list[Cluster]:
    """The clusters that the agency runs on that day, with their screens."""
    names = regulations.clusters_of({agency_id}, Task.OPERATE, on=on)
    return list(Cluster.objects.filter(pk__in=names).prefetch_related("faces"))


def clause(instrument_id: str) -> str:
    """The clause by which ready programmes go to operators: the route's step, else the one that makes the lead."""
    pack = regulations.regulation(instrument_id)
    steps = (step for route in pack.routes if route.kind == "content" for step in route.steps)
    found = next((step.clause for step in steps if step.verb in {"supply", "hand_over"} and step.clause), None)
    return found or regulations.lead_clause(instrument_id)


def ready(instrument_id: str) -> QuerySet[ProgrammeVersion]:
    """The newest versions that are ready for air under the instrument, editions included, the oldest first.

    Each has `is_selected` (None: nothing decided) and `is_in_library`.
    """
    last = _last_selection()
    found = programmes.latest().filter(programme__instrument_id=instrument_id, state=VersionState.READY)
    return found.annotate(
        is_selected=Subquery(last.values("is_accepted")[:1]), is_in_library=Subquery(last.values("is_shared")[:1])
    ).order_by("submitted_at", "pk")


def ready_for(instrument_id: str, receiver_id: str) -> QuerySet[ProgrammeVersion]:
    """What is ready and was not sent to the receiver yet; what was found not suitable is left out."""
    sent = DispatchLine.objects.filter(version=OuterRef("pk"), dispatch__receiver=receiver_id)
    return ready(instrument_id).filter(~Exists(sent), ~Exists(_last_selection().filter(is_accepted=False)))


def library(instrument_id: str, receiver_id: str) -> QuerySet[ProgrammeVersion]:
    """What stands in the common library and the receiver has not got.

    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.1.a.3; Plan 4937/KH-UBND (Bình Dương), IV.1.2.
    """
    return ready_for(instrument_id, receiver_id).filter(Exists(_last_selection().filter(is_shared=True)))


@dataclass(frozen=True)
class Part:
    """What an account has to do with dispatches: the instruments it sends under, the agencies it receives for."""

    led: tuple[Instrument, ...]
    own: frozenset[str]


def part(actor: User, *, at: datetime) -> Part:
    """The account's part on that day; own agencies with those that ended into them."""
    on = local_date(at)
    posts = _held(actor, on)
    leading = {agency for role, agency in posts if role in SENDING_ROLES}
    rows = regulations.instruments() if leading else ()
    return Part(
        tuple(row for row in rows if leading & regulations.leads(row.pk, on=on)),
        regulations.continued({agency for role, agency in posts if role in RECEIVING_ROLES}, on=on),
    )


def sending(actor: User, *, at: datetime) -> list[Instrument]:
    """The instruments for whose lead agency the account sends."""
    return list(part(actor, at=at).led)


def receiving(actor: User, *, at: datetime) -> frozenset[str]:
    """The agencies for which the account acknowledges, with those that ended into them."""
    return part(actor, at=at).own


def taking(actor: User, *, at: datetime, known: Part | None = None) -> list[tuple[Instrument, Agency]]:
    """For which receivers under which instruments the account takes from the library."""
    own, on = (known or part(actor, at=at)).own, local_date(at)
    if not own:
        return []
    return [
        (row, agency)
        for row in regulations.instruments()
        if own - regulations.leads(row.pk, on=on)
        for agency in receivers(row.pk, on=on)
        if agency.pk in own
    ]


def dispatches(actor: User, *, at: datetime, known: Part | None = None) -> QuerySet[Dispatch]:
    """The dispatches that the account sees, newest first; each with `lines_count`."""
    has = known or part(actor, at=at)
    seen = Q(instrument_id__in=[row.pk for row in has.led]) | Q(receiver_id__in=has.own)
    return _dispatches().filter(seen)


def to_acknowledge(actor: User, *, at: datetime) -> QuerySet[Dispatch]:
    """What came for the account's agencies and nobody acknowledged, the oldest first."""
    rows = _dispatches().filter(receiver_id__in=receiving(actor, at=at), state=DispatchState.SENT)
    return rows.order_by("sent_at", "pk")


def not_acknowledged(actor: User, *, at: datetime) -> QuerySet[Dispatch]:
    """What the account's lead agency sent and the receiver has not acknowledged, the oldest first."""
    led = [row.pk for row in sending(actor, at=at)]
    return _dispatches().filter(instrument_id__in=led, state=DispatchState.SENT).order_by("sent_at", "pk")


def supplied(instrument_id: str, month: date) -> Mapping[str, Sequence[Dispatch]]:
    """What each receiver was sent for that month's supply, by agency."""
    found: dict[str, list[Dispatch]] = defaultdict(list)
    for row in _dispatches().filter(instrument=instrument_id, month=month.replace(day=1)):
        found[row.receiver_id].append(row)
    return found


def lines(dispatch: Dispatch) -> list[Line]:
    """The lines in order. Placed: on a cluster of the receiver a slot or placement holds the programme, and was not
    taken down before it began."""
    rows = list(
        dispatch.lines.select_related("version", "version__programme", "version__programme__agency", "told_by")
        .prefetch_related("version__programme__agency__names", "version__renditions", "version__programme__clusters")
        .order_by("position", "pk")
    )
    return told(rows, receiver_id=dispatch.receiver_id, on=local_date(dispatch.sent_at))


def told(rows: Sequence[DispatchLine], *, receiver_id: str, on: date) -> list[Line]:
    """What became of these lines of one receiver."""
    clusters = regulations.clusters_of({receiver_id}, Task.OPERATE, on=on)
    slots = _slots({row.version.programme_id for row in rows}, clusters)
    found = []
    for row in rows:
        held = slots.get(row.version.programme_id, [])
        outcome = PLACED if held else row.outcome or OPEN
        found.append(Line(row, outcome, len(held), min(held, default=None), max(held, default=None)))
    return found


def open_lines(found: Iterable[Line]) -> int:
    """How many lines nobody has placed or said anything of."""
    return sum(one.outcome == OPEN for one in found)


def outcome_of(line: DispatchLine) -> str:
    """What became of one line."""
    (found,) = told([line], receiver_id=line.dispatch.receiver_id, on=local_date(line.dispatch.sent_at))
    return found.outcome


def last_selection(version: ProgrammeVersion) -> Selection | None:
    """What the lead agency decided last on the version; None if nothing."""
    return Selection.objects.filter(version=version).order_by("-decided_at", "-pk").first()


def has_form_for(version: ProgrammeVersion, cluster: Cluster) -> bool:
    """Whether the version was made ready for every screen of the cluster."""
    if version.kind == Kind.SOUND:
        return True
    made = {one.geometry for one in version.renditions.all()}
    wanted = {face.geometry for face in cluster.faces.all()}
    return bool(wanted) and wanted <= made


def _held(actor: User, on: date) -> list[tuple[str, str]]:
    held = list(held_on(actor, on))
    return [] if any(role == Role.ADMINISTRATOR for role, _agency in held) else held


def _last_selection() -> QuerySet[Selection]:
    """The decision that holds for the version of the outer query."""
    newer = Selection.objects.filter(version=OuterRef("version"), pk__gt=OuterRef("pk"))
    return Selection.objects.filter(~Exists(newer), version=OuterRef("pk"))


def _dispatches() -> QuerySet[Dispatch]:
    rows = Dispatch.objects.select_related("sender", "receiver", "sent_by", "acknowledged_by", "instrument")
    return rows.prefetch_related(*names_along("sender"), *names_along("receiver")).annotate(lines_count=Count("lines"))


def _standing(pack: Regulation, names: Collection[str], on: date) -> frozenset[str]:
    found = [successions.answering(pack, name, on) for name in names]
    return frozenset(name for one in found if one.is_recorded for name in one.agencies)


def _slots(programme_ids: Collection[int], clusters: Collection[str]) -> Mapping[int, list[datetime]]:
    rows = Slot.objects.filter(version__programme__in=programme_ids, cluster__in=clusters)
    rows = rows.exclude(Q(state=SlotState.TAKEN_DOWN) & Q(taken_down_at__lte=F("starts_at")))
    rows = rows.exclude(state=SlotState.WITHDRAWN)
    found: dict[int, list[datetime]] = defaultdict(list)
    placed = Placement.objects.filter(
        version__programme__in=programme_ids, playlist__clusters__in=clusters, state=PlacementState.PLACED
    )
    for programme, starts_on in placed.order_by().values_list("version__programme", "starts_on").distinct():
        found[programme].append(datetime.combine(starts_on, time(), LOCAL))
    for programme, starts_at in rows.order_by().values_list("version__programme", "starts_at"):
        found[programme].append(starts_at)
    return found
