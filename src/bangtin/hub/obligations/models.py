"""Evidence handed down by the desks, requests, waivers and reminders; occurrences themselves are computed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
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


class DutyRequest(models.Model):
    """Something that calls for an answer under a duty "on request": who asked, by which paper, by when.

    `key` names it within the duty and agency; `due_on` is the day the paper itself sets (None: as the regulation says,
    else not fixed); `answer` names the paper that answered. A wrong row is withdrawn with a reason and stands in the
    history.
    """

    obligation_id = models.CharField(max_length=120, db_index=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="duty_requests")
    key = models.CharField(max_length=80)
    requested_on = models.DateField()
    requested_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    subject = models.CharField(max_length=300)
    document_number = models.CharField(max_length=80, blank=True)
    asked_by = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    answer = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("request for a duty")
        ordering = ("-requested_on", "-id")
        constraints = (models.UniqueConstraint(fields=("obligation_id", "agency", "key"), name="duty_request_once"),)

    def __str__(self) -> str:
        return f"{self.obligation_id} {self.key}: {self.subject}"


class Waiver(models.Model):
    """A decision with a legal basis that lifts one occurrence of a duty, from `recorded_at` until it is withdrawn."""

    occurrence_id = models.CharField(max_length=240, db_index=True)
    basis = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("waiver of a duty")
        ordering = ("-recorded_at", "-id")

    def __str__(self) -> str:
        return f"{self.occurrence_id}: {self.basis}"


class Reminder(models.Model):
    """One step of one occurrence that an account was reminded of. `step`: days before the last day, negative after."""

    occurrence_id = models.CharField(max_length=240)
    step = models.SmallIntegerField()
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="reminders")
    reminded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reminder")
        ordering = ("-reminded_at", "-id")
        constraints = (models.UniqueConstraint(fields=("occurrence_id", "step", "user"), name="reminder_once"),)

    def __str__(self) -> str:
        return f"{self.occurrence_id} {self.step:+}"


class CalendarFeed(models.Model):
    """A secret address at which a calendar program reads the due days of an agency, on behalf of an account.

    `serial` is random; the address is made of it and the installation's key, so that the table alone opens no feed.
    It shows nothing more once it is withdrawn, or once the account may not read the agency's duties any more.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="calendar_feeds")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="calendar_feeds")
    serial = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("calendar feed")
        ordering = ("-made_at", "-id")

    def __str__(self) -> str:
        return f"{self.agency_id} ({self.user})"
