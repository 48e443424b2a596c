"""How the screens do: what each shows, whether it is heard from, which state word the pages use (ui section 4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from bangtin.bundle import timeline
from bangtin.hub.accounts import queries as accounts
from bangtin.hub.accounts.models import Role, User
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.devices.models import Bundle, Device
from bangtin.hub.devices.queries.bundles import all_in_force, in_force, manifest_of_bundle
from bangtin.hub.devices.queries.standing import ScreenState, Standing, judge, of_contact, seen
from bangtin.hub.devices.states import DeviceState
from bangtin.hub.kit.clock import local_date, to_ms
from bangtin.hub.schedules import policies as schedules
from bangtin.hub.schedules import queries as schedules_queries
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
    watched = [face for face in faces if everywhere or schedules.may_operate(actor, face.cluster, at=at)]
    bundles = all_in_force({face.cluster_id for face in watched}, at)
    devices = {face.pk: one for face in watched for one in face.devices.all()}
    return _screens(watched, devices, bundles, at=at)


def screen_state(face: Face, at: datetime) -> Screen:
    """One face at `at`."""
    active = face.devices.filter(state=DeviceState.ACTIVE)[:1]
    return _screens([face], {one.face_id: one for one in active}, all_in_force([face.cluster_id], at), at=at)[0]


def device_state(device: Device, at: datetime) -> ScreenState:
    """The state word of a device at `at`, from its polls alone."""
    return of_contact(device, in_force(device.face.cluster_id, at), at=at).state


def _screens(
    faces: Sequence[Face], devices: Mapping[str, Device], bundles: Mapping[str, Bundle], *, at: datetime
) -> list[Screen]:
    """The screens of these faces, in a handful of queries however many there are."""
    known = seen([face.pk for face in faces], at=at)
    manifests = {name: manifest_of_bundle(one) for name, one in bundles.items() if one.ends_at > at}
    shown = {
        face.pk: timeline.showing(manifests[face.cluster_id], face=face.pk, at_ms=to_ms(at))
        for face in faces
        if face.cluster_id in manifests and face.pk in manifests[face.cluster_id].faces
    }
    planned = dict(zip(shown, schedules_queries.explain_all(list(shown.values())), strict=True))
    found = []
    for face in faces:
        bundle, manifest = bundles.get(face.cluster_id), manifests.get(face.cluster_id)
        device = devices.get(face.pk)
        standing = judge(face.pk, device, published=bundle, manifest=manifest, known=known, at=at)
        found.append(Screen(face, device, standing, bundle.number if bundle else None, planned.get(face.pk)))
    return found
