"""Who may write and send a report: the report officers of its agency. Who reads it: its agency and those above."""

from datetime import date

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import has_role, posts_on
from bangtin.hub.agencies.models import Agency
from bangtin.hub.obligations import policies as obligations
from bangtin.hub.regulations.queries import continued, standing_for

READERS = frozenset(Role.values) - {Role.ADMINISTRATOR}


def may_report(actor: User, agency: Agency, *, on: date) -> bool:
    """Whether the account holds the reporter's post that day at the agency, or at one that stands in its place."""
    return has_role(actor, Role.REPORTER, on=on, agencies=standing_for(agency.pk, on=on))


def may_list(actor: User, *, on: date) -> bool:
    """Whether any post of the account opens the list of reports."""
    return posts_on(actor, on).filter(role__in=READERS).exists()


def readable_agencies(actor: User, *, on: date) -> frozenset[str] | None:
    """The agencies whose reports the account reads: its own, or all (None) if it oversees the province."""
    if obligations.readable_agencies(actor, on=on) is None:
        return None
    own = posts_on(actor, on).filter(role__in=READERS).values_list("agency_id", flat=True)
    return continued(set(own), on=on)


def may_read(actor: User, agency_id: str, *, on: date) -> bool:
    """Whether the account reads the reports of this agency."""
    agencies = readable_agencies(actor, on=on)
    return agencies is None or agency_id in agencies
