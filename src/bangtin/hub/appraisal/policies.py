"""Who may decide on content: appraisal officers of the mandated agency, never on their own, always two persons."""

from datetime import date

from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.accounts.queries import posts_on
from bangtin.hub.appraisal.models import Decision
from bangtin.hub.programmes import policies as programmes_policies
from bangtin.hub.programmes import queries as programmes_queries
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations.models import Task


def appraiser_post(actor: User, instrument_id: str, *, on: date) -> Post | None:
    """The post that makes the account an appraisal officer under this instrument; never an administrator's."""
    if not programmes_policies.has_editorial_right(actor, on=on):
        return None
    agencies = programmes_queries.mandates(Task.APPRAISE, on=on, instrument_id=instrument_id).values("agency_id")
    return posts_on(actor, on).filter(role=Role.APPRAISER, agency_id__in=agencies).first()


def is_own(actor: User, version: ProgrammeVersion) -> bool:
    """Whether the account handed in any version of this programme, from whatever post."""
    return programmes_queries.has_author(version.programme, actor)


def may_decide(actor: User, version: ProgrammeVersion, *, on: date) -> bool:
    """An appraisal officer who has no part in the programme."""
    post = appraiser_post(actor, version.programme.instrument_id, on=on)
    return post is not None and not is_own(actor, version)


def may_confirm(actor: User, version: ProgrammeVersion, proposal: Decision, *, on: date) -> bool:
    """As deciding, by another person than the one who proposed."""
    return proposal.officer_id != actor.pk and may_decide(actor, version, on=on)
