"""Who typed wrong enrolment codes of late."""

from datetime import datetime

from bangtin.hub.accounts.models import User
from bangtin.hub.kit.models import AuditEntry

WRONG_CODE = "enrolment.wrong_code"


def wrong_codes(actor: User, *, since: datetime) -> int:
    """How many wrong codes this officer has typed after `since`; the audit trail keeps them."""
    return AuditEntry.objects.filter(actor_id=actor.pk, action=WRONG_CODE, at__gt=since).count()
