"""Who keeps accounts, posts and days off: administrators; the right gives no say over content."""

from datetime import date

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import has_role


def may_administer(actor: User, *, on: date) -> bool:
    """Whether the account holds an administrator's post on that day."""
    return has_role(actor, Role.ADMINISTRATOR, on=on)
