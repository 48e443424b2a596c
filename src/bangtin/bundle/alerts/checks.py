"""Whether an emergency envelope may be shown on a face: steps 6.1–6.6, each with its refusal."""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bangtin.bundle import dsse
from bangtin.bundle.alerts.notice import CLASS, LONGEST, AlertNotice, open_notice
from bangtin.bundle.approvals import RoleKeys, Statement
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.orders import Authority, Wanted, is_ordered
from bangtin.bundle.policies import EMERGENCY, Officers, Policy

EARLY = timedelta(minutes=5)


class Place(Protocol):
    """Where the face is (a `devices.DeviceRecord` is one)."""

    @property
    def cluster(self) -> str:
        """The cluster's id."""

    @property
    def is_drill(self) -> bool:
        """Whether the face shows exercises."""


@dataclass(frozen=True)
class Floor:
    """The highest counter taken of one role, the digest of that payload, and the ids on air after it."""

    n: int = 0
    digest: str = ""
    active: tuple[str, ...] = ()


@dataclass(frozen=True)
class Floors:
    """The floors of the two roles, apart: whoever holds the key for exercises can end or hide nothing real."""

    alerts: Floor = field(default_factory=Floor)
    drills: Floor = field(default_factory=Floor)

    def of(self, *, is_drill: bool) -> Floor:
        """The floor of the role that signs alerts, or of that for exercises."""
        return self.drills if is_drill else self.alerts

    def raised(self, floor: Floor, *, is_drill: bool) -> "Floors":
        """These, with `floor` for that role if it is higher."""
        if floor.n <= self.of(is_drill=is_drill).n:
            return self
        return replace(self, drills=floor) if is_drill else replace(self, alerts=floor)


@dataclass(frozen=True)
class Finding:
    """A verified envelope: its notice, what its role's floor is with it, and why it may not be shown here, if so."""

    notice: AlertNotice
    floor: Floor
    refusal: BundleRefusal | None


def check(  # the facts of steps 6.1–6.6, each named at the call
    envelope: bytes,
    *,
    keys: RoleKeys,
    officers: Officers,
    policy: Policy,
    device: Place,
    floor: Floors,
    at: datetime,
    is_pushed: bool,
    clock: str,
) -> AlertNotice:
    """The notice in `envelope`, which a face at `device` may show at `at`; `clock` is the clock's grade.

    Raises: BundleRefusal alert_too_large, alert_malformed (6.1), alert_unsigned (6.2), alert_elsewhere, drill_not_here
    (6.3), alert_replayed, alert_twice (6.4), alert_over, alert_clock (6.5), alert_unordered (6.6).
    """
    authority = Authority(keys, policy, officers)
    found = examine(envelope, authority=authority, device=device, floors=floor, at=at, is_pushed=is_pushed, clock=clock)
    if found.refusal is not None:
        raise found.refusal
    return found.notice


def examine(
    envelope: bytes,
    *,
    authority: Authority,
    device: Place,
    floors: Floors,
    at: datetime,
    is_pushed: bool,
    clock: str,
) -> Finding:
    """As `check`, but one that is verified and only not for here or now is given, for its `n` and `active` count.

    Raises: BundleRefusal for all that does not verify.
    """
    notice, opened = open_notice(envelope)
    if not authority.keys.is_signed(notice.role, opened):
        raise _refusal("alert_unsigned", "6.2", notice, f"the role {notice.role} did not sign it")
    elsewhere = _elsewhere(notice, device)
    floor = _floor_after(notice, opened, floors.of(is_drill=notice.is_drill))
    not_now = _not_now(notice, at=at, is_pushed=is_pushed, clock=clock)
    _check_orders(notice, authority)
    return Finding(notice, floor, elsewhere or not_now)


def _elsewhere(notice: AlertNotice, device: Place) -> BundleRefusal | None:
    """trust 6.3."""
    if device.cluster not in notice.clusters:
        return _refusal("alert_elsewhere", "6.3", notice, f"is not for {device.cluster}")
    if notice.is_drill and not device.is_drill:
        return _refusal("drill_not_here", "6.3", notice, "an exercise, and this face shows none")
    return None


def _floor_after(notice: AlertNotice, opened: dsse.Envelope, floor: Floor) -> Floor:
    """trust 6.4: n above the floor, or the same n and bytes, or a lower n that is still active."""
    digest = hashlib.sha256(opened.payload_bytes).hexdigest()
    if notice.n > floor.n:
        return Floor(notice.n, digest, notice.active)
    if notice.n == floor.n:
        if digest != floor.digest:
            raise _refusal("alert_twice", "6.4", notice, f"two payloads numbered {notice.n}")
        return floor
    if notice.id not in floor.active:
        raise _refusal("alert_replayed", "6.4", notice, f"number {notice.n} is over since {floor.n}")
    return floor


def _not_now(notice: AlertNotice, *, at: datetime, is_pushed: bool, clock: str) -> BundleRefusal | None:
    """trust 6.5: a clock that is worth nothing shows only what was pushed now, whatever hour it thinks it is."""
    is_worthless = clock == "floor"
    if notice.at > at + EARLY and not (is_worthless and is_pushed):
        raise _refusal("alert_clock", "6.5", notice, "was issued later than it is now")
    if notice.ends > notice.starts + LONGEST:
        raise _refusal("alert_over", "6.5", notice, "runs for more than 24 hours")
    if notice.ends <= at:
        return _refusal("alert_over", "6.5", notice, "has ended")
    if is_worthless and not is_pushed:
        return _refusal("alert_clock", "6.5", notice, "nobody knows what time it is here")
    return None


def _check_orders(notice: AlertNotice, authority: Authority) -> None:
    """trust 6.6: somebody who may order this ordered exactly this."""
    wanted = Wanted(CLASS, notice.step, EMERGENCY, notice.clusters, notice.at)
    try:
        has_order = is_ordered(notice.orders, wanted, authority=authority, counts=lambda one: _is_order(one, notice))
    except BundleRefusal as refusal:
        raise _refusal("alert_unordered", "6.6", notice, str(refusal)) from refusal
    if not has_order:
        raise _refusal("alert_unordered", "6.6", notice, f"nobody entitled to {notice.step} ordered this content")


def _is_order(statement: Statement, notice: AlertNotice) -> bool:
    return statement.content == notice.content_digest() and statement.until_at >= notice.ends


def _refusal(code: str, step: str, notice: AlertNotice, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step=step, subject=notice.id, detail=detail)
