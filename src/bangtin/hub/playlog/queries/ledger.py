"""The daily airtime ledger, read by period, cluster, version and language."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum

from bangtin.hub.playlog.models import Airtime


@dataclass(frozen=True)
class Aired:
    """Plays and milliseconds of one day, cluster, version, language and grade, over the faces."""

    on: date
    cluster_id: str
    version_id: int
    language: str
    grade: str
    is_filler: bool
    is_outside_hours: bool
    plays: int
    shown_ms: int


def rows(
    *,
    from_on: date,
    until_on: date,
    cluster_ids: Collection[str] | None = None,
    version_ids: Collection[int] | None = None,
) -> QuerySet[Airtime]:
    """The ledger's rows of these days (both included) that hold any play."""
    found = Airtime.objects.filter(on__range=(from_on, until_on), plays__gt=0)
    if cluster_ids is not None:
        found = found.filter(cluster_id__in=cluster_ids)
    return found if version_ids is None else found.filter(version_id__in=version_ids)


def ledger(
    *,
    from_on: date,
    until_on: date,
    cluster_ids: Collection[str] | None = None,
    version_ids: Collection[int] | None = None,
) -> list[Aired]:
    """The ledger of these days (both included), summed over the faces of each cluster."""
    grouped = (
        rows(from_on=from_on, until_on=until_on, cluster_ids=cluster_ids, version_ids=version_ids)
        .order_by()
        .values("on", "cluster_id", "version_id", "language", "grade", "is_filler", "is_outside_hours")
        .annotate(plays_sum=Sum("plays"), shown_sum=Sum("shown_ms"))
        .order_by("on", "cluster_id", "version_id", "language", "grade")
    )
    return [
        Aired(
            on=one["on"],
            cluster_id=one["cluster_id"],
            version_id=one["version_id"],
            language=one["language"],
            grade=one["grade"],
            is_filler=one["is_filler"],
            is_outside_hours=one["is_outside_hours"],
            plays=one["plays_sum"],
            shown_ms=one["shown_sum"],
        )
        for one in grouped
    ]
