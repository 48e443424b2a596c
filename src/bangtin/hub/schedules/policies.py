"""Who may change the plan of a cluster: posts at the agency that the regulation charges with it."""

from datetime import datetime

from django.db.models import Q

from bangtin.hub.accounts import queries as accounts
from bangtin.hub.accounts.models import Role, User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import local_date
from bangtin.hub.regulations.models import Mandate, Task


def may_place(actor: User, cluster: Cluster, *, at: datetime) -> bool:
    """Whether this account puts programmes on the cluster's plan, or sets its filler.

    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.1 (the district operates its cluster).
    """
    return _holds(actor, cluster, (Role.SCHEDULER,), at)


def may_operate(actor: User, cluster: Cluster, *, at: datetime) -> bool:
    """Whether this account takes slots down, sets hours where the operator may, and publishes.

    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.1, 8.6 (the operator answers for safe use).
    """
    return _holds(actor, cluster, (Role.SCHEDULER, Role.OPERATOR), at)


def _holds(actor: User, cluster: Cluster, roles: tuple[Role, ...], at: datetime) -> bool:
    on = local_date(at)
    agencies = set(
        Mandate.objects.filter(
            Q(cluster=cluster) | Q(cluster=None),
            Q(starts_on=None) | Q(starts_on__lte=on),
            Q(ends_on=None) | Q(ends_on__gte=on),
            instrument_id=cluster.instrument_id,
            task__in=(Task.SCHEDULE, Task.OPERATE),
        ).values_list("agency_id", flat=True)
    )
    return any(accounts.has_role(actor, role, on=on, agencies=agencies) for role in roles)
