"""A province of ten thousand enrolled screens in a hundred clusters, in a scratch database of a bench."""

from datetime import UTC, datetime

from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.config.benches import caller, town
from bangtin.hub.devices import actions as devices
from bangtin.hub.devices.models import Device, DeviceKey
from bangtin.hub.kit import clock
from bangtin.hub.regulations.actions import install

INSTRUMENT = "cao-bang/31-2020-qd-ubnd"


def build(*, screens: int) -> None:
    """Enrol so many screens in bulk, a cluster in turn each, with the keys of `caller`."""
    at = clock.now().astimezone(UTC)
    install(instrument_id=INSTRUMENT, actor=None, at=at)
    devices.create_repository(at=at)
    officer = User.objects.create_account("an-ninh", "mat-khau-thu-nghiem", "Cán bộ an ninh")
    agency = Agency.objects.order_by("pk").values_list("pk", flat=True)[0]
    town.insert(Post, [{"user_id": officer.pk, "agency_id": agency, "role": Role.SECURITY.value}])
    clusters = sorted({caller.cluster_id(number) for number in range(min(screens, caller.CLUSTERS))})
    town.insert(Cluster, ({"id": one, "instrument_id": INSTRUMENT, "name_vi": one} for one in clusters))
    numbers = range(screens)
    town.insert(
        Face,
        (
            {
                "id": f"bench-{number}",
                "cluster_id": caller.cluster_id(number),
                "name_vi": f"Màn hình {number}",
                "width": 1280,
                "height": 720,
            }
            for number in numbers
        ),
    )
    keys = {number: caller.public_key(number) for number in numbers}
    town.insert(Device, (_device(number, keys[number], officer, at) for number in numbers))
    town.insert(DeviceKey, (_key(number, keys[number], at) for number in numbers))


def _device(number: int, public_key: str, officer: User, at: datetime) -> town.Columns:
    return {
        "id": caller.device_id(number),
        "face_id": f"bench-{number}",
        "public_key": public_key,
        "record": b"",
        "enrolled_by_id": officer.pk,
        "enrolled_at": at,
    }


def _key(number: int, public_key: str, at: datetime) -> town.Columns:
    return {"device_id": caller.device_id(number), "epoch": 1, "public_key": public_key, "valid_from": at}
