"""Who may hand in programmes and who may see them. Rights come from posts on a day, never from the account."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import administers, agency_ids, has_any_role, has_role, held_on
from bangtin.hub.kit import reading
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.queries import latest
from bangtin.hub.programmes.states import CLOSED, VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task

OWN_ROLES = (Role.CONTRIBUTOR, Role.LEADER, Role.REPORTER)
APPRAISING_ROLES = (Role.APPRAISER, Role.LEADER, Role.REPORTER)
_REGISTERING_ROLES = (Role.APPRAISER, Role.REPORTER, Role.CONTRIBUTOR)
PLACING_ROLES = (Role.SCHEDULER, Role.OPERATOR, Role.LEADER, Role.REPORTER)


def has_editorial_right(actor: User, *, on: date) -> bool:
    """Whether the account may touch content at all: a person who administers the system that day may not."""
    return actor.is_active and not administers(actor, on=on)


def may_submit(actor: User, *, agency_id: str, on: date) -> bool:
    """Contributors of an agency submit for that agency (Cao Bằng art. 13, 14)."""
    return has_editorial_right(actor, on=on) and has_role(actor, Role.CONTRIBUTOR, on=on, agencies={agency_id})


def may_register(actor: User, *, instrument_id: str, on: date) -> bool:
    """Officers of the agency that receives content register for others what came by letter (Cao Bằng art. 7.1)."""
    receiving = regulations.mandated(Task.APPRAISE, on=on, instrument_id=instrument_id)
    return has_editorial_right(actor, on=on) and _holds(actor, _REGISTERING_ROLES, on=on, agencies=receiving)


def may_register_anything(actor: User, *, on: date) -> bool:
    """Whether there is any instrument under which the account registers."""
    receiving = regulations.mandated(Task.APPRAISE, on=on)
    return has_editorial_right(actor, on=on) and _holds(actor, _REGISTERING_ROLES, on=on, agencies=receiving)


def may_read_intake(actor: User, *, instrument_id: str, on: date) -> bool:
    """Who receives content sees its monthly batch, and the leaders above it."""
    receiving = regulations.mandated(Task.APPRAISE, on=on, instrument_id=instrument_id)
    above = regulations.mandated(Task.INSTRUCT, on=on, instrument_id=instrument_id)
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


@dataclass(frozen=True)
class Sight:
    """What of all programmes an account sees on a day.

    `agencies`: whose programmes it sees in every state; `instruments`: under which it sees all of them; `placing`: the
    (instrument, cluster) whose ready ones it places, cluster None for all of them; `desks`: where it sees what lies
    there to be decided on, and what was decided on there.
    """

    agencies: frozenset[str] = frozenset()
    instruments: frozenset[str] = frozenset()
    placing: frozenset[tuple[str, str | None]] = frozenset()
    desks: frozenset[str] = frozenset()

    def sees(self, version: ProgrammeVersion) -> bool:
        """Its own agency (or its successor), the appraising one, the leaders; who places sees the ready ones."""
        programme = version.programme
        if programme.agency_id in self.agencies or programme.instrument_id in self.instruments:
            return True
        if self.desks and _lay_at(programme, self.desks):
            return True
        clusters = [cluster for instrument, cluster in self.placing if instrument == programme.instrument_id]
        if version.state != VersionState.READY or not clusters:
            return False
        return None in clusters or any(one.pk in clusters for one in programme.clusters.all())


def sight(actor: User, *, on: date) -> Sight:
    """What the account sees on that day; two queries, once a page."""
    return reading.once(("sight", actor.pk, on), lambda: _sight(actor, on))


def may_see(actor: User, version: ProgrammeVersion, *, on: date) -> bool:
    """Whether the account may read this version (see `Sight.sees`)."""
    return sight(actor, on=on).sees(version)


def opens_list(actor: User, *, on: date) -> bool:
    """Whether the account has a desk from which programmes are seen at all."""
    roles = {*OWN_ROLES, *APPRAISING_ROLES, *PLACING_ROLES}
    return has_editorial_right(actor, on=on) and has_any_role(actor, roles, on=on)


def visible(actor: User, *, on: date) -> QuerySet[ProgrammeVersion]:
    """The newest versions that `may_see` opens to the account, newest first."""
    found = sight(actor, on=on)
    seen = Q(programme__agency_id__in=found.agencies) | Q(programme__instrument_id__in=found.instruments)
    for instrument_id, cluster_id in sorted(found.placing, key=str):
        placed = Q(state=VersionState.READY, programme__instrument_id=instrument_id)
        if cluster_id is not None:
            placed &= Q(programme__in=Programme.objects.filter(clusters=cluster_id))
        seen |= placed
    if found.desks:
        seen |= Q(programme__in=_lying_at(found.desks))
    return latest().filter(seen).order_by("-submitted_at", "-id")


def may_send_again(actor: User, version: ProgrammeVersion, *, on: date) -> bool:
    """Whether the account may follow this newest version with another one."""
    if not may_continue(actor, agency_id=version.programme.agency_id, on=on):
        return False
    return version.state in CLOSED or version.submitted_by_id == actor.pk


def _sight(actor: User, on: date) -> Sight:
    if not has_editorial_right(actor, on=on):
        return Sight()
    wanted: dict[str, set[str]] = {
        Task.APPRAISE: _working_at(actor, APPRAISING_ROLES, on=on),
        Task.INSTRUCT: _working_at(actor, (Role.LEADER,), on=on),
        Task.SCHEDULE: _working_at(actor, PLACING_ROLES, on=on),
        Task.OPERATE: _working_at(actor, PLACING_ROLES, on=on),
    }
    own = regulations.continued(_working_at(actor, OWN_ROLES, on=on), on=on)
    held = [row for row in regulations.charges(on) if row.agency_id in wanted.get(row.task, ())]
    above = {row.instrument_id for row in held if row.task in (Task.APPRAISE, Task.INSTRUCT)}
    placing = {(row.instrument_id, row.cluster_id) for row in held if row.task in (Task.SCHEDULE, Task.OPERATE)}
    appraising = _working_at(actor, (Role.APPRAISER,), on=on)
    desks = appraising - {row.agency_id for row in held if row.task == Task.APPRAISE}
    return Sight(own | desks, frozenset(above), frozenset(placing), regulations.continued(desks, on=on))


def _lying_at(desks: AbstractSet[str]) -> QuerySet[Programme]:
    """The programmes of which a version waits at one of these desks, or was decided on there."""
    waiting = Q(versions__desk_id__in=desks) | Q(versions__decisions__agency_id__in=desks)
    return Programme.objects.filter(waiting)


def _lay_at(programme: Programme, desks: AbstractSet[str]) -> bool:
    return _lying_at(desks).filter(pk=programme.pk).exists()


def _working_at(actor: User, roles: tuple[Role, ...], *, on: date) -> set[str]:
    return {agency for role, agency in held_on(actor, on) if role in roles}


def _holds(actor: User, roles: tuple[Role, ...], *, on: date, agencies: AbstractSet[str]) -> bool:
    return any(agencies & agency_ids(actor, on=on, role=role) for role in roles)
