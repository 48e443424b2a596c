"""Decisions on content: who, on which digest, with which grounds."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal import paperwork
from bangtin.hub.programmes.models import ProgrammeVersion

# rows of their own module, known to Django by this one
PAPER_ROWS = (paperwork.ChecklistAnswer, paperwork.Remark)


class Step(models.TextChoices):
    """The two steps of appraisal, by two persons; the values stand in the signed statements (trust B.4)."""

    DECIDE = "appraisal.decide", _("appraisal")
    CONFIRM = "appraisal.confirm", _("confirmation")


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
