"""What is to play where and when by hand: slots, filler, and the windows an operator sets on days off."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.schedules.states import SlotState


class BulletinClass(models.TextChoices):
    """The classes a schedule may use; emergency is an alert's own (Circular 39/2020 names the three)."""

    ORDINARY = "ordinary", _("ordinary")
    PRIORITY = "priority", _("priority")


class Slot(models.Model):
    """One approved version on a cluster over [starts_at, ends_at); its item loops.

    Outside the operating hours only with an instruction from above (`instruction_number`, `instruction_issuer`),
    and then counted apart (`is_outside_hours`). `faces` are screen ids; empty: every face shows it. `sound_reason`:
    why it sounds outside 06:00–21:00.
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
    faces = models.JSONField(default=list, blank=True)
    sound_reason = models.CharField(max_length=300, blank=True)
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


class ProvinceFiller(models.Model):
    """An approved version of the lead agency that plays where a cluster under the instrument has no filler to show.

    It goes behind the cluster's own filler, on the clusters it was handed in for and has a form for.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="fillers")
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="province_fillers")
    position = models.PositiveIntegerField(default=0)
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("province filler")
        ordering = ("instrument", "position", "id")
        constraints = (models.UniqueConstraint(fields=("instrument", "version"), name="province_filler_once"),)

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.version_id}"


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
