"""Agencies of a province, under the names they bear at a date."""

from collections.abc import Iterable
from datetime import date

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bangtin.hub.kit import reading


class Agency(models.Model):
    """A body that supplies, appraises, operates, pays or reports. Its id is `<province>/<slug>` and never changes."""

    id = models.CharField(primary_key=True, max_length=80)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("agency")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name()

    def name(self, on: date | None = None) -> str:
        """The name borne on that day (the newest without one), in the present language."""
        known = self._known_names()
        rows = [row for row in known if on is None or row.is_valid(on)] or known
        newest = max(rows, key=lambda row: row.starts_on or date.min, default=None)
        if newest is None:
            return self.id
        return newest.name_en if get_language() == "en" and newest.name_en else newest.name_vi

    def _known_names(self) -> list["AgencyName"]:
        """On a page the names of all agencies are read at once: they are few, and every row of a list bears some."""
        fetched = getattr(self, "_prefetched_objects_cache", {}).get("names")
        if fetched is not None or not reading.is_page():
            return list(self.names.all())
        return reading.once("agency names", _names_of_all).get(self.pk, [])


class AgencyName(models.Model):
    """A name of an agency with the days it is valid on and the paper that gave it.

    `recorded_at`: when the province entered it; None for a name that came with a regulation's pack.
    """

    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, related_name="names")
    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    short_vi = models.CharField(max_length=80, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=300, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("agency name")
        ordering = ("agency", "starts_on")

    def __str__(self) -> str:
        return self.name_vi

    def is_valid(self, on: date) -> bool:
        """Whether the name is borne on that day; both ends are included, an open end is unlimited."""
        return (self.starts_on is None or self.starts_on <= on) and (self.ends_on is None or on <= self.ends_on)


def names_along(path: str) -> tuple[str, ...]:
    """What `prefetch_related` needs for the names of agencies along a path; a page reads all at once."""
    return () if reading.is_page() else (f"{path}__names",)


def names_on(agency_ids: Iterable[str], on: date) -> dict[str, str]:
    """The name each of these agencies bears that day; its id for one without a name."""
    ids = set(agency_ids)
    if reading.is_page():
        return {one: Agency(pk=one).name(on) for one in ids}
    rows = Agency.objects.filter(pk__in=ids).prefetch_related("names")
    return {one: one for one in ids} | {row.pk: row.name(on) for row in rows}


def _names_of_all() -> dict[str, list[AgencyName]]:
    found: dict[str, list[AgencyName]] = {}
    for row in AgencyName.objects.order_by("agency_id", "starts_on"):
        found.setdefault(row.agency_id, []).append(row)
    return found


class Succession(models.Model):
    """What became of an agency from a day on, and the paper that says so.

    The row leads from `predecessor` to `successor` (None: abolished, nobody named). A split is one row for each heir,
    its part in `duties` (obligation ids) and `clusters` (ids); both empty: everything. A row is never changed: a wrong
    one is withdrawn and stands in the history.
    """

    class Kind(models.TextChoices):
        """What happened."""

        RENAME = "rename", _("renamed")
        MERGE = "merge", _("merged")
        SPLIT = "split", _("split")
        TRANSFER = "transfer", _("tasks handed over")
        ABOLISH = "abolish", _("abolished")

    kind = models.CharField(max_length=10, choices=Kind.choices)
    predecessor = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="inheritances")
    effective_on = models.DateField()
    basis = models.CharField(max_length=300)
    duties = models.JSONField(default=list, blank=True)
    clusters = models.JSONField(default=list, blank=True)
    recorded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("succession of an agency")
        ordering = ("effective_on", "id")

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id or '—'} ({self.effective_on:%d/%m/%Y})"
