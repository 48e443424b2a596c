"""The audit trail: who did what, chained so that a removed or changed entry shows; and the mail on its way out."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One deed. Written by kit.audit alone; never changed, never deleted before its retention ends."""

    at = models.DateTimeField(db_index=True)
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=200)
    action = models.CharField(max_length=60, db_index=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=80, db_index=True)
    details = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id}"


class MessageState(models.TextChoices):
    """Where a message stands on its way out."""

    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("not delivered")


class OutboxMessage(models.Model):
    """A mail on its way out, written in the transaction of the deed that causes it and sent after it.

    `key` names the occasion: one occasion, one mail. `next_at` is when it is tried next; while a sender holds it, when
    it is given up for lost. `message_id` stays the same over tries, so that a mail sent twice is shown once.
    """

    key = models.CharField(max_length=200, unique=True)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.WAITING)
    recipient = models.EmailField()
    subject = models.CharField(max_length=300)
    body = models.TextField()
    message_id = models.CharField(max_length=120)
    put_at = models.DateTimeField()
    next_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("outgoing mail")
        ordering = ("-put_at", "-id")

    def __str__(self) -> str:
        return f"{self.recipient}: {self.subject}"
