"""Who may enrol and revoke screens, and who sees the fleet."""

from datetime import datetime

from bangtin.hub.accounts import queries as accounts
from bangtin.hub.accounts.models import Role, User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices.queries.fleet import watches
from bangtin.hub.devices.queries.ordering import commanding_agencies
from bangtin.hub.kit.clock import local_date
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task
from bangtin.hub.schedules import policies as schedules

_KEEPERS = (Role.SECURITY, Role.ADMINISTRATOR)


def may_enrol(actor: User, *, at: datetime) -> bool:
    """Whether this account enrols and revokes screens; it gives no editorial right."""
    return any(accounts.has_role(actor, role, on=local_date(at)) for role in _KEEPERS)


def may_publish(actor: User, cluster: Cluster, *, at: datetime) -> bool:
    """Whether this account publishes the cluster's plan.

    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.1 (the district puts the programmes on its cluster).
    """
    return schedules.may_operate(actor, cluster, at=at)


def may_watch(actor: User, cluster: Cluster, *, at: datetime) -> bool:
    """Whether this account sees how the cluster's screens do."""
    return watches(actor, cluster, at=at)


def may_command(actor: User, cluster: Cluster, *, at: datetime) -> bool:
    """Whether this account alone covers the cluster's screens and uncovers them, restarts them, sets their volume."""
    return commanding_post(actor, cluster, at=at) is not None


def commanding_post(actor: User, cluster: Cluster, *, at: datetime) -> tuple[str, str] | None:
    """The agency and the role from which the account commands the cluster's screens; None if it may not."""
    on = local_date(at)
    if accounts.administers(actor, on=on):  # no right over what the public sees, from no account
        return None
    allowed = commanding_agencies(cluster, on=on)
    held = accounts.held_on(actor, on)
    return next(((agency, role) for role, agency in held if agency in allowed.get(Role(role), ())), None)


def may_witness(actor: User, cluster: Cluster, *, at: datetime) -> bool:
    """Whether this account may say that it saw a screen at its gate: a post at an agency that runs the cluster."""
    on = local_date(at)
    running = {
        agency
        for task in (Task.OPERATE, Task.SCHEDULE)
        for agency in regulations.mandated(task, on=on, cluster=cluster)
    }
    return any(agency in running for _role, agency in accounts.held_on(actor, on))


def may_report(actor: User, cluster: Cluster, *, at: datetime) -> bool:
    """Whether this account reports incidents of the cluster's screens: whoever sees them on these pages."""
    return may_watch(actor, cluster, at=at) or may_witness(actor, cluster, at=at)


def may_close(actor: User, cluster: Cluster, *, at: datetime) -> bool:
    """Whether this account closes incidents there: who commands the screens, and the security officer."""
    return may_command(actor, cluster, at=at) or accounts.has_role(actor, Role.SECURITY, on=local_date(at))
