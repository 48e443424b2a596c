"""How the screens do: what each shows, whether it is heard from, which state word the pages use (ui section 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from bangtin.bundle import timeline
from bangtin.hub.accounts import queries as accounts
from bangtin.hub.accounts.models import Role, User
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.devices.models import Bundle, Device
from bangtin.hub.devices.queries.bundles import in_force, manifest_of, why
from bangtin.hub.devices.states import DeviceState
from bangtin.hub.kit.clock import local_date, to_ms
from bangtin.hub.schedules import policies as schedules
from bangtin.hub.schedules.queries import Why

LATE = timedelta(minutes=3)
LOST = timedelta(minutes=15)
# Those who answer for the whole province; a district sees its own cluster.
_WATCHERS = (Role.APPRAISER, Role.LEADER, Role.REPORTER, Role.SECURITY, Role.ADMINISTRATOR)


class ScreenState(models.TextChoices):
    """The state words of a screen."""

    NEVER = "never", _("Never heard from")
    ON_PLAN = "on_plan", _("On plan")
    LATE = "late", _("Late")
    LOST = "lost", _("Contact lost")
    OFF_PLAN = "off_plan", _("Off plan")
    DARK = "dark", _("Screen dark")
    COVERED = "covered", _("Covered")


@dataclass(frozen=True)
class Screen:
    """One face now: its device if it has one, its state, what its bundle shows at this instant, and why."""

    face: Face
    device: Device | None
    state: ScreenState
    published: int | None
    planned: Why | None

    @property
    def is_resting(self) -> bool:
        """Whether the screen is dark on purpose: outside the operating hours."""
        return self.planned is not None and self.planned.showing.kind == "standby"


def watches(actor: User, cluster: Cluster, *, at: datetime) -> bool:
    """Whether the screens of the cluster concern this account."""
    return accounts.has_any_role(actor, _WATCHERS, on=local_date(at)) or schedules.may_operate(actor, cluster, at=at)


def fleet(actor: User, at: datetime) -> list[Screen]:
    """Every face whose cluster this account watches, by cluster and face."""
    active = Prefetch("devices", Device.objects.filter(state=DeviceState.ACTIVE))
    faces = Face.objects.select_related("cluster").prefetch_related(active).order_by("cluster_id", "id")
    everywhere = accounts.has_any_role(actor, _WATCHERS, on=local_date(at))
    bundles: dict[str, Bundle | None] = {}
    found = []
    for face in faces:
        if face.cluster_id not in bundles:
            if not everywhere and not schedules.may_operate(actor, face.cluster, at=at):
                continue
            bundles[face.cluster_id] = in_force(face.cluster_id, at)
        found.append(_screen(face, face.devices.all(), bundle=bundles[face.cluster_id], at=at))
    return found


def screen_state(face: Face, at: datetime) -> Screen:
    """One face at `at`."""
    active = face.devices.filter(state=DeviceState.ACTIVE)
    return _screen(face, active, bundle=in_force(face.cluster_id, at), at=at)


def device_state(device: Device, at: datetime) -> ScreenState:
    """The state word of a device at `at`, from its last poll alone.

    What it shows is judged by its play records, a later desk's matter; a bundle that is older than the published one
    for longer than a few polls makes it late.
    """
    return _device_state(device, in_force(device.face.cluster_id, at), at=at)


def _device_state(device: Device, published: Bundle | None, *, at: datetime) -> ScreenState:
    if device.last_seen_at is None:
        return ScreenState.NEVER
    silent = at - device.last_seen_at
    if silent > LOST:
        return ScreenState.LOST
    is_behind = (
        published is not None
        and device.accepted_bundle is not None
        and device.accepted_bundle < published.number
        and at - published.published_at > max(LATE, timedelta(seconds=4 * settings.POLL_S))
    )
    return ScreenState.LATE if is_behind or silent > LATE else ScreenState.ON_PLAN


def _screen(face: Face, devices: Iterable[Device], *, bundle: Bundle | None, at: datetime) -> Screen:
    device = next(iter(devices), None)
    planned = None
    if bundle is not None and bundle.ends_at > at:
        manifest = manifest_of(face.cluster, bundle.number)
        if face.id in manifest.faces:
            planned = why(timeline.showing(manifest, face=face.id, at_ms=to_ms(at)))
    state = _device_state(device, bundle, at=at) if device else ScreenState.NEVER
    return Screen(face, device, state, bundle.number if bundle else None, planned)
