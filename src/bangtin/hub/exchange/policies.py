"""Who works with the source system: the agency that receives content, operators for their clusters, administrators."""

from datetime import date

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import agency_ids, has_any_role, has_role
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.programmes import policies as programmes
from bangtin.hub.programmes.queries import mandates
from bangtin.hub.regulations.models import Task

READERS = (
    Role.APPRAISER,
    Role.REPORTER,
    Role.LEADER,
    Role.OPERATOR,
    Role.SCHEDULER,
    Role.SECURITY,
    Role.ADMINISTRATOR,
)
_INSPECTED = (Role.OPERATOR, Role.SCHEDULER, Role.REPORTER)


def may_read(actor: User, *, on: date) -> bool:
    """Whether the account has a part in the connection at all."""
    return actor.is_active and has_any_role(actor, READERS, on=on)


def may_work(actor: User, *, on: date) -> bool:
    """Run the exchange and try failed items again: officers who register content, and administrators."""
    return programmes.may_register_anything(actor, on=on) or has_role(actor, Role.ADMINISTRATOR, on=on)


def may_test(actor: User, cluster: Cluster, *, on: date) -> bool:
    """Test a cluster's connection: who works with it, and the cluster's operator."""
    return may_work(actor, on=on) or _operates(actor, cluster, on=on)


def may_remind(actor: User, *, on: date) -> bool:
    """Urge operators to connect: the agency that receives content is the focal point (Lai Châu art. 12.4)."""
    return programmes.may_register_anything(actor, on=on)


def may_pack(actor: User, cluster: Cluster, *, on: date) -> bool:
    """Take the inspection pack of a cluster: its operator and the agency that receives content (Lai Châu art. 9.1)."""
    instrument = cluster.instrument_id
    return programmes.may_register(actor, instrument_id=instrument, on=on) or _operates(actor, cluster, on=on)


def may_pack_any(actor: User, *, on: date) -> list[Cluster]:
    """The clusters whose pack the account may take."""
    return [one for one in Cluster.objects.order_by("id") if may_pack(actor, one, on=on)]


def operators(cluster: Cluster, *, on: date) -> list[str]:
    """The agencies that operate a cluster on that day."""
    rows = mandates(Task.OPERATE, on=on, instrument_id=cluster.instrument_id)
    return sorted({row.agency_id for row in rows if row.cluster_id in (None, cluster.pk)})


def _operates(actor: User, cluster: Cluster, *, on: date) -> bool:
    own: set[str] = set()
    for role in _INSPECTED:
        own |= agency_ids(actor, on=on, role=role)
    return programmes.has_editorial_right(actor, on=on) and bool(own & set(operators(cluster, on=on)))
