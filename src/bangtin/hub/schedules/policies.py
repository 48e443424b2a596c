"""Who may change the plan of a cluster: posts at the agency that the regulation charges with it."""

from datetime import date, datetime

from bangtin.hub.accounts import queries as accounts
from bangtin.hub.accounts.models import Role, User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import local_date
from bangtin.hub.programmes.models import Programme
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task
from bangtin.hub.schedules.models import Dispatch, TakeDown
from bangtin.hub.schedules.queries.dispatches import RECEIVING_ROLES, SENDING_ROLES

_READERS = (
    Role.CONTRIBUTOR,
    Role.APPRAISER,
    Role.SCHEDULER,
    Role.OPERATOR,
    Role.SECURITY,
    Role.LEADER,
    Role.REPORTER,
)

RELEASING_ROLES = (Role.SCHEDULER, Role.OPERATOR, Role.LEADER)


def may_place(actor: User, cluster: Cluster, *, at: datetime) -> bool:
    """Whether this account builds the cluster's plan: slots, placements, filler, shares.

    Source: Cao Bằng art. 8.1 (the district operates its cluster); Lai Châu art. 12.2 (the department builds the
    schedule of border clusters; who runs them does not).
    """
    return _holds(actor, cluster, (Role.SCHEDULER,), at, tasks=(Task.SCHEDULE,))


def may_plan(actor: User, *, at: datetime) -> bool:
    """Whether this account builds the plan of some cluster, and so makes campaigns and events."""
    on = local_date(at)
    if accounts.administers(actor, on=on):
        return False
    agencies = {one.agency_id for one in regulations.charges(on) if one.task == Task.SCHEDULE}
    return accounts.has_role(actor, Role.SCHEDULER, on=on, agencies=agencies)


def may_set_hours(actor: User, cluster: Cluster, *, at: datetime) -> bool:
    """Whether this account sets the hours that the text leaves open: who builds the plan.

    Source: Cao Bằng art. 8.1.b; Lai Châu art. 8.1-3 and, for border clusters, 12.2.
    """
    return _holds(actor, cluster, (Role.SCHEDULER, Role.OPERATOR), at, tasks=(Task.SCHEDULE,))


def may_release(actor: User, cluster: Cluster, *, at: datetime) -> bool:
    """Whether this account releases or returns plans of the cluster; that it is another person is asked beside this."""
    return _holds(actor, cluster, RELEASING_ROLES, at, tasks=(Task.SCHEDULE,))


def may_operate(actor: User, cluster: Cluster, *, at: datetime) -> bool:
    """Whether this account takes slots down, sets hours where the operator may, and publishes.

    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.1, 8.6 (the operator answers for safe use).
    """
    return _holds(actor, cluster, (Role.SCHEDULER, Role.OPERATOR), at)


def reach(actor: User, programme: Programme, *, at: datetime) -> list[Cluster]:
    """The clusters from which this account takes a programme down: all of it for who appraises it and the leaders
    above, its own for who operates them; none for anybody else.
    """
    clusters = list(programme.clusters.order_by("pk"))
    if _oversees(actor, programme.instrument_id, at):
        return clusters
    return [one for one in clusters if _holds(actor, one, (Role.SCHEDULER, Role.OPERATOR, Role.LEADER), at)]


def may_record_order(actor: User, programme: Programme, *, at: datetime) -> bool:
    """Whether this account records that an authority asked for a take-down."""
    return bool(reach(actor, programme, at=at))


def may_review(actor: User, take_down: TakeDown, *, at: datetime) -> bool:
    """Whether this account reviews take-downs there; that it is another person's is asked beside this."""
    if _oversees(actor, take_down.programme.instrument_id, at):
        return True
    clusters = Cluster.objects.filter(pk__in=take_down.clusters)
    return any(_holds(actor, one, (Role.SCHEDULER, Role.OPERATOR, Role.LEADER), at) for one in clusters)


def _oversees(actor: User, instrument_id: str, at: datetime) -> bool:
    on = local_date(at)
    if accounts.administers(actor, on=on):
        return False
    for task, roles in ((Task.APPRAISE, (Role.APPRAISER, Role.LEADER)), (Task.INSTRUCT, (Role.LEADER,))):
        agencies = regulations.mandated(task, on=on, instrument_id=instrument_id)
        if any(accounts.has_role(actor, role, on=on, agencies=agencies) for role in roles):
            return True
    return False


def may_read(actor: User, *, at: datetime) -> bool:
    """Whether this account reads the plan of the clusters, and beside it what was played.

    Every office that has a part in what the screens show does; finance and the administration of the system have none.
    """
    on = local_date(at)
    return accounts.has_any_role(actor, _READERS, on=on)


def _holds(
    actor: User,
    cluster: Cluster,
    roles: tuple[Role, ...],
    at: datetime,
    *,
    tasks: tuple[Task, ...] = (Task.SCHEDULE, Task.OPERATE),
) -> bool:
    on = local_date(at)
    if accounts.administers(actor, on=on):  # the administrator has no editorial right, from no account
        return False
    agencies = {one for task in tasks for one in regulations.mandated(task, on=on, cluster=cluster)}
    return any(accounts.has_role(actor, role, on=on, agencies=agencies) for role in roles)


def may_dispatch(actor: User, instrument_id: str, *, at: datetime) -> bool:
    """Whether this account selects ready programmes and sends them to operators: an office of the lead agency.

    Source: Cao Bằng art. 7.2, Lai Châu art. 10.1.a.2, Hà Tĩnh art. 4.3.a.
    """
    on = local_date(at)
    return _is_at(actor, regulations.leads(instrument_id, on=on), SENDING_ROLES, on)


def may_receive(actor: User, agency_id: str, *, at: datetime) -> bool:
    """Whether this account acknowledges for the receiver and says what became of each line: its focal point."""
    on = local_date(at)
    return _is_at(actor, regulations.standing_for(agency_id, on=on), RECEIVING_ROLES, on)


def may_see_dispatch(actor: User, dispatch: Dispatch, *, at: datetime) -> bool:
    """The lead agency and the receiver."""
    return may_dispatch(actor, dispatch.instrument_id, at=at) or may_receive(actor, dispatch.receiver_id, at=at)


def _is_at(actor: User, agencies: frozenset[str], roles: tuple[Role, ...], on: date) -> bool:
    held = list(accounts.posts_on(actor, on).order_by().values_list("role", "agency_id"))
    if any(role == Role.ADMINISTRATOR for role, _agency in held):
        return False
    return any(role in roles and agency in agencies for role, agency in held)
