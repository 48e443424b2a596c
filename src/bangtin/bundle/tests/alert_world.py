"""Emergency notices of the small province of `world`: its duty leader, and envelopes ordered and signed."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bangtin.bundle import alerts, dsse, publishing, trusted
from bangtin.bundle.alerts import AlertNotice, Alerts, AlertText, Authority, Floors
from bangtin.bundle.approvals import Officer, Officers, Policy
from bangtin.bundle.devices import DeviceRecord
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.tests import world
from bangtin.bundle.tests.world import AT, CLUSTER, FAR, KEYS

ORDERS = (alerts.STEP_ORDER, alerts.STEP_CANCEL)
OFFICERS = Officers(
    {
        **world.officers().by_id,
        "thu": Officer("ubnd-tinh", "leader", ORDERS, AT - timedelta(days=300), FAR),
    }
)


def authority(keys: publishing.Keys = KEYS) -> Authority:
    """What a player holds after it accepted the province's set."""
    files = publishing.new_repository(
        keys, clusters=[CLUSTER, world.OTHER], policy=Policy.default().encode(), officers=OFFICERS.encode(), at=AT
    )
    found = trusted.load(files, anchor=world.anchor(files), at=AT)
    return Authority(found, Policy.default(), OFFICERS)


AUTHORITY = authority()


def notice(n: int = 1, name: str = "KC-2026-0001", **changes: object) -> AlertNotice:
    """A flash flood, level 4, for the cluster, issued now and on air for ten hours; nobody has ordered it yet."""
    made = AlertNotice(
        id=name,
        n=n,
        active=(name,),
        kind="alert",
        at=AT,
        starts=AT,
        ends=AT + timedelta(hours=10),
        clusters=(CLUSTER,),
        texts={
            "vi": AlertText(
                "Lũ quét, sạt lở đất", "Xã Phục Hòa và các xã ven sông Bằng", "Rời ngay ven suối, sườn dốc. Gọi 112."
            )
        },
        level=4,
        hazard="Lũ quét, sạt lở đất",
        issuer="bch-pctt",
        issuer_name="BCH Phòng thủ dân sự tỉnh",
        document="12/CĐ-BCH",
        repeat_s=60,
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # each test names fields of AlertNotice


def cancel(n: int, name: str = "KC-2026-0001", *, active: tuple[str, ...] = (), **changes: object) -> AlertNotice:
    """The end of `name` by order."""
    return notice(n, name, kind="cancel", references=(name,), active=active, texts={}, **changes)


def ordered(made: AlertNotice, *, officer: str = "thu", role: str = "approvals", **changes: object) -> AlertNotice:
    """`made` with the order of `officer` in it."""
    facts = {
        "statement_id": f"o-{made.id}-{made.kind}",
        "officer": officer,
        "post": "leader",
        "agency": "ubnd-tinh",
        "at": made.at,
        "instrument": "18/2021/QĐ-TTg",
        "clause": "15",
        "grounds": "0" * 64,
    }
    statement = replace(alerts.order(made, **facts), **changes)  # type: ignore[arg-type]  # fields of Statement
    return replace(made, orders=(dsse.sign("approval", statement.payload(), KEYS.of(role)),))


def envelope(made: AlertNotice, *, role: str = "") -> bytes:
    """`made`, ordered unless it is already, and signed by its role."""
    full = made if made.orders else ordered(made)
    return alerts.encode(full, KEYS.of(role or full.role))


def check(body: bytes, **changes: object) -> AlertNotice:
    """What a face of the cluster shows of `body`, pushed now with a good clock."""
    arguments: dict[str, object] = {
        "keys": AUTHORITY.keys,
        "officers": AUTHORITY.officers,
        "policy": AUTHORITY.policy,
        "device": world.device(),
        "floor": Floors(),
        "at": AT,
        "is_pushed": True,
        "clock": "hub",
    }
    return alerts.check(body, **{**arguments, **changes})  # type: ignore[arg-type]  # each test names arguments


def refused(code: str, body: bytes, **changes: object) -> BundleRefusal:
    """Expects `body` to be refused as `code`."""
    with pytest.raises(BundleRefusal) as caught:
        check(body, **changes)
    assert caught.value.code == code, str(caught.value)
    return caught.value


def fold(bodies: list[bytes], *, device: DeviceRecord | None = None) -> Alerts:
    """The state after `bodies` in that order; what does not verify is dropped."""
    state = Alerts()
    for body in bodies:
        try:
            found = alerts.examine(
                body,
                authority=AUTHORITY,
                device=device or world.device(),
                floors=state.floors,
                at=AT,
                is_pushed=True,
                clock="hub",
            )
        except BundleRefusal:
            continue
        state = state.taken(found)
    return state
