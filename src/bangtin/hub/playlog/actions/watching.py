"""The daily tick of who watches over the information security of screens and system."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import audit
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.policies import require
from bangtin.hub.playlog import policies
from bangtin.hub.playlog.queries import watching


def check_day(*, on: date, remark: str, actor: User, at: datetime) -> AuditEntry:
    """Note in the trail that the account has looked at a day's security, with what it found; days to come cannot be.

    Raises: NotPermitted.
    Source: Decision 2432/2017/QĐ-UBND (Hà Tĩnh), art. 8.1.
    """
    today = local_date(at)
    require(
        policies.may_watch(actor, on=today) and on <= today,
        message=_("Your post does not watch over the security of the screens, or that day has not come."),
    )
    found = watching.of_day(on)
    with transaction.atomic(durable=True):
        return audit.record(
            watching.CHECKED, actor, actor=actor, at=at, day=on.isoformat(), count=found.count, remark=remark[:300]
        )
