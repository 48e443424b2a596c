"""What the screens say they played: batches as received, graded records, the daily airtime ledger."""

import json
from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices.models import Device
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.schedules.models import Placement, Slot


class Grade(models.TextChoices):
    """How far a record is proved (trust F.5)."""

    CORROBORATED = "corroborated", _("corroborated")
    CLAIMED = "claimed", _("claimed by the device")
    CONTRADICTED = "contradicted", _("contradicted")
    QUARANTINED = "quarantined", _("quarantined")


# Verdicts for want of something that may still come: a commitment, a clock line, a line that explains (trust F.5, F.6).
OPEN_REASONS = ("uncommitted", "clock_weak", "timeline_other", "bundle_replaced")
# one after the other and not as a list: of a list SQLite builds a table anew for every row that is written
IS_OPEN = reduce(or_, (models.Q(reason=reason) for reason in OPEN_REASONS))


class Batch(models.Model):
    """A sealed run of lines, kept as it came; (device, epoch, from, head) makes sending it again harmless."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, db_index=False, related_name="batches")
    epoch = models.PositiveIntegerField()
    from_n = models.PositiveBigIntegerField()
    to_n = models.PositiveBigIntegerField()
    before = models.CharField(max_length=64)
    head = models.CharField(max_length=64)
    checkpoint = models.BinaryField()
    received_at = models.DateTimeField()
    is_fork = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("batch")
        ordering = ("device", "epoch", "from_n")
        constraints = (models.UniqueConstraint(fields=("device", "epoch", "from_n", "head"), name="batch_once"),)
        indexes = (models.Index(fields=("device", "epoch", "to_n"), name="batch_by_end"),)

    def __str__(self) -> str:
        return f"{self.device_id} {self.from_n}-{self.to_n}"


class PlayRecord(models.Model):
    """One line of a device's chain, graded; `line` is the signed wording and never changes.

    `from_ms` is the device's own instant, `at` the instant after clock repair. `bundle`, `item`, `content` are what the
    line says; `version`, `slot` or `placement` are the rows they lead to, if there are such rows. A line that cannot
    be read has kind `malformed` and only its place in the chain. A line of another chain under the same numbers has
    `is_fork`. Columns take whatever a canonical line can hold: one odd line never holds up the others.
    """

    # Indexes of their own would repeat the first columns of those below, at a cost for each of millions of rows. Nor
    # does the database look up five other rows for each: they were read in the same transaction, the batch holds its
    # device and so the cluster, and no desk deletes what records name (`on_delete`).
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, db_index=False, related_name="records")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, db_constraint=False, related_name="records")
    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, db_constraint=False, db_index=False, related_name="records"
    )
    epoch = models.PositiveIntegerField()
    n = models.PositiveBigIntegerField()
    boot = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    bundle = models.BigIntegerField(null=True, blank=True)
    item = models.CharField(max_length=80, blank=True)
    content = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=35, blank=True)
    bulletin_class = models.CharField(max_length=20, blank=True)
    slot = models.ForeignKey(
        Slot,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="records",
    )
    placement = models.ForeignKey(
        Placement,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="records",
    )
    version = models.ForeignKey(
        ProgrammeVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        related_name="records",
    )
    face_id = models.CharField(max_length=80)
    from_ms = models.BigIntegerField()
    at = models.DateTimeField(db_index=True)
    mono_ms = models.BigIntegerField()
    shown_ms = models.BigIntegerField()
    clock = models.CharField(max_length=10)
    end = models.CharField(max_length=10)
    grade = models.CharField(max_length=12, choices=Grade.choices)
    reason = models.CharField(max_length=60, blank=True)
    is_fork = models.BooleanField(default=False)
    line = models.BinaryField()

    class Meta:
        verbose_name = _("play record")
        ordering = ("device", "epoch", "n")
        constraints = (
            # the chain holds each number once, however many processes take in the same batch (trust 8.5)
            models.UniqueConstraint(
                fields=("device", "epoch", "n"), condition=models.Q(is_fork=False), name="record_once"
            ),
            models.UniqueConstraint(fields=("batch", "n"), name="record_once_a_batch"),
        )
        indexes = (
            models.Index(fields=("slot", "at"), name="record_by_slot"),
            models.Index(
                fields=("placement", "at"), condition=models.Q(placement__isnull=False), name="record_by_placement"
            ),
            models.Index(fields=("cluster", "at"), name="record_by_cluster"),
            # the few rows that later lines or polls may grade anew
            models.Index(
                fields=("device", "epoch", "n"),
                condition=IS_OPEN,
                name="record_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.device_id} {self.epoch}/{self.n}"


class Airtime(models.Model):
    """The daily ledger: plays and milliseconds of one version on one face, by day, language, class and grade."""

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="airtime")
    face_id = models.CharField(max_length=80)
    on = models.DateField()
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="airtime")
    language = models.CharField(max_length=35)
    bulletin_class = models.CharField(max_length=20)
    is_filler = models.BooleanField(default=False)
    is_outside_hours = models.BooleanField(default=False)
    grade = models.CharField(max_length=12, choices=Grade.choices)
    plays = models.PositiveIntegerField(default=0)
    shown_ms = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("airtime")
        ordering = ("on", "cluster", "version")
        constraints = (
            models.UniqueConstraint(
                fields=(
                    "face_id",
                    "on",
                    "version",
                    "language",
                    "bulletin_class",
                    "is_filler",
                    "is_outside_hours",
                    "grade",
                ),
                name="airtime_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.on} {self.face_id} {self.version_id}"


class Spans(models.Field[Any, Any]):
    """Spans of time as JSON, to the database a text: it would read a sheet of thousands whole at every batch."""

    def get_internal_type(self) -> str:
        """The column's type."""
        return "TextField"

    def from_db_value(self, value: str, *_context: object) -> object:
        """What the text says."""
        return json.loads(value)

    def get_prep_value(self, value: Sequence[Sequence[int]]) -> str:
        """The text."""
        return json.dumps(value)


class OnAir(models.Model):
    """The daily ledger of when: the spans of a day in which a face showed content, advertising apart.

    `spans` are [from_ms, until_ms] from local midnight, joined and in order; corroborated and claimed plays count.
    """

    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="on_air")
    face_id = models.CharField(max_length=80)
    on = models.DateField()
    is_advertising = models.BooleanField(default=False)
    spans = Spans(default=list)

    class Meta:
        verbose_name = _("time on air")
        ordering = ("on", "cluster", "face_id")
        constraints = (models.UniqueConstraint(fields=("face_id", "on", "is_advertising"), name="on_air_once"),)
        indexes = (models.Index(fields=("cluster", "on"), name="on_air_by_cluster"),)

    def __str__(self) -> str:
        return f"{self.on} {self.face_id}"


class SealedDay(models.Model):
    """A closed local day of a province whose records lie in the lake, with the evidence of the screens that sent them.

    Records that come later for a day whose rows have left the database (`pruned_at`) become its next `part`. Until
    then a part is made anew whenever one of its rows changes. `manifest_sha256` stands in the audit trail as well.
    """

    province = models.CharField(max_length=80)
    on = models.DateField()
    part = models.PositiveIntegerField()
    rows = models.PositiveBigIntegerField()
    plays_file = models.CharField(max_length=80)
    plays_bytes = models.PositiveBigIntegerField()
    evidence_bytes = models.PositiveBigIntegerField()
    manifest_file = models.CharField(max_length=80)
    manifest_sha256 = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    pruned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sealed day")
        ordering = ("on", "province", "part")
        constraints = (models.UniqueConstraint(fields=("province", "on", "part"), name="sealed_part_once"),)

    def __str__(self) -> str:
        return f"{self.province} {self.on} {self.part}"


class LostLines(models.Model):
    """Lines that screen and hub both no longer have: taken in after a backup was made, and gone with the restore.

    The screen's chain goes on at `to_n` + 1; what a stick still brings of them is taken in as ever.
    """

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    epoch = models.PositiveIntegerField()
    from_n = models.PositiveBigIntegerField()
    to_n = models.PositiveBigIntegerField()
    noted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("lost lines")
        ordering = ("device", "epoch", "from_n")

    def __str__(self) -> str:
        return f"{self.device_id} {self.epoch}/{self.from_n}-{self.to_n}"


class Sealing(models.Model):
    """A day that is being sealed just now. Rows that come to it or leave it meanwhile take this one away."""

    province = models.CharField(max_length=80)
    on = models.DateField()
    begun_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sealing under way")
        constraints = (models.UniqueConstraint(fields=("province", "on"), name="sealed_by_one"),)

    def __str__(self) -> str:
        return f"{self.province} {self.on}"


class ShelfEntry(models.Model):
    """One programme as the archive finds it: what a search looks at, of its newest version, side by side and narrow.

    Kept by the database itself (`playlog.shelf`), whatever writes the rows it is made from, and so is the index of its
    words (`playlog.word_index`). `title_folded` has a space before it, so that every word begins behind one.
    """

    programme = models.OneToOneField(
        Programme, on_delete=models.CASCADE, primary_key=True, db_constraint=False, related_name="shelf"
    )
    version = models.ForeignKey(
        ProgrammeVersion, on_delete=models.CASCADE, db_constraint=False, db_index=True, related_name="+"
    )
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    title_folded = models.CharField(max_length=401)
    instrument_id = models.CharField(max_length=80)
    agency_id = models.CharField(max_length=80)
    category = models.CharField(max_length=60)
    language = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    submitted_at = models.DateTimeField()
    is_aired = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("archive entry")
        ordering = ("-submitted_at", "-programme_id")
        indexes = (
            # the newest first, with all that a search asks of them: it reads this and never the table
            models.Index(
                fields=(
                    "-submitted_at",
                    "-programme",
                    "instrument_id",
                    "agency_id",
                    "state",
                    "category",
                    "language",
                    "is_aired",
                    "version",
                ),
                name="shelf_by_time",
            ),
            # whole answers without the table: who may see what, in which state, of whom
            models.Index(fields=("state", "agency_id", "instrument_id"), name="shelf_by_agency"),
            models.Index(fields=("code",), name="shelf_by_code"),
        )

    def __str__(self) -> str:
        return self.code
