"""How the screens do: what each shows, whether it is heard from, which state word the pages use (ui section 4)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from bangtin.bundle import timeline
from bangtin.hub.accounts import queries as accounts
from bangtin.hub.accounts.models import Role, User
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.devices.models import Bundle, Device
from bangtin.hub.devices.queries.bundles import in_force, manifest_of, why
from bangtin.hub.devices.queries.standing import ScreenState, Seen, Standing, judge, of_contact, seen
from bangtin.hub.devices.states import DeviceState
from bangtin.hub.kit.clock import local_date, to_ms
from bangtin.hub.schedules import policies as schedules
from bangtin.hub.schedules.queries import Why

# Those who answer for the whole province; a district sees its own cluster.
_WATCHERS = (Role.APPRAISER, Role.LEADER, Role.REPORTER, Role.SECURITY, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Screen:
    """One face now: its device if it has one, its standing, what its bundle shows at this instant, and why."""

    face: Face
    device: Device | None
    standing: Standing
    published: int | None
    planned: Why | None

    @property
    def state(self) -> ScreenState:
        """The state word."""
        return self.standing.state

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
    watched = []
    for face in faces:
        if face.cluster_id not in bundles:
            if not everywhere and not schedules.may_operate(actor, face.cluster, at=at):
                continue
            bundles[face.cluster_id] = in_force(face.cluster_id, at)
        watched.append(face)
    known = seen([face.pk for face in watched], at=at)
    return [_screen(face, face.devices.all(), bundle=bundles[face.cluster_id], known=known, at=at) for face in watched]


def screen_state(face: Face, at: datetime) -> Screen:
    """One face at `at`."""
    active = face.devices.filter(state=DeviceState.ACTIVE)
    return _screen(face, active, bundle=in_force(face.cluster_id, at), known=seen([face.pk], at=at), at=at)


def device_state(device: Device, at: datetime) -> ScreenState:
    """The state word of a device at `at`, from its polls alone."""
    return of_contact(device, in_force(device.face.cluster_id, at), at=at).state


def _screen(face: Face, devices: Iterable[Device], *, bundle: Bundle | None, known: Seen, at: datetime) -> Screen:
    device = next(iter(devices), None)
    manifest, planned = None, None
    if bundle is not None and bundle.ends_at > at:
        manifest = manifest_of(face.cluster, bundle.number)
        if face.id in manifest.faces:
            planned = why(timeline.showing(manifest, face=face.id, at_ms=to_ms(at)))
    standing = judge(face.pk, device, published=bundle, manifest=manifest, known=known, at=at)
    return Screen(face, device, standing, bundle.number if bundle else None, planned)
