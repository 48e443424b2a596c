"""Who reads whose duties: the offices that answer for the whole province all, every other office its own.

What an agency ended into reads the duties of that agency too.
"""

from datetime import date

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import has_any_role, held_on
from bangtin.hub.regulations.models import Task
from bangtin.hub.regulations.queries import continued, mandated

# finance officers and administrators have no duties page (their posts are not about the regulation's duties)
READERS = frozenset(Role) - {Role.FINANCE, Role.ADMINISTRATOR}
OVERSEERS = frozenset({Role.APPRAISER, Role.REPORTER, Role.SECURITY, Role.LEADER})


def may_read(actor: User, *, on: date) -> bool:
    """Whether any post of the account opens the duties."""
    return has_any_role(actor, READERS, on=on)


def readable_agencies(actor: User, *, on: date) -> frozenset[str] | None:
    """The agencies whose duties the account reads; None: all.

    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 7 and 15.2: the department watches over the whole and reports on
    it; the provincial committee decides.
    """
    posts = [(role, agency) for role, agency in held_on(actor, on) if role in READERS]
    overseen = mandated(Task.APPRAISE, on=on) | mandated(Task.INSTRUCT, on=on)
    if any(role in OVERSEERS and agency in overseen for role, agency in posts):
        return None
    return continued({agency for _role, agency in posts}, on=on)


def recordable_agencies(actor: User, *, on: date) -> frozenset[str] | None:
    """The agencies whose requests the account records; None: all. Who watches over all, and an own report officer."""
    if may_read(actor, on=on) and readable_agencies(actor, on=on) is None:
        return None
    return continued(_agencies(actor, {Role.REPORTER}, on=on), on=on)


def may_record_request(actor: User, agency_id: str, *, on: date) -> bool:
    """Whether the account records what this agency is asked for."""
    recordable = recordable_agencies(actor, on=on)
    return recordable is None or agency_id in recordable


def may_request_anything(actor: User, *, on: date) -> bool:
    """Whether there is any agency whose requests the account records."""
    recordable = recordable_agencies(actor, on=on)
    return recordable is None or bool(recordable)


def may_record_answer(actor: User, agency_id: str, *, on: date) -> bool:
    """Whether the account records that an agency answered: its own offices, and who watches over all.

    A Party body has no account here; the department notes its answer (a request to it never turns overdue).
    """
    if not may_read(actor, on=on):
        return False
    readable = readable_agencies(actor, on=on)
    return readable is None or agency_id in readable


def may_waive(actor: User, *, on: date) -> bool:
    """Whether the account lifts a duty by a decision: a leader of the body that gives instructions from above.

    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 7 and QĐ art. 2: the provincial committee decides.
    """
    return not mandated(Task.INSTRUCT, on=on).isdisjoint(_agencies(actor, {Role.LEADER}, on=on))


def _agencies(actor: User, roles: set[Role], *, on: date) -> set[str]:
    return {agency for role, agency in held_on(actor, on) if role in roles}


def may_subscribe(actor: User, agency_id: str, *, on: date) -> bool:
    """Whether a calendar program may read the agency's due days for this account."""
    return may_record_answer(actor, agency_id, on=on)
