"""How the screens do: what each shows, whether it is heard from, which state word the pages use (ui section 4)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bangtin.bundle import timeline
from bangtin.bundle.manifest import Manifest
from bangtin.bundle.timeline import Showing
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
    bundle: Bundle | None
    planned: Why | None

    @property
    def published(self) -> int | None:
        """The number of the bundle in force; None before the first."""
        return self.bundle.number if self.bundle is not None else None

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
    everywhere = accounts.has_any_role(actor, _WATCHERS, on=local_date(at))
    faces = Face.objects.select_related("cluster").order_by("cluster_id", "id")
    if not everywhere:  # asked of each cluster, not of each of thousands of screens
        faces = faces.filter(cluster__in=[one for one in Cluster.objects.all() if watches(actor, one, at=at)])
    watched = list(faces)
    clusters = {one.cluster_id for one in watched}
    active = Device.objects.filter(state=DeviceState.ACTIVE, face__cluster__in=clusters)
    devices = {one.face_id: one for one in active.defer("record")}
    for face in watched:
        if face.pk in devices:
            devices[face.pk].face = face
    bundles = all_in_force(clusters, at)
    return _screens(watched, devices, bundles, at=at)


def screen_state(face: Face, at: datetime) -> Screen:
    """One face at `at`."""
    active = Device.objects.filter(face__cluster=face.cluster_id, state=DeviceState.ACTIVE).select_related("face")
    return _screens([face], {one.face_id: one for one in active}, all_in_force([face.cluster_id], at), at=at)[0]


def device_state(device: Device, at: datetime) -> ScreenState:
    """The state word of a device at `at`, from its polls alone."""
    return of_contact(device, in_force(device.face.cluster_id, at), at=at).state


def following(screens: Collection[Screen], at: datetime, *, after: Mapping[str, datetime]) -> dict[str, Why]:
    """What each of these faces shows next by the bundle that its player has (that in force where none is named yet).

    By face: the next thing that is not what it shows at `at`; for a face in `after` what it shows at that instant. A
    face without an entry shows nothing else while its bundle lasts.
    """
    older = _older_bundles(screens)
    found: dict[str, Showing] = {}
    for one in screens:
        accepted = one.device.accepted_bundle if one.device is not None else None
        bundle = one.bundle if accepted in (None, one.published) else older.get((one.face.cluster_id, accepted))
        if bundle is None or bundle.ends_at <= at:
            continue
        shown = _next(manifest_of_bundle(bundle), one.face.pk, at, after=after.get(one.face.pk))
        if shown is not None:
            found[one.face.pk] = shown
    return dict(zip(found, schedules_queries.explain_all(list(found.values())), strict=True))


def _older_bundles(screens: Collection[Screen]) -> dict[tuple[str, int | None], Bundle]:
    """The bundles that players still have while another is in force; no query where there is none."""
    devices = [(one, one.device) for one in screens if one.device is not None]
    wanted = {
        (one.face.cluster_id, device.accepted_bundle)
        for one, device in devices
        if device.accepted_bundle not in (None, one.published)
    }
    if not wanted:
        return {}
    clusters, numbers = {cluster for cluster, _number in wanted}, {number for _cluster, number in wanted}
    rows = Bundle.objects.filter(cluster__in=clusters, number__in=numbers).defer("manifest", "approvals")
    return {(row.cluster_id, row.number): row for row in rows}


def _next(manifest: Manifest, face: str, at: datetime, *, after: datetime | None) -> Showing | None:
    if face not in manifest.faces:
        return None
    if after is not None:
        return timeline.showing(manifest, face=face, at_ms=to_ms(after))
    return timeline.following(manifest, face=face, at_ms=to_ms(at))


def _screens(
    faces: Sequence[Face], devices: Mapping[str, Device], bundles: Mapping[str, Bundle], *, at: datetime
) -> list[Screen]:
    """The screens of these faces, in a handful of queries; `devices` are all active ones of their clusters, by face."""
    known = seen([face.pk for face in faces], neighbours=devices.values(), at=at)
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
        found.append(Screen(face, device, standing, bundle, planned.get(face.pk)))
    return found
