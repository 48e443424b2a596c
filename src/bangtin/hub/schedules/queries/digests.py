"""The hash of a plan: what a second person approves, and what must still hold when the plan is published."""

from collections.abc import Sequence
from datetime import date

from bangtin.bundle import canonical
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules.compiler import Share
from bangtin.hub.schedules.models import Slot
from bangtin.hub.schedules.queries.inputs import DayInput, Due, days_between, duration_ms
from bangtin.hub.schedules.queries.plan import all_filler

FORM = "bangtin.plan.v1"


def plan_digest(cluster: Cluster, from_on: date, until_on: date) -> str:
    """SHA-256 over everything that decides what plays on these local days, both included.

    Of the same rows it is the same, whenever and in whatever order they are read: what it covers are the hours and
    the clause they stand by, slots, the placements due with their bounds, shares, faces, filler, and the digests of
    the content. What does not change the days does not change it.
    """
    return digest_of(cluster, days_between(cluster, from_on, until_on))


def digest_of(cluster: Cluster, days: Sequence[DayInput]) -> str:
    """The digest of days that are read already, one after the other and without a hole."""
    return canonical.digest(
        {
            "type": FORM,
            "cluster": cluster.pk,
            "faces": [[face.pk, face.geometry, face.rotation] for face in days[0].faces],
            "filler": [_version(version) for version in all_filler(cluster)],
            "shares": sorted((_share(one) for one in days[0].shares), key=canonical.encode),
            "days": [_day(one) for one in days],
        }
    )


def _day(found: DayInput) -> dict[str, object]:
    geometries = {face.geometry for face in found.faces}
    return {
        "on": found.on.isoformat(),
        "hours": [list(span) for span in found.open],
        "clause": found.hours.citation,
        "slots": sorted((_slot(slot) for slot in found.slots), key=canonical.encode),
        "placements": sorted((_due(one, geometries) for one in found.due), key=canonical.encode),
    }


def _slot(slot: Slot) -> dict[str, object]:
    return {
        "id": slot.pk,
        "from_ms": to_ms(slot.starts_at),
        "until_ms": to_ms(slot.ends_at),
        "class": slot.bulletin_class,
        "faces": sorted(slot.faces),
        "content": _version(slot.version),
    }


def _due(due: Due, geometries: set[str]) -> dict[str, object]:
    one = due.placement
    bounds = (one.target_per_day, one.min_per_day, one.max_per_day, one.min_per_hour, one.max_per_hour, one.gap_s)
    return {
        "id": one.pk,
        "windows": [list(span) for span in due.windows],
        "class": one.bulletin_class,
        "faces": sorted(one.faces),
        "content": _version(one.version),
        "kind": one.version.programme.category,
        "language": one.version.language,
        "length_ms": duration_ms(one.version, geometries),
        "bounds": list(bounds),
    }


def _version(version: ProgrammeVersion) -> list[str]:
    return [version.receipt, version.content_digest]


def _share(one: Share) -> list[object]:
    return [one.kind, one.key, one.least_permille, one.most_permille, one.is_hourly]
