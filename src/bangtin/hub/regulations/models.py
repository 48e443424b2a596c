"""Which instruments are in force here, who holds which mandate under them, and days that differ from the calendar."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster


class Instrument(models.Model):
    """A regulation taken into use from its pack in `regulations/`; clauses and numbers stay in the pack."""

    id = models.CharField(primary_key=True, max_length=80)
    number = models.CharField(max_length=60)
    effective_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    pack_digest = models.CharField(max_length=64)
    installed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("instrument")

    def __str__(self) -> str:
        return self.number


class Task(models.TextChoices):
    """What a mandate lets an agency do; each names its clause in the pack."""

    APPRAISE = "appraise", _("appraise content")
    SUPPLY = "supply", _("supply content")
    OPERATE = "operate", _("operate the cluster")
    SCHEDULE = "schedule", _("place programmes on the schedule")
    INSTRUCT = "instruct", _("give instructions from above")
    SECURE = "secure", _("keep the cluster secure")
    FUND = "fund", _("appraise and allocate funds")
    REPORT = "report", _("compile the report")


class Mandate(models.Model):
    """An agency's task under a clause, for one cluster or for all, between two days."""

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="mandates")
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="mandates")
    task = models.CharField(max_length=20, choices=Task.choices)
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, null=True, blank=True)
    clause = models.CharField(max_length=80)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("mandate")
        ordering = ("instrument", "agency", "task")

    def __str__(self) -> str:
        return f"{self.agency}: {self.get_task_display()}"


class DayKind(models.TextChoices):
    """What an editable calendar row makes of a day."""

    HOLIDAY = "holiday", _("holiday")
    WORKING = "working", _("working day")


class CalendarDay(models.Model):
    """A day that differs from the computed calendar: holiday, day in lieu or make-up working day, with its basis."""

    on = models.DateField(unique=True)
    kind = models.CharField(max_length=10, choices=DayKind.choices)
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    basis = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("calendar day")
        ordering = ("on",)

    def __str__(self) -> str:
        return f"{self.on}: {self.get_kind_display()}"


class LocalValue(models.Model):
    """A number that the regulation leaves to the province (or the cluster's operator), dated, with its legal basis.

    `parameter` is one of the pack's that is marked local; `value` as it would stand in the pack. A row is never
    changed: a later one takes over from its day, a wrong one is withdrawn.
    """

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="local_values")
    parameter = models.CharField(max_length=120)
    since = models.DateField()
    value = models.JSONField(null=True)
    basis = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("local setting")
        ordering = ("instrument", "parameter", "since", "id")

    def __str__(self) -> str:
        return f"{self.parameter} = {self.value} ({self.since:%d/%m/%Y})"


class IssuedDocument(models.Model):
    """The text of a regulation as issued, read from the document that the province supplied; one in use at a time.

    `unplaced` lists what could not be placed ({"line": int, "marker": str, "text": str, "reason": str});
    `left_out` counts what was left out on purpose (page chrome, signatures).
    """

    instrument = models.OneToOneField(Instrument, on_delete=models.CASCADE, related_name="issued_document")
    source_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    unplaced = models.JSONField(default=list)
    left_out = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("text as issued")

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.source_name}"


class IssuedPassage(models.Model):
    """One article, clause or point in its own words. `place` as in clause ids ("13", "13.1.a", "QD.2", "DC.II").

    `kind` is a word of `rulebook.issued.Kind`; `clauses` the ids of ours that stand for it.
    """

    document = models.ForeignKey(IssuedDocument, on_delete=models.CASCADE, related_name="passages")
    order = models.PositiveIntegerField()
    place = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)
    text = models.TextField()
    clauses = models.JSONField(default=list)

    class Meta:
        verbose_name = _("passage as issued")
        ordering = ("document", "order")
        constraints = (models.UniqueConstraint(fields=("document", "order"), name="passage_once"),)

    def __str__(self) -> str:
        return f"{self.place}: {self.text[:40]}"
