"""Who may hand in programmes and who may see them. Rights come from posts on a day, never from the account."""

from datetime import date

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import agency_ids, has_role
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.queries import mandates
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.models import Task

_OWN_ROLES = (Role.CONTRIBUTOR, Role.LEADER, Role.REPORTER)
_APPRAISING_ROLES = (Role.APPRAISER, Role.LEADER, Role.REPORTER)
_PLACING_ROLES = (Role.SCHEDULER, Role.OPERATOR, Role.LEADER, Role.REPORTER)


def has_editorial_right(actor: User, *, on: date) -> bool:
    """Whether the account may touch content at all: whoever administers the system that day may not."""
    return actor.is_active and not has_role(actor, Role.ADMINISTRATOR, on=on)


def may_submit(actor: User, *, agency_id: str, on: date) -> bool:
    """Contributors of an agency submit for that agency (Cao Bằng art. 13, 14)."""
    return has_editorial_right(actor, on=on) and has_role(actor, Role.CONTRIBUTOR, on=on, agencies={agency_id})


def may_see(actor: User, version: ProgrammeVersion, *, on: date) -> bool:
    """Its own agency, the appraising one and the leaders; who places programmes sees those ready for the cluster."""
    if not has_editorial_right(actor, on=on):
        return False
    programme = version.programme
    if _holds(actor, _OWN_ROLES, on=on, agencies={programme.agency_id}):
        return True
    appraising = {row.agency_id for row in mandates(Task.APPRAISE, on=on, instrument_id=programme.instrument_id)}
    above = {row.agency_id for row in mandates(Task.INSTRUCT, on=on, instrument_id=programme.instrument_id)}
    if _holds(actor, _APPRAISING_ROLES, on=on, agencies=appraising) or _holds(
        actor, (Role.LEADER,), on=on, agencies=above
    ):
        return True
    return version.state == VersionState.READY and _places_one_of_its_clusters(actor, version, on=on)


def _places_one_of_its_clusters(actor: User, version: ProgrammeVersion, *, on: date) -> bool:
    clusters = set(version.programme.clusters.values_list("id", flat=True))
    rows = [
        row
        for task in (Task.SCHEDULE, Task.OPERATE)
        for row in mandates(task, on=on, instrument_id=version.programme.instrument_id)
        if row.cluster_id is None or row.cluster_id in clusters
    ]
    return _holds(actor, _PLACING_ROLES, on=on, agencies={row.agency_id for row in rows})


def _holds(actor: User, roles: tuple[Role, ...], *, on: date, agencies: set[str]) -> bool:
    return any(agencies & agency_ids(actor, on=on, role=role) for role in roles)
