"""Who may write and send a report: the report officers of its agency."""

from datetime import date

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import has_role
from bangtin.hub.agencies.models import Agency


def may_report(actor: User, agency: Agency, *, on: date) -> bool:
    """Whether the account holds the reporter's post at the agency on that day."""
    return has_role(actor, Role.REPORTER, on=on, agencies={agency.pk})
