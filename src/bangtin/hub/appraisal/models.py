"""Decisions on content: who, on which digest, with which grounds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal import lanes, paperwork
from bangtin.hub.programmes.models import ProgrammeVersion

# rows of their own module, known to Django by this one
PAPER_ROWS = (paperwork.ChecklistAnswer, paperwork.Remark)
LANE_ROWS = (lanes.EditNote, lanes.OnePersonUnit, lanes.UrgentReview, lanes.Consultation)


class Step(models.TextChoices):
    """The steps at which an officer decides; which ones an item takes is its route's. The values stand in the signed
    statements (trust B.4). SOLE stands for all of them in a unit that has recorded that it has one person.
    """

    DECIDE = "appraisal.decide", _("appraisal")
    EDIT = "appraisal.edit", _("editing")
    LANGUAGE = "language.check", _("check of the translation")
    CONFIRM = "appraisal.confirm", _("confirmation")
    SOLE = "appraisal.sole", _("decision of a unit with one person")


class Outcome(models.TextChoices):
    """What was decided; the values stand in the signed statements (trust B.3)."""

    APPROVED = "approved", _("approved")
    RETURNED = "returned", _("returned for revision")
    REJECTED = "rejected", _("rejected")


class Decision(models.Model):
    """One officer's decision at one step, bound to the content digest; void when the version's digest is another."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="decisions")
    step = models.CharField(max_length=20, choices=Step.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    grounds = models.TextField()
    content_digest = models.CharField(max_length=64)
    clause = models.CharField(max_length=80)
    officer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="decisions")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT)
    # whose post it was taken in, by an officer who stood in for that person that day
    acting_for = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision")
        ordering = ("version", "decided_at", "id")

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.get_outcome_display()}"
