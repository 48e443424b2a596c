"""Who reads whose duties: the offices that answer for the whole province all, every other office its own.

What an agency ended into reads the duties of that agency too.
"""

from datetime import date

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import posts_on
from bangtin.hub.regulations.models import Task
from bangtin.hub.regulations.queries import continued, mandated

# finance officers and administrators have no duties page (their posts are not about the regulation's duties)
READERS = frozenset(Role.values) - {Role.FINANCE, Role.ADMINISTRATOR}
OVERSEERS = frozenset({Role.APPRAISER, Role.REPORTER, Role.SECURITY, Role.LEADER})


def may_read(actor: User, *, on: date) -> bool:
    """Whether any post of the account opens the duties."""
    return posts_on(actor, on).filter(role__in=READERS).exists()


def readable_agencies(actor: User, *, on: date) -> frozenset[str] | None:
    """The agencies whose duties the account reads; None: all.

    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 7 and 15.2: the department watches over the whole and reports on
    it; the provincial committee decides.
    """
    posts = list(posts_on(actor, on).filter(role__in=READERS).values_list("role", "agency_id"))
    overseen = mandated(Task.APPRAISE, on=on) | mandated(Task.INSTRUCT, on=on)
    if any(role in OVERSEERS and agency in overseen for role, agency in posts):
        return None
    return continued({agency for _role, agency in posts}, on=on)
