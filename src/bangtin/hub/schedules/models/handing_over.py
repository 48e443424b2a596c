"""What the lead agency selects and hands over to operators."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.schedules.states import DispatchState


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
