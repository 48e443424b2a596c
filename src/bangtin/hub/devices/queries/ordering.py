"""From which posts emergency notices and commands to screens are ordered: what `officers.json` lists and desks ask."""

from collections.abc import Mapping
from datetime import date

from bangtin.hub.accounts.models import Role
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task

ALERT_ORDER, ALERT_CANCEL = "alert.order", "alert.cancel"
ALERT_STEPS = (ALERT_CANCEL, ALERT_ORDER)
COMMAND_STEPS = ("command.blank", "command.restore")


def ordering_agencies(instrument_id: str, *, on: date) -> Mapping[Role, frozenset[str]]:
    """The agencies at which leaders, and those at which appraisal officers, may order an emergency notice.

    Leaders of bodies that instruct and of the lead agency; appraisal officers of the lead agency.
    Source: Cao Bằng art. 7.1 and Lai Châu art. 10.1.a.3 (updated promptly as higher authority directs), Lai Châu
    art. 8.2 (as the competent agency requests).
    """
    leads = regulations.leads(instrument_id, on=on)
    instructs = regulations.mandated(Task.INSTRUCT, on=on, instrument_id=instrument_id)
    return {Role.LEADER: leads | instructs, Role.APPRAISER: leads}


def all_ordering(on: date) -> Mapping[Role, frozenset[str]]:
    """The same over every instrument in use."""
    found: dict[Role, frozenset[str]] = {Role.LEADER: frozenset(), Role.APPRAISER: frozenset()}
    for row in regulations.instruments():
        for role, agencies in ordering_agencies(row.pk, on=on).items():
            found[role] |= agencies
    return found


def commanding_agencies(cluster: Cluster, *, on: date) -> Mapping[Role, frozenset[str]]:
    """The agencies at which operators, schedulers, leaders and appraisal officers command the cluster's screens.

    Whoever runs the cluster, and whoever may order an emergency notice for it: what must be off is off at once.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.3, 8.6 (the operator handles faults and answers for safe use).
    """
    running = frozenset(
        regulations.mandated(Task.OPERATE, on=on, cluster=cluster)
        | regulations.mandated(Task.SCHEDULE, on=on, cluster=cluster)
    )
    above = ordering_agencies(cluster.instrument_id, on=on)
    return {
        Role.OPERATOR: running,
        Role.SCHEDULER: running,
        Role.LEADER: running | above[Role.LEADER],
        Role.APPRAISER: above[Role.APPRAISER],
    }


def commanded_clusters(on: date) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The clusters whose screens each (role, agency) commands, in order of their ids."""
    found: dict[tuple[str, str], list[str]] = {}
    for cluster in Cluster.objects.order_by("id"):
        for role, agencies in commanding_agencies(cluster, on=on).items():
            for agency in sorted(agencies):
                found.setdefault((str(role), agency), []).append(cluster.pk)
    return {post: tuple(clusters) for post, clusters in found.items()}
