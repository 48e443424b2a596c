"""The source information system: items in, items and as-run logs out, the state of each connection."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.exchange.states import ItemState
from bangtin.hub.programmes.models import ProgrammeVersion


class Means(models.TextChoices):
    """The way things go to and fro."""

    FOLDER = "folder", _("exchange folder")
    HTTP = "http", _("connection by HTTP")


class SourceItem(models.Model):
    """An item of the source system as it came: taken in as a version, or failed with its reason; never lost.

    `number` is the source system's own, empty where it could not be read; `digest` the SHA-256 of the item as it came;
    `name` what it was called there, `kept_name` its file in `failed/`. `wishes`: what the source asks of the playing
    (days, times, loops), for the schedule officer to read. `told_state`: the last state reported back.
    """

    number = models.CharField(max_length=80, blank=True, db_index=True)
    digest = models.CharField(max_length=64)
    name = models.CharField(max_length=255)
    means = models.CharField(max_length=10, choices=Means.choices)
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.TAKING)
    title = models.CharField(max_length=200, blank=True)
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    received_at = models.DateTimeField()
    tried_at = models.DateTimeField()
    repeats = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=20, blank=True)
    message = models.TextField(blank=True)
    next_step = models.TextField(blank=True)
    kept_name = models.CharField(max_length=255, blank=True)
    wishes = models.JSONField(default=dict, blank=True)
    told_state = models.CharField(max_length=20, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("item of the source system")
        ordering = ("-received_at", "-id")
        indexes = (models.Index(fields=("state", "-received_at"), name="source_item_state"),)
        constraints = (
            models.UniqueConstraint(
                fields=("number", "digest"),
                condition=~models.Q(number=""),
                name="source_item_once",
            ),
        )

    def __str__(self) -> str:
        return self.number or self.name


class ConnectionState(models.TextChoices):
    """Whether a cluster is connected to the source system."""

    NOT_CONNECTED = "not_connected", _("Not connected")
    CONNECTED = "connected", _("Connected")
    FAILING = "failing", _("Connection fails")


class ConnectionTest(models.Model):
    """One test of a cluster's connection, or a change of state noticed at work (`tested_by` None). Never changed."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="connection_tests")
    tested_at = models.DateTimeField()
    tested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    means = models.CharField(max_length=10, choices=Means.choices, blank=True)
    state = models.CharField(max_length=15, choices=ConnectionState.choices)
    message = models.CharField(max_length=500, blank=True)
    took_ms = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("test of a connection")
        ordering = ("-tested_at", "-id")
        indexes = (models.Index(fields=("cluster", "-tested_at"), name="connection_newest"),)

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.state}"


class ConnectionReminder(models.Model):
    """That an operator was reminded to connect its cluster; `mails` is how many accounts were written to."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    reminded_at = models.DateTimeField()
    reminded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    mails = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("reminder to connect")
        ordering = ("-reminded_at", "-id")

    def __str__(self) -> str:
        return f"{self.cluster_id} {self.agency_id}"


class Consignment(models.Model):
    """What goes out: a report of item states, or the backup of a cluster's period. `sha256` is that of its file.

    `until_on` is the last day, both days belong to it. `checked_at`: when what lies on the other side was last read
    again and compared.
    """

    class Kind(models.TextChoices):
        """What it holds."""

        STATUS = "status", _("states of items")
        BACKUP = "backup", _("backup of a cluster")

    class State(models.TextChoices):
        """How far it got."""

        WAITING = "waiting", _("Not delivered yet")
        DELIVERED = "delivered", _("Delivered")
        VERIFIED = "verified", _("Delivered, digest compared")
        BROKEN = "broken", _("Does not match its digest")

    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    means = models.CharField(max_length=10, choices=Means.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.BigIntegerField()
    entries = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    message = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("consignment to the source system")
        ordering = ("-made_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("cluster", "from_on", "until_on"),
                condition=models.Q(kind="backup"),
                name="backup_once",
            ),
        )

    def __str__(self) -> str:
        return self.name
