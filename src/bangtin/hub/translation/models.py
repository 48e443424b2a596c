"""Who translates which programme into which language, by when, and the draft while it is being written."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.programmes.models import Language, Programme, ProgrammeVersion
from bangtin.hub.translation.states import JobState


class TranslationJob(models.Model):
    """One programme into one language, from the first request on: what returns or goes stale opens it again.

    `source` is the version whose words are translated, `edition` the programme that says them in the language and
    `delivered` its version handed in last. `clause`: what charges the agency with translating, empty where the
    regulation names nobody. `script`: words that no file of the version holds (what is spoken), for the translator.

    `draft` is {segment id: {"source", "target", "machine"}}: the words as they stood when the target was written, so
    that a changed source shows; `machine` true until a person has read the words over. `draft_number` counts savings.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="translation_jobs")
    source = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="translation_jobs")
    language = models.CharField(max_length=12, choices=Language.choices)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.REQUESTED)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    translator = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    clause = models.CharField(max_length=80, blank=True)
    due_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    edition = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    delivered = models.ForeignKey(
        ProgrammeVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="delivering_jobs"
    )
    delivered_at = models.DateTimeField(null=True, blank=True)
    script = models.TextField(blank=True)
    draft = models.JSONField(default=dict)
    draft_number = models.PositiveIntegerField(default=0)
    drafted_at = models.DateTimeField(null=True, blank=True)
    is_bilingual = models.BooleanField(default=False)
    speech_sha256 = models.CharField(max_length=64, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("translation job")
        ordering = (models.F("due_on").asc(nulls_last=True), "asked_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("programme", "language"),
                condition=~models.Q(state="withdrawn"),
                name="translation_job_once",
            ),
        )
        indexes = (models.Index(fields=("state", "due_on"), name="translation_job_due"),)

    def __str__(self) -> str:
        return f"{self.programme_id} → {self.language}"
