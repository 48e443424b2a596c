"""The list of who receives programmes for an agency: each one received, stored, and put on air, with its days."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from bangtin.hub.accounts.models import User
from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task
from bangtin.hub.schedules.models import Dispatch, DispatchLine, Placement
from bangtin.hub.schedules.queries import dispatches
from bangtin.hub.schedules.states import PlacementState

RECEIVED, STORED, PLACED, ON_AIR = "received", "stored", "placed", "on_air"
MOST = 200


@dataclass(frozen=True)
class Progress:
    """One programme that came: when it was sent to the agency, when it was taken in, when it first plays.

    `on_air_at` is the first slot or placement of it on a cluster of the agency, past or to come. `outcome` is what was
    said where it is not placed (words of `LineOutcome`).
    """

    line: DispatchLine
    received_at: datetime
    stored_at: datetime | None
    on_air_at: datetime | None
    outcome: str
    state: str


def progress(actor: User, *, at: datetime, own: frozenset[str] | None = None) -> list[Progress]:
    """What came for the account's agencies: what waits to be taken in first, then what waits for its place, the oldest
    first; what is on air or done with comes last, the newest first. At most two hundred.

    `own`: the agencies it receives for, where they are known.
    Source: Decision 2432/2017/QĐ-UBND (Hà Tĩnh), art. 8.2 (the focal point stores, updates and puts on air).
    """
    agencies = dispatches.receiving(actor, at=at) if own is None else own
    rows = DispatchLine.objects.filter(dispatch__receiver_id__in=agencies)
    newest = (
        rows.select_related("dispatch__receiver", "version__programme__agency")
        .prefetch_related("version__programme__agency__names", "version__renditions")
        .order_by("-dispatch__sent_at", "-pk")[:MOST]
    )
    found = [one for receiver, lines in _by_receiver(newest) for one in _told(receiver, lines, at=at)]
    waiting = sorted((one for one in found if one.state in (RECEIVED, STORED)), key=_age)
    rest = sorted((one for one in found if one.state not in (RECEIVED, STORED)), key=_age, reverse=True)
    return [*(one for one in waiting if one.state == RECEIVED), *(one for one in waiting if one.state == STORED), *rest]


def _age(one: Progress) -> tuple[datetime, int]:
    return one.received_at, one.line.pk


def _by_receiver(lines: Collection[DispatchLine]) -> list[tuple[str, list[DispatchLine]]]:
    found: dict[str, list[DispatchLine]] = {}
    for line in lines:
        found.setdefault(line.dispatch.receiver_id, []).append(line)
    return list(found.items())


def _told(receiver: str, lines: Sequence[DispatchLine], *, at: datetime) -> list[Progress]:
    slots = {one.row.pk: one for one in dispatches.told(lines, receiver_id=receiver, on=local_date(at))}
    rules = _first_by_rule({line.version.programme_id for line in lines}, receiver, at=at)
    found = []
    for line in lines:
        row, sent = slots[line.pk], line.dispatch
        starts = [one for one in (row.first_at, rules.get(line.version.programme_id)) if one is not None]
        first = min(starts, default=None)
        outcome = row.outcome if row.outcome not in {dispatches.PLACED, dispatches.OPEN} else ""
        state = _state(sent, first, outcome, at=at)
        found.append(Progress(line, sent.sent_at, sent.acknowledged_at, first, outcome, state))
    return found


def _state(sent: Dispatch, first: datetime | None, outcome: str, *, at: datetime) -> str:
    if first is not None:
        return ON_AIR if first <= at else PLACED
    if outcome:
        return outcome
    return STORED if sent.acknowledged_at else RECEIVED


def _first_by_rule(programmes: Collection[int], receiver: str, *, at: datetime) -> dict[int, datetime]:
    """The first day of each programme's placements on the receiver's clusters."""
    clusters = regulations.clusters_of({receiver}, Task.OPERATE, on=local_date(at))
    rows = Placement.objects.filter(
        version__programme__in=programmes, playlist__clusters__in=clusters, state=PlacementState.PLACED
    )
    found: dict[int, datetime] = {}
    for programme, starts_on in rows.order_by("-starts_on").values_list("version__programme", "starts_on"):
        found[programme] = datetime.combine(starts_on, time(), LOCAL)
    return found
