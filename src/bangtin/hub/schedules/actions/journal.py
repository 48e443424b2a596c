"""What was there before an edit of a plan and after it, so that its author can undo it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.schedules.models import Placement, PlanEdit, Slot
from bangtin.rulebook.texts import Window

Values = Mapping[str, Any] | None


def slot_key(slot: Slot) -> str:
    """How the journal calls a slot."""
    return f"slot:{slot.pk}"


def placement_key(placement: Placement) -> str:
    """How the journal calls a placement."""
    return f"placement:{placement.pk}"


def hours_key(on: date) -> str:
    """How the journal calls the hours that an operator set for a day."""
    return f"hours:{on.isoformat()}"


def is_hours(key: str) -> bool:
    """Whether an entry is of the hours of a day."""
    return key.startswith("hours:")


def day_of(key: str) -> date:
    """The day of an entry of hours."""
    return date.fromisoformat(key.partition(":")[2])


def hours_values(windows: Iterable[Window]) -> dict[str, Any]:
    """The hours of a day as the journal keeps them."""
    return {"windows": [str(one) for one in sorted(windows)]}


def slot_values(slot: Slot) -> dict[str, Any]:
    """What deeds change of a slot; what follows from it is checked and set anew."""
    return {
        "state": str(slot.state),
        "starts_at": slot.starts_at.astimezone(UTC).isoformat(),
        "ends_at": slot.ends_at.astimezone(UTC).isoformat(),
        "faces": list(slot.faces),
        "sound_reason": slot.sound_reason,
    }


def placement_values(placement: Placement) -> dict[str, Any]:
    """What deeds change of a placement."""
    return {
        "state": str(placement.state),
        "campaign": placement.campaign_id,
        "bulletin_class": str(placement.bulletin_class),
        "starts_on": placement.starts_on.isoformat(),
        "ends_on": placement.ends_on.isoformat(),
        "recurrence": placement.recurrence,
        "dayparts": sorted(placement.dayparts.values_list("pk", flat=True)),
        "windows": [list(one) for one in placement.windows],
        "faces": list(placement.faces),
        "target_per_day": placement.target_per_day,
        "min_per_day": placement.min_per_day,
        "max_per_day": placement.max_per_day,
        "min_per_hour": placement.min_per_hour,
        "max_per_hour": placement.max_per_hour,
        "gap_s": placement.gap_s,
        "sound_reason": placement.sound_reason,
    }


def write(
    clusters: Iterable[Cluster],
    verb: str,
    *,
    before: Mapping[str, Values],
    after: Mapping[str, Values],
    actor: User,
    at: datetime,
) -> None:
    """Keep an edit, for each cluster whose plan it changed; in the caller's transaction."""
    PlanEdit.objects.bulk_create(
        PlanEdit(cluster=cluster, verb=verb, before=dict(before), after=dict(after), by=actor, at=at)
        for cluster in clusters
    )
