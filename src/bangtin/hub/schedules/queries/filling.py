"""The province's filler as its lead agency keeps it: what is in it, and what may be added."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef

from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.schedules.models import ProvinceFiller


def province_filler_of(instrument_ids: Collection[str]) -> dict[str, list[ProvinceFiller]]:
    """All that the lead agencies put in, by instrument and in order, with versions and the clusters these are for."""
    rows = ProvinceFiller.objects.filter(instrument__in=instrument_ids).select_related("version__programme", "added_by")
    found: dict[str, list[ProvinceFiller]] = {one: [] for one in instrument_ids}
    for row in rows.prefetch_related("version__programme__clusters").order_by("position", "id"):
        found[row.instrument_id].append(row)
    return found


def to_add(instrument_ids: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """What is ready for some cluster and not in the filler yet: (id, title with receipt), by instrument."""
    held = ProvinceFiller.objects.filter(version=OuterRef("pk"))
    rows = ProgrammeVersion.objects.filter(
        ~Exists(held),
        state=VersionState.READY,
        programme__instrument_id__in=instrument_ids,
        programme__clusters__isnull=False,
    )
    found: dict[str, list[tuple[str, str]]] = {one: [] for one in instrument_ids}
    names = ("programme__instrument_id", "id", "title", "receipt")
    for instrument_id, pk, title, receipt in rows.order_by("title", "-id").values_list(*names).distinct():
        found[instrument_id].append((str(pk), f"{title} ({receipt})"))
    return found
