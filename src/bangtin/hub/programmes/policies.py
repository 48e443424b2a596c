"""Who may hand in programmes and who may see them. Rights come from posts on a day, never from the account."""

from collections.abc import Set as AbstractSet
from datetime import date

from django.db.models import Q, QuerySet

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import agency_ids, has_role, posts_on
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.queries import latest, mandates, valid_mandates
from bangtin.hub.programmes.states import CLOSED, VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task

OWN_ROLES = (Role.CONTRIBUTOR, Role.LEADER, Role.REPORTER)
APPRAISING_ROLES = (Role.APPRAISER, Role.LEADER, Role.REPORTER)
_REGISTERING_ROLES = (Role.APPRAISER, Role.REPORTER, Role.CONTRIBUTOR)
PLACING_ROLES = (Role.SCHEDULER, Role.OPERATOR, Role.LEADER, Role.REPORTER)


def has_editorial_right(actor: User, *, on: date) -> bool:
    """Whether the account may touch content at all: whoever administers the system that day may not."""
    return actor.is_active and not has_role(actor, Role.ADMINISTRATOR, on=on)


def may_submit(actor: User, *, agency_id: str, on: date) -> bool:
    """Contributors of an agency submit for that agency (Cao Bằng art. 13, 14)."""
    return has_editorial_right(actor, on=on) and has_role(actor, Role.CONTRIBUTOR, on=on, agencies={agency_id})


def may_register(actor: User, *, instrument_id: str, on: date) -> bool:
    """Officers of the agency that receives content register for others what came by letter (Cao Bằng art. 7.1)."""
    receiving = {row.agency_id for row in mandates(Task.APPRAISE, on=on, instrument_id=instrument_id)}
    return has_editorial_right(actor, on=on) and _holds(actor, _REGISTERING_ROLES, on=on, agencies=receiving)


def may_register_anything(actor: User, *, on: date) -> bool:
    """Whether there is any instrument under which the account registers."""
    receiving = set(valid_mandates(Task.APPRAISE, on=on).values_list("agency_id", flat=True))
    return has_editorial_right(actor, on=on) and _holds(actor, _REGISTERING_ROLES, on=on, agencies=receiving)


def may_read_intake(actor: User, *, instrument_id: str, on: date) -> bool:
    """Who receives content sees its monthly batch, and the leaders above it."""
    receiving = {row.agency_id for row in mandates(Task.APPRAISE, on=on, instrument_id=instrument_id)}
    above = {row.agency_id for row in mandates(Task.INSTRUCT, on=on, instrument_id=instrument_id)}
    roles = (*_REGISTERING_ROLES, Role.LEADER)
    return has_editorial_right(actor, on=on) and (
        _holds(actor, roles, on=on, agencies=receiving) or _holds(actor, (Role.LEADER,), on=on, agencies=above)
    )


def may_handle_secrets(actor: User, *, on: date) -> bool:
    """The security office follows up what was refused as a state secret."""
    return has_editorial_right(actor, on=on) and has_role(actor, Role.SECURITY, on=on)


def may_upload(actor: User, *, on: date) -> bool:
    """Whether the account may send files at all: it contributes for some agency that day, or registers for others."""
    contributes = has_editorial_right(actor, on=on) and has_role(actor, Role.CONTRIBUTOR, on=on)
    return contributes or may_register_anything(actor, on=on)


def may_continue(actor: User, *, agency_id: str, on: date) -> bool:
    """Contributors of an agency, and of those that stand in its place today, carry on what it handed in."""
    standing = regulations.standing_for(agency_id, on=on)
    return has_editorial_right(actor, on=on) and has_role(actor, Role.CONTRIBUTOR, on=on, agencies=standing)


def may_see(actor: User, version: ProgrammeVersion, *, on: date) -> bool:
    """Its own agency (or its successor), the appraising one, the leaders; who places programmes sees the ready ones."""
    if not has_editorial_right(actor, on=on):
        return False
    programme = version.programme
    if _holds(actor, OWN_ROLES, on=on, agencies=regulations.standing_for(programme.agency_id, on=on)):
        return True
    appraising = {row.agency_id for row in mandates(Task.APPRAISE, on=on, instrument_id=programme.instrument_id)}
    above = {row.agency_id for row in mandates(Task.INSTRUCT, on=on, instrument_id=programme.instrument_id)}
    if _holds(actor, APPRAISING_ROLES, on=on, agencies=appraising) or _holds(
        actor, (Role.LEADER,), on=on, agencies=above
    ):
        return True
    return version.state == VersionState.READY and _places_one_of_its_clusters(actor, version, on=on)


def opens_list(actor: User, *, on: date) -> bool:
    """Whether the account has a desk from which programmes are seen at all."""
    roles = {*OWN_ROLES, *APPRAISING_ROLES, *PLACING_ROLES}
    return has_editorial_right(actor, on=on) and posts_on(actor, on).filter(role__in=roles).exists()


def visible(actor: User, *, on: date) -> QuerySet[ProgrammeVersion]:
    """The newest versions that `may_see` opens to the account, in one query, newest first."""
    found = latest().order_by("-submitted_at", "-id")
    if not has_editorial_right(actor, on=on):
        return found.none()
    held: dict[str, set[str]] = {}
    for role, agency_id in posts_on(actor, on).values_list("role", "agency_id"):
        held.setdefault(role, set()).add(agency_id)
    seen = Q(programme__agency_id__in=regulations.continued(_of(held, OWN_ROLES), on=on))
    for task, roles in ((Task.APPRAISE, APPRAISING_ROLES), (Task.INSTRUCT, (Role.LEADER,))):
        rows = valid_mandates(task, on=on).filter(agency_id__in=_of(held, roles))
        seen |= Q(programme__instrument_id__in=list(rows.values_list("instrument_id", flat=True)))
    for task in (Task.SCHEDULE, Task.OPERATE):
        for row in valid_mandates(task, on=on).filter(agency_id__in=_of(held, PLACING_ROLES)):
            placed = Q(state=VersionState.READY, programme__instrument_id=row.instrument_id)
            if row.cluster_id is not None:
                placed &= Q(programme__in=Programme.objects.filter(clusters=row.cluster_id))
            seen |= placed
    return found.filter(seen)


def may_send_again(actor: User, version: ProgrammeVersion, *, on: date) -> bool:
    """Whether the account may follow this newest version with another one."""
    if not may_continue(actor, agency_id=version.programme.agency_id, on=on):
        return False
    return version.state in CLOSED or version.submitted_by_id == actor.pk


def _of(held: dict[str, set[str]], roles: tuple[Role, ...]) -> set[str]:
    return set().union(*(held.get(role, set()) for role in roles))


def _places_one_of_its_clusters(actor: User, version: ProgrammeVersion, *, on: date) -> bool:
    clusters = set(version.programme.clusters.values_list("id", flat=True))
    rows = [
        row
        for task in (Task.SCHEDULE, Task.OPERATE)
        for row in mandates(task, on=on, instrument_id=version.programme.instrument_id)
        if row.cluster_id is None or row.cluster_id in clusters
    ]
    return _holds(actor, PLACING_ROLES, on=on, agencies={row.agency_id for row in rows})


def _holds(actor: User, roles: tuple[Role, ...], *, on: date, agencies: AbstractSet[str]) -> bool:
    return any(agencies & agency_ids(actor, on=on, role=role) for role in roles)
