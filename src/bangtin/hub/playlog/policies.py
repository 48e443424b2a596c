"""Who keeps the archive: officers of the agency that receives content; a second person decides on removals."""

from datetime import date

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import agency_ids, has_any_role
from bangtin.hub.programmes.policies import has_editorial_right
from bangtin.hub.programmes.queries import mandates
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task

_KEEPING = (Role.APPRAISER, Role.REPORTER)
_HOLDING = (*_KEEPING, Role.LEADER, Role.SECURITY)
_WATCHING = (Role.OPERATOR, Role.SECURITY, Role.ADMINISTRATOR)
_DECIDING = (*_KEEPING, Role.LEADER)


def may_propose_removal(actor: User, *, instrument_id: str, on: date) -> bool:
    """Officers of the agency that received the content (Cao Bằng art. 7.1, Lai Châu art. 10.1.a, Hà Tĩnh art. 4.3)."""
    return _works(actor, _KEEPING, (Task.APPRAISE,), instrument_id=instrument_id, on=on)


def may_decide_removal(actor: User, *, instrument_id: str, on: date) -> bool:
    """Officers of that agency and leaders; that it is another person than the proposer is the deed's own check."""
    own = _works(actor, _DECIDING, (Task.APPRAISE,), instrument_id=instrument_id, on=on)
    return own or _works(actor, (Role.LEADER,), (Task.INSTRUCT,), instrument_id=instrument_id, on=on)


def may_hold(actor: User, *, instrument_id: str, on: date) -> bool:
    """Place and lift legal holds: the agency that received the content, its security office, leaders."""
    own = _works(actor, _HOLDING, (Task.APPRAISE,), instrument_id=instrument_id, on=on)
    return own or _works(actor, (Role.LEADER,), (Task.INSTRUCT,), instrument_id=instrument_id, on=on)


def may_read_keeping(actor: User, *, on: date) -> list[str]:
    """The instruments whose kept content the account looks after."""
    every = [row.pk for row in regulations.instruments()]
    return [one for one in every if may_hold(actor, instrument_id=one, on=on)]


def may_watch(actor: User, *, on: date) -> bool:
    """Look at a day's information security and tick it: who runs the screens, security officers, administrators."""
    return has_any_role(actor, _WATCHING, on=on)


def _works(actor: User, roles: tuple[Role, ...], tasks: tuple[Task, ...], *, instrument_id: str, on: date) -> bool:
    agencies = {row.agency_id for task in tasks for row in mandates(task, on=on, instrument_id=instrument_id)}
    own = set().union(*(agency_ids(actor, on=on, role=role) for role in roles))
    return has_editorial_right(actor, on=on) and bool(own & agencies)
