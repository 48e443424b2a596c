"""Rows beside the routes: what an editor changed, who has one person only, later reviews owed, the Party's word.

Nothing of it goes on air, so none of it is in the content descriptor.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency


class EditNote(models.Model):
    """What the editor says was changed in a version that edits another one; read by who confirms it."""

    version = models.OneToOneField("programmes.ProgrammeVersion", on_delete=models.PROTECT, related_name="edit_note")
    words = models.TextField()
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    acting_for = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        app_label = "appraisal"
        verbose_name = _("note of an editor")

    def __str__(self) -> str:
        return self.words[:60]


class OnePersonUnit(models.Model):
    """The fact, stated by a unit's leader, that between two days one person alone decides on its content there.

    `basis` is the paper it rests on. A row is never changed but by the day it ends.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="one_person_facts")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=300)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        app_label = "appraisal"
        verbose_name = _("unit with one person")
        ordering = ("agency", "-starts_on", "-id")

    def __str__(self) -> str:
        return f"{self.agency_id} {self.starts_on}"


class UrgentReview(models.Model):
    """The later look at what went through the urgent lane: owed from its release, done by another person's words."""

    version = models.OneToOneField("programmes.ProgrammeVersion", on_delete=models.PROTECT, related_name="review")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    owed_since = models.DateTimeField()
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    is_upheld = models.BooleanField(null=True, blank=True)
    findings = models.TextField(blank=True)

    class Meta:
        app_label = "appraisal"
        verbose_name = _("later review of urgent content")
        ordering = ("owed_since", "id")

    def __str__(self) -> str:
        return f"{self.version_id}"


class Consultation(models.Model):
    """A request to a Party body to look at one version. It owes no answer: none is awaited and none is overdue."""

    version = models.ForeignKey("programmes.ProgrammeVersion", on_delete=models.PROTECT, related_name="consultations")
    body = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    clause = models.CharField(max_length=80)
    question = models.TextField(blank=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answer_reference = models.CharField(max_length=120, blank=True)
    answered_on = models.DateField(null=True, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "appraisal"
        verbose_name = _("request to a Party body")
        ordering = ("asked_at", "id")
        constraints = (models.UniqueConstraint(fields=("version", "body"), name="consulted_once"),)

    def __str__(self) -> str:
        return f"{self.version_id}: {self.body_id}"
