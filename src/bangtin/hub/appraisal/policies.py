"""Who may decide on content: officers of the agency whose turn it is, never on their own, two persons at least."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.accounts.queries import agency_ids, has_role, posts_held
from bangtin.hub.appraisal import apart, routes
from bangtin.hub.appraisal.lanes import UrgentReview
from bangtin.hub.appraisal.models import Decision, Step
from bangtin.hub.programmes import policies as programmes_policies
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.queries import mandates
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task


def opens_bench(actor: User, *, on: date) -> bool:
    """Whether the account is an officer of an agency whose turn it can be to decide on content."""
    if not programmes_policies.has_editorial_right(actor, on=on):
        return False
    held = agency_ids(actor, on=on, role=Role.APPRAISER)
    return bool(held) and bool(held & (routes.deciding_agencies(on) | regulations.mandated(Task.APPRAISE, on=on)))


def appraiser_post(actor: User, instrument_id: str, *, on: date) -> Post | None:
    """The post that makes the account an appraisal officer under this instrument; never an administrator's."""
    if not programmes_policies.has_editorial_right(actor, on=on):
        return None
    agencies = regulations.mandated(Task.APPRAISE, on=on, instrument_id=instrument_id)
    return _appraising_at(actor, agencies, on=on)


def bench_post(actor: User, version: ProgrammeVersion, *, on: date) -> Post | None:
    """The post from which the account works on this version: at any agency whose turn a step of its route is."""
    agencies = {name for turn in routes.plan(version, on) for name in turn.agency_ids}
    return _post_at(actor, agencies, version, on=on)


def is_at_bench(actor: User, version: ProgrammeVersion, *, on: date) -> bool:
    """Whether the account is an appraisal officer for the version: under its instrument, or where it lies now."""
    if appraiser_post(actor, version.programme.instrument_id, on=on) is not None:
        return True
    return bool(version.desk_id) and has_role(actor, Role.APPRAISER, on=on, agencies={version.desk_id or ""})


def turn_post(actor: User, version: ProgrammeVersion, step: Step, *, on: date) -> Post | None:
    """The post from which the account takes this step of the version's route; None without one or without the step."""
    agencies = {name for turn in routes.plan(version, on) if turn.step == step for name in turn.agency_ids}
    return _post_at(actor, agencies, version, on=on) if agencies else None


def is_own(actor: User, version: ProgrammeVersion, step: Step = Step.DECIDE) -> bool:
    """Whether the person handed in any version of this programme, from whatever post or account.

    Who edits may have edited before; in a unit with one person everything is one person's.
    """
    if step == Step.SOLE:
        return False
    own = version.programme.versions.filter(submitted_by__person=actor.person)
    return (own.filter(edited_from=None) if step == Step.EDIT else own).exists()


def took_part(actor: User, version: ProgrammeVersion, step: Step) -> bool:
    """Whether the person took another step on this item, which is the version and what it was edited from."""
    rows = Decision.objects.filter(version__in=[one.pk for one in routes.chain(version)])
    return apart.others_of(rows, actor, step).exists()


def may_decide(actor: User, version: ProgrammeVersion, *, on: date) -> bool:
    """Whether it is this account's turn: an officer of the desk who has no part in the programme."""
    turn = routes.turn_of(version, on)
    if turn is None or turn_post(actor, version, turn.step, on=on) is None:
        return False
    return not is_own(actor, version, turn.step) and not took_part(actor, version, turn.step)


def may_confirm(actor: User, version: ProgrammeVersion, proposal: Decision, *, on: date) -> bool:
    """As deciding, by another person than the one who proposed."""
    return proposal.officer.person != actor.person and may_decide(actor, version, on=on)


def may_record_one_person(actor: User, agency_id: str, *, on: date) -> bool:
    """The leader of a unit that decides on its own content on a route that one person may take."""
    if not programmes_policies.has_editorial_right(actor, on=on):
        return False
    return has_role(actor, Role.LEADER, on=on, agencies={agency_id}) and agency_id in routes.sole_agencies(on)


def may_oversee(actor: User, instrument_id: str, *, on: date) -> bool:
    """Whether the account looks over all content under an instrument: from the agency that manages it, or above."""
    if not programmes_policies.has_editorial_right(actor, on=on):
        return False
    tasks = (Task.APPRAISE, Task.REPORT, Task.INSTRUCT)
    agencies = {row.agency_id for task in tasks for row in mandates(task, on=on, instrument_id=instrument_id)}
    held = {post.agency_id for post in posts_held(actor, on) if post.role in programmes_policies.APPRAISING_ROLES}
    return bool(held & agencies)


def review_post(actor: User, row: UrgentReview, *, on: date) -> Post | None:
    """The post from which the account reviews urgent content: at the agency that released it, or its successor."""
    standing = regulations.standing_for(row.agency_id, on=on)
    if not programmes_policies.has_editorial_right(actor, on=on):
        return None
    return _appraising_at(actor, standing, on=on)


def released(actor: User, version: ProgrammeVersion) -> bool:
    """Whether the person handed the programme in or took a step by which this version was released."""
    rows = Decision.objects.filter(version__in=[one.pk for one in routes.chain(version)])
    by = Q(officer__person=actor.person) | Q(acting_for__person=actor.person)
    return is_own(actor, version) or rows.filter(by).exists()


def _post_at(actor: User, agencies: set[str], version: ProgrammeVersion, *, on: date) -> Post | None:
    if not programmes_policies.has_editorial_right(actor, on=on):
        return None
    if version.desk_id:
        agencies = agencies | regulations.standing_for(version.desk_id, on=on)
    return _appraising_at(actor, agencies, on=on)


def _appraising_at(actor: User, agencies: Collection[str], *, on: date) -> Post | None:
    posts = (post for post in posts_held(actor, on) if post.role == Role.APPRAISER and post.agency_id in agencies)
    return next(posts, None)
