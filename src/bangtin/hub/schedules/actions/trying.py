"""What a form or a drag asks before the deed is done: the refusal it would meet, with the article. Writes nothing."""

from datetime import date, datetime

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules.actions import placements, placing
from bangtin.hub.schedules.actions.gates import SlotSpec
from bangtin.hub.schedules.models import Playlist, Slot


def check_placement_now(*, cluster: Cluster, spec: SlotSpec, at: datetime) -> Refusal | None:
    """What placing a slot would be refused with as the plan stands; None if it would be done."""
    return placing.check_now(cluster, spec, at=at)


def check_move_now(
    *, slot: Slot, starts_at: datetime, ends_at: datetime, at: datetime, faces: tuple[str, ...] | None = None
) -> Refusal | None:
    """What moving or resizing a slot would be refused with; None if it would be done."""
    return placing.check_move(slot, starts_at, ends_at, at=at, faces=faces)


def check_rule_now(
    *,
    playlist: Playlist,
    version: ProgrammeVersion,
    spec: placements.PlacementSpec,
    at: datetime,
    since: date | None = None,
) -> Refusal | None:
    """What scheduling a placement would be refused with; `since`: the first day of the one that is changed."""
    return placements.check_now(playlist, version, spec, at=at, since=since)
