"""CAP messages that came from outside, and the feeds they come from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.alerts.models.alerts import Alert


class CapFeed(models.Model):
    """An Atom or RSS feed of CAP messages; off until an officer turns it on."""

    name = models.CharField(max_length=160)
    url = models.URLField(max_length=400, unique=True)
    is_on = models.BooleanField(default=False)
    every_s = models.PositiveIntegerField(default=300)
    etag = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True)
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("CAP feed")
        ordering = ("name", "id")

    def __str__(self) -> str:
        return self.name


class CapMessage(models.Model):
    """A message as it came, what it was taken for and why; the same identifier of one sender is one row.

    `action` is one of air, exercise, update, cancel, ignore, refuse, wait. A refused text keeps its bytes' digest as
    identifier.
    """

    sender = models.CharField(max_length=200, blank=True)
    identifier = models.CharField(max_length=200)
    sent = models.DateTimeField(null=True, blank=True)
    action = models.CharField(max_length=10)
    reason = models.CharField(max_length=300)
    body = models.BinaryField()
    signature = models.CharField(max_length=20, blank=True)
    feed = models.ForeignKey(CapFeed, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    source = models.CharField(max_length=200, blank=True)
    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, null=True, blank=True, related_name="messages")
    received_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("CAP message")
        ordering = ("-received_at", "-id")
        constraints = (models.UniqueConstraint(fields=("sender", "identifier"), name="cap_message_once"),)

    def __str__(self) -> str:
        return self.identifier
