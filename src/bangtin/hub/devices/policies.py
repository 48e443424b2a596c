"""Who may enrol and revoke screens, and who sees the fleet."""

from datetime import datetime

from bangtin.hub.accounts import queries as accounts
from bangtin.hub.accounts.models import Role, User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices.queries.fleet import watches
from bangtin.hub.kit.clock import local_date
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
