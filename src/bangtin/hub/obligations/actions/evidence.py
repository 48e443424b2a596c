"""Takes down the evidence that a desk above hands over when a deed is done."""

from datetime import date, datetime

from django.db.models import Model

from bangtin.hub.agencies.models import Agency
from bangtin.hub.obligations.models import Evidence


def record_evidence(
    *, obligation_id: str, agency: Agency, period_start: date, subject: Model, at: datetime
) -> Evidence:
    """Keep that `subject` met the agency's duty of the period that begins on `period_start`; once is enough.

    A step of the deed's own action: it opens no transaction and writes no audit entry, the deed has both.
    """
    found, _ = Evidence.objects.get_or_create(
        obligation_id=obligation_id,
        agency=agency,
        period_start=period_start,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        defaults={"happened_at": at},
    )
    return found
