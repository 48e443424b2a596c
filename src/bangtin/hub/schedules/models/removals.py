"""What was taken off the screens, on whose order, and what another person said of it."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.programmes.models import Programme
from bangtin.hub.schedules.models.playlists import Placement
from bangtin.hub.schedules.models.slots import Slot


class ReviewOutcome(models.TextChoices):
    """What another person said of a take-down afterwards."""

    UPHELD = "upheld", _("Take-down upheld")
    REVERSED = "reversed", _("Take-down reversed")


class RemovalOrder(models.Model):
    """That an authority asked for a programme to be taken off the screens; `done_at` when it was off everywhere.

    Advertising has a clock: 24 hours from the request.
    Source: Decree 342/2025/NĐ-CP sets it for advertising on the net; it is kept for these screens as well.
    """

    CLOCK = timedelta(hours=24)

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="removal_orders")
    number = models.CharField(max_length=80)
    issuer = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    is_advertising = models.BooleanField(default=False)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("order to take down")
        ordering = ("-received_at", "-id")

    def __str__(self) -> str:
        return f"{self.number}, {self.issuer}"

    @property
    def due_at(self) -> datetime | None:
        """Until when it is to be off; None where no clock runs."""
        return self.received_at + self.CLOCK if self.is_advertising else None


class TakeDown(models.Model):
    """One officer took a slot or placement off, or a programme off every cluster within reach; another person reviews
    it after.

    `clusters` are the ids it was taken off. A programme taken off as a whole is not placed there again until the
    review reverses it. The review is written once.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="take_downs")
    slot = models.OneToOneField(Slot, on_delete=models.PROTECT, null=True, blank=True, related_name="take_down")
    placement = models.OneToOneField(
        Placement, on_delete=models.PROTECT, null=True, blank=True, related_name="take_down"
    )
    order = models.ForeignKey(RemovalOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="take_downs")
    is_whole = models.BooleanField(default=False)
    clusters = models.JSONField(default=list)
    slot_count = models.PositiveIntegerField(default=0)
    placement_count = models.PositiveIntegerField(default=0)
    filler_count = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="take_downs")
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=ReviewOutcome.choices, blank=True)
    findings = models.CharField(max_length=1000, blank=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("take-down")
        ordering = ("-at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(reviewed_by=None) | ~models.Q(reviewed_by=models.F("by")),
                name="take_down_reviewed_by_another",
            ),
        )

    def __str__(self) -> str:
        return f"{self.programme} {self.at:%Y-%m-%d %H:%M}"
