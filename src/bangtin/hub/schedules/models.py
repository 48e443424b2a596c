"""What is to play where and when: slots, filler, and the windows an operator sets on holidays and weekends."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.schedules.states import DispatchState, SlotState


class BulletinClass(models.TextChoices):
    """The classes a schedule may use; emergency is an alert's own (Circular 39/2020 names the three)."""

    ORDINARY = "ordinary", _("ordinary")
    PRIORITY = "priority", _("priority")


class ReviewOutcome(models.TextChoices):
    """What another person said of a take-down afterwards."""

    UPHELD = "upheld", _("Take-down upheld")
    REVERSED = "reversed", _("Take-down reversed")


class Slot(models.Model):
    """One approved version on a cluster over [starts_at, ends_at); its item loops.

    Outside the operating hours only with an instruction from above (`instruction_number`, `instruction_issuer`),
    and then counted apart (`is_outside_hours`).
    """

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="slots")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="slots")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    bulletin_class = models.CharField(max_length=10, choices=BulletinClass.choices, default=BulletinClass.ORDINARY)
    state = models.CharField(max_length=12, choices=SlotState.choices, default=SlotState.PLACED)
    is_outside_hours = models.BooleanField(default=False)
    instruction_number = models.CharField(max_length=80, blank=True)
    instruction_issuer = models.CharField(max_length=200, blank=True)
    clause = models.CharField(max_length=80)
    placed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="placed_slots")
    placed_at = models.DateTimeField()
    taken_down_at = models.DateTimeField(null=True, blank=True)
    taken_down_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("slot")
        ordering = ("cluster", "starts_at", "id")
        constraints = (
            models.CheckConstraint(condition=models.Q(starts_at__lt=models.F("ends_at")), name="slot_has_length"),
        )
        indexes = (models.Index(fields=("cluster", "starts_at", "ends_at"), name="slot_by_time"),)

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Filler(models.Model):
    """An approved version that plays inside the operating hours where no slot is."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="fillers")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="fillers")
    position = models.PositiveIntegerField(default=0)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("filler")
        ordering = ("cluster", "position", "id")
        constraints = (models.UniqueConstraint(fields=("cluster", "version"), name="filler_once"),)

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.version_id}"


class DayWindow(models.Model):
    """Hours that the operator sets for a holiday, Saturday or Sunday (Cao Bằng 8.1.b)."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="day_windows")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    set_by = models.ForeignKey(User, on_delete=models.PROTECT)
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("day window")
        ordering = ("cluster", "starts_at")

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Selection(models.Model):
    """What the lead agency decided on one ready version: fit to be sent to operators, or not, and why.

    `is_shared`: it stands in the common library, where localities that run clusters take it by themselves.
    Written once a version; a later decision is a new row and holds.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 10.1.a.2, 10.1.a.3.
    """

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="selections")
    is_accepted = models.BooleanField()
    reason = models.CharField(max_length=300, blank=True)
    is_shared = models.BooleanField(default=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="selections")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("selection for dispatch")
        ordering = ("-decided_at", "-id")

    def __str__(self) -> str:
        return str(self.version)


class Dispatch(models.Model):
    """Ready programmes handed to an operator or locality, with a contents list. `number` such as `CP-2026-0001`.

    `month` is the first day of the month whose supply it is, None for one in between. A locality that takes
    something from the common library makes its own, acknowledged at once (`is_taken`).
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="dispatches")
    number = models.CharField(max_length=20)
    state = models.CharField(max_length=14, choices=DispatchState.choices, default=DispatchState.SENT)
    sender = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="dispatches_sent")
    receiver = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="dispatches_received")
    month = models.DateField(null=True, blank=True)
    is_taken = models.BooleanField(default=False)
    letter_number = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=300, blank=True)
    clause = models.CharField(max_length=80, blank=True)
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("dispatch")
        ordering = ("-sent_at", "-id")
        indexes = (models.Index(fields=("receiver", "state"), name="dispatch_receiver"),)
        constraints = (models.UniqueConstraint(fields=("instrument", "number"), name="dispatch_number_once"),)

    def __str__(self) -> str:
        return self.number


class LineOutcome(models.TextChoices):
    """What a receiver says became of a line; that it was placed follows from the schedule, and goes before."""

    OPEN = "", _("not said yet")
    NOT_PLACED = "not_placed", _("not placed")
    USED_OTHERWISE = "used_otherwise", _("used in another way")


class DispatchLine(models.Model):
    """One programme of a dispatch, and what became of it in the receiver's words."""

    dispatch = models.ForeignKey(Dispatch, on_delete=models.CASCADE, related_name="lines")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="dispatch_lines")
    position = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=16, choices=LineOutcome.choices, blank=True, default=LineOutcome.OPEN)
    reason = models.CharField(max_length=300, blank=True)
    told_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("line of a dispatch")
        ordering = ("dispatch", "position", "id")
        constraints = (models.UniqueConstraint(fields=("dispatch", "version"), name="dispatch_line_once"),)

    def __str__(self) -> str:
        return f"{self.dispatch_id} {self.version_id}"


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
    """One officer took a slot off, or a programme off every cluster within reach; another person reviews it after.

    `clusters` are the ids it was taken off. A programme taken off as a whole is not placed there again until the
    review reverses it. The review is written once.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="take_downs")
    slot = models.OneToOneField(Slot, on_delete=models.PROTECT, null=True, blank=True, related_name="take_down")
    order = models.ForeignKey(RemovalOrder, on_delete=models.PROTECT, null=True, blank=True, related_name="take_downs")
    is_whole = models.BooleanField(default=False)
    clusters = models.JSONField(default=list)
    slot_count = models.PositiveIntegerField(default=0)
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
