"""Who loads the text of a regulation as issued."""

from datetime import date

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import has_role


def may_load_text(actor: User, *, on: date) -> bool:
    """Whether the account may supply the text as issued: the administrator, or an appraisal officer."""
    return has_role(actor, Role.ADMINISTRATOR, on=on) or has_role(actor, Role.APPRAISER, on=on)
