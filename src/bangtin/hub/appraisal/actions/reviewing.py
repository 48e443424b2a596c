"""The later review of what went through the urgent lane: owed from its release, done by another person."""

from datetime import datetime

from bangtin.hub.appraisal.lanes import UrgentReview
from bangtin.hub.kit import audit
from bangtin.hub.programmes.models import ProgrammeVersion


def owe(version: ProgrammeVersion, *, agency_id: str, at: datetime) -> UrgentReview | None:
    """Note that a review of an urgent version is owed by the agency that released it; opens no transaction."""
    if not version.programme.is_urgent:
        return None
    row, is_new = UrgentReview.objects.get_or_create(
        version=version, defaults={"agency_id": agency_id, "owed_since": at}
    )
    if is_new:
        audit.record("review.owed", version, actor=None, at=at, receipt=version.receipt)
    return row
