"""Who may write and send a report: the report officers of its agency. Who reads it: its agency and those above."""

from datetime import date

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import has_role, posts_on
from bangtin.hub.agencies.models import Agency
from bangtin.hub.obligations import policies as obligations

READERS = frozenset(Role.values) - {Role.ADMINISTRATOR}


def may_report(actor: User, agency: Agency, *, on: date) -> bool:
    """Whether the account holds the reporter's post at the agency on that day."""
    return has_role(actor, Role.REPORTER, on=on, agencies={agency.pk})


def may_list(actor: User, *, on: date) -> bool:
    """Whether any post of the account opens the list of reports."""
    return posts_on(actor, on).filter(role__in=READERS).exists()


def readable_agencies(actor: User, *, on: date) -> frozenset[str] | None:
    """The agencies whose reports the account reads: its own, or all (None) if it oversees the province."""
    if obligations.readable_agencies(actor, on=on) is None:
        return None
    return frozenset(posts_on(actor, on).filter(role__in=READERS).values_list("agency_id", flat=True))


def may_read(actor: User, agency_id: str, *, on: date) -> bool:
    """Whether the account reads the reports of this agency."""
    agencies = readable_agencies(actor, on=on)
    return agencies is None or agency_id in agencies
