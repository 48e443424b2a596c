"""Whom an order reaches: the screens of its clusters, how they are heard from, what it interrupts."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bangtin.hub.clusters.models import Face
from bangtin.hub.devices.models import Device
from bangtin.hub.devices.queries import ScreenState
from bangtin.hub.devices.queries.standing import LATE, LOST
from bangtin.hub.devices.states import DeviceState


@dataclass(frozen=True)
class Reached:
    """One screen: its face, the device that drives it if any, the state word."""

    face: Face
    device: Device | None
    state: ScreenState

    @property
    def is_online(self) -> bool:
        """Whether it is heard from, so that it shows the notice within a second."""
        return self.state == ScreenState.ON_PLAN

    @property
    def is_without_player(self) -> bool:
        """Whether nothing drives it."""
        return self.device is None


@dataclass(frozen=True)
class Reach:
    """The screens of some clusters."""

    screens: tuple[Reached, ...]

    @property
    def online(self) -> int:
        """Screens that show it at once."""
        return sum(one.is_online for one in self.screens)

    @property
    def late(self) -> tuple[Reached, ...]:
        """Screens with a player that was not heard from lately: they show it when the line is back."""
        return tuple(one for one in self.screens if one.device is not None and not one.is_online)

    @property
    def total(self) -> int:
        """Screens that have a player."""
        return sum(one.device is not None for one in self.screens)


def reach(cluster_ids: Collection[str], *, at: datetime, is_drill: bool = False) -> Reach:
    """The screens of these clusters at `at`; of an exercise only those enrolled for exercises. Two queries."""
    faces = Face.objects.filter(cluster__in=list(cluster_ids)).select_related("cluster").order_by("cluster_id", "id")
    active = Device.objects.filter(face__cluster__in=list(cluster_ids), state=DeviceState.ACTIVE)
    by_face = {one.face_id: one for one in (active.filter(is_drill=True) if is_drill else active)}
    found = []
    for face in faces:
        device = by_face.get(face.pk)
        if device is not None or not is_drill:
            found.append(Reached(face, device, _state(device, at)))
    return Reach(tuple(found))


def _state(device: Device | None, at: datetime) -> ScreenState:
    if device is None or device.last_seen_at is None:
        return ScreenState.NEVER
    silent = at - device.last_seen_at
    if silent > LOST:
        return ScreenState.LOST
    return ScreenState.LATE if silent > LATE else ScreenState.ON_PLAN
