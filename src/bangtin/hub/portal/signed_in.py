"""Who reads a page and when: the one place of the duties and administration pages that reads the clock."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import clock


def reader(request: HttpRequest) -> tuple[User, datetime, date]:
    """The account, the instant and the day in Viet Nam.

    Raises: PermissionDenied without an account (the middleware sends such visitors to the sign-in before).
    """
    if not isinstance(request.user, User):
        raise PermissionDenied
    now = clock.now()
    return request.user, now, clock.local_date(now)
