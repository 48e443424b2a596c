"""Evidence that a duty was met, handed down by the desk that did the deed; occurrences themselves are computed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.agencies.models import Agency


class Evidence(models.Model):
    """A deed that counts for an obligation: which row, whose, and on which instant."""

    obligation_id = models.CharField(max_length=120, db_index=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="evidence")
    period_start = models.DateField()
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=80)
    happened_at = models.DateTimeField()

    class Meta:
        verbose_name = _("evidence")
        ordering = ("obligation_id", "happened_at")
        constraints = (
            models.UniqueConstraint(
                fields=("obligation_id", "agency", "period_start", "subject_type", "subject_id"),
                name="evidence_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.subject_type} {self.subject_id}"
