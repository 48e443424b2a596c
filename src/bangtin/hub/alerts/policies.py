"""Who orders emergency notices and ends them, who reviews orders, who reads them. An administrator never orders."""

from collections.abc import Collection, Iterable
from datetime import datetime

from bangtin.hub.accounts import queries as accounts
from bangtin.hub.accounts.models import Role, User
from bangtin.hub.alerts.models import Alert
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices.queries.ordering import all_ordering, ordering_agencies
from bangtin.hub.kit.clock import local_date
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task

READERS = frozenset({Role.APPRAISER, Role.SCHEDULER, Role.OPERATOR, Role.SECURITY, Role.LEADER, Role.REPORTER})


def may_order(actor: User, clusters: Iterable[Cluster], *, at: datetime) -> bool:
    """Whether this account alone orders a notice for these clusters, changes it and ends it.

    Source: Cao Bằng art. 7.1 and Lai Châu art. 8.2, 10.1.a.3 (at once, as the competent body directs).
    """
    found = {one.instrument_id for one in clusters}
    return bool(found) and all(ordering_agency(actor, name, at=at) for name in found)


def may_order_somewhere(actor: User, *, at: datetime) -> bool:
    """Whether this account orders notices at all."""
    on = local_date(at)
    if accounts.administers(actor, on=on):
        return False
    return any(accounts.has_role(actor, role, on=on, agencies=names) for role, names in all_ordering(on).items())


def ordering_agency(actor: User, instrument_id: str, *, at: datetime) -> tuple[str, str] | None:
    """The agency and the role from which the account orders under an instrument; None if it may not."""
    on = local_date(at)
    if accounts.administers(actor, on=on):  # no editorial right, from no account
        return None
    allowed = ordering_agencies(instrument_id, on=on)
    return next(
        ((agency, role) for role, agency in accounts.held_on(actor, on) if agency in allowed.get(Role(role), ())), None
    )


def may_review(actor: User, alert: Alert, *, at: datetime) -> bool:
    """Whether this account reviews orders there; that it is another person's is asked beside this."""
    return ordering_agency(actor, alert.instrument_id, at=at) is not None


def may_read(actor: User, *, at: datetime) -> bool:
    """Whether this account reads the notices, those that wait among them: every office with a part in the screens."""
    return accounts.has_any_role(actor, READERS, on=local_date(at))


def may_keep_feeds(actor: User, *, at: datetime) -> bool:
    """Whether this account names the feeds of messages and turns them on: who orders, and the security officer."""
    return may_order_somewhere(actor, at=at) or accounts.has_role(actor, Role.SECURITY, on=local_date(at))


def concerned(clusters: Collection[Cluster], *, at: datetime) -> set[str]:
    """The agencies that are told of an order for these clusters: their operators, and the lead agencies."""
    on = local_date(at)
    found: set[str] = set()
    for one in clusters:
        found |= regulations.mandated(Task.OPERATE, on=on, cluster=one)
        found |= regulations.mandated(Task.SCHEDULE, on=on, cluster=one)
        found |= regulations.leads(one.instrument_id, on=on)
    return found
