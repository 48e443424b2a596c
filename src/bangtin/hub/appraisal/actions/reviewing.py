"""The later review of what went through the urgent lane: owed from its release, done by another person."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal import policies
from bangtin.hub.appraisal.actions.refusals import SamePerson, WordsNeeded
from bangtin.hub.appraisal.lanes import UrgentReview
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.actions import wording
from bangtin.hub.programmes.models import ProgrammeVersion

FINDINGS_LEAST, FINDINGS_MOST = 10, 4_000


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


def review(*, row: UrgentReview, is_upheld: bool, findings: str, actor: User, at: datetime) -> UrgentReview:
    """Record the later review: whether the release is upheld, with what was found. Whoever released it does not review.

    What is not upheld is taken down by the schedule desk; the review says why.
    Raises: NotPermitted, SamePerson, WordsNeeded, StaleState.
    """
    on = clock.local_date(at)
    require(
        policies.review_post(actor, row, on=on) is not None,
        message=_("Only an appraisal officer of the agency that released it reviews urgent content."),
    )
    if policies.released(actor, row.version):
        raise SamePerson(
            _("You cannot review what you released yourself."),
            _("Another officer reviews it."),
            subject=row.version.receipt,
        )
    try:
        words = wording.clean(findings, longest=FINDINGS_MOST, least=FINDINGS_LEAST, is_multiline=True)
    except wording.BadWords as error:
        raise WordsNeeded(_("Nothing was recorded."), str(error), fields={"findings": str(error)}) from error
    with transaction.atomic(durable=True):
        changed = UrgentReview.objects.filter(pk=row.pk, reviewed_at=None).update(
            is_upheld=is_upheld, findings=words, reviewed_by=actor, reviewed_at=at
        )
        if changed != 1:
            raise StaleState(_("The review was recorded already."), subject=row.version.receipt)
        row.refresh_from_db()
        outcome = "upheld" if is_upheld else "not_upheld"
        audit.record(f"review.{outcome}", row.version, actor=actor, at=at, receipt=row.version.receipt)
    return row
