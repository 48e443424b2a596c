"""Events that call for an answer, and occurrences that a decision lifts, as the rows stood at an instant."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet

from bangtin.hub.obligations.models import DutyRequest, Waiver
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import successions
from bangtin.rulebook.evaluation import Request
from bangtin.rulebook.shapes import Regulation

# an answer may fall due, or come, long after it was asked for
LONGEST = timedelta(days=400)


def requests_for(pack: Regulation, from_on: date, until_on: date, *, as_of: datetime) -> Mapping[str, list[Request]]:
    """The requests under a regulation, known at `as_of`, whose answer may fall into these days, by the duty's id."""
    wanted = [one.id for one in pack.obligations if one.period.kind == "event"]
    rows = standing(as_of).filter(obligation_id__in=wanted, requested_on__range=(from_on - LONGEST, until_on))
    found: dict[str, list[Request]] = defaultdict(list)
    for row in rows.order_by("requested_on", "id"):
        made = Request(row.key, row.agency_id, row.requested_on, due_on=row.due_on, at=row.requested_at)
        found[row.obligation_id].append(made)
    return found


def standing(as_of: datetime) -> QuerySet[DutyRequest]:
    """The requests that were recorded, and not withdrawn, at `as_of`."""
    return DutyRequest.objects.filter(_stood(as_of))


def waived_ids(pack: Regulation, *, as_of: datetime) -> set[str]:
    """The ids of occurrences that a decision with a legal basis lifts at `as_of`."""
    prefixes = {f"{one.id}@" for one in pack.obligations}
    found = Waiver.objects.filter(_stood(as_of)).values_list("occurrence_id", flat=True)
    return {name for name in found if name.partition("@")[0] + "@" in prefixes}


def _stood(as_of: datetime) -> Q:
    return Q(recorded_at__lte=as_of) & (Q(withdrawn_at=None) | Q(withdrawn_at__gt=as_of))


def may_be_asked(instrument_id: str, obligation_id: str, *, on: date) -> tuple[str, ...]:
    """The agencies that answer on a day for those whom the clause of a duty "on request" names; none for others.

    Raises: rulebook.errors.UnknownName.
    """
    pack = regulations.regulation(instrument_id)
    rule = pack.obligation(obligation_id)
    if rule.period.kind != "event":
        return ()
    found = (successions.answering(pack, name, on, duty=rule.id).agencies for name in pack.members(rule.owed_by))
    return tuple(dict.fromkeys(name for some in found for name in some))
