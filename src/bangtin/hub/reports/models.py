"""Reports in the layout the regulation gives, with figures that lead back to their rows."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.reports.states import ReportState


class Report(models.Model):
    """A report of one agency over one period; both days of the period are included.

    `audit_entries` and `audit_digest` are the head of the audit trail when its figures were frozen.
    """

    kind = models.CharField(max_length=60)
    instrument_id = models.CharField(max_length=80)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="reports")
    year = models.PositiveIntegerField()
    period_from = models.DateField()
    period_to = models.DateField()
    state = models.CharField(max_length=10, choices=ReportState.choices, default=ReportState.WRITING)
    compiled_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="reports")
    compiled_at = models.DateTimeField()
    frozen_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    docx_sha256 = models.CharField(max_length=64, blank=True)
    audit_entries = models.PositiveBigIntegerField(null=True, blank=True)
    audit_digest = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("report")
        ordering = ("-year", "agency")
        constraints = (models.UniqueConstraint(fields=("kind", "agency", "year"), name="report_once"),)

    def __str__(self) -> str:
        return f"{self.agency_id} {self.year}"


class Section(models.Model):
    """The officer's own words under one heading of the outline."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="sections")
    number = models.CharField(max_length=20)
    body = models.TextField(blank=True)
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        verbose_name = _("section")
        constraints = (models.UniqueConstraint(fields=("report", "number"), name="section_once"),)

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}"


class Figure(models.Model):
    """A counted number: `value` in `unit`, and the rows it was counted from as `[[model label, id], …]`."""

    report = models.ForeignKey(Report, on_delete=models.CASCADE, related_name="figures")
    name = models.CharField(max_length=80)
    value = models.BigIntegerField()
    unit = models.CharField(max_length=20)
    sources = models.JSONField(default=list)
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("figure")
        constraints = (models.UniqueConstraint(fields=("report", "name"), name="figure_once"),)

    def __str__(self) -> str:
        return f"{self.report_id} {self.name}"
