"""What each request of a screen leaves behind: its sequence, the chain head it committed to, what it shows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import transaction

from bangtin.hub.devices.actions.incidents import open_by_itself
from bangtin.hub.devices.models import Commitment, Device
from bangtin.hub.devices.states import IncidentKind
from bangtin.hub.kit import audit

WINDOW = 32
# a longer silence than this is one: what follows it counts as coming back (queries.fleet)
SILENCE = timedelta(minutes=3)
_SEQ = re.compile(r"([0-9]{1,15})\.([0-9A-Za-z_-]{8,64})\.([0-9]{1,15})", re.ASCII)
_HEAD = re.compile(r"([0-9]{1,15})\.([0-9a-f]{64})", re.ASCII)
_RETRIES = 5


@dataclass(frozen=True)
class Sequence:
    """The header `Bangtin-Seq`: boot counter, random word of that boot, number within it."""

    boot: int
    nonce: str
    q: int

    @classmethod
    def parse(cls, text: str) -> "Sequence | None":
        """The sequence in the header's text; None if it has another shape."""
        match = _SEQ.fullmatch(text)
        return cls(int(match[1]), match[2], int(match[3])) if match else None


@dataclass(frozen=True)
class Head:
    """The header `Bangtin-Head`: the newest record's number and the chain's head after it."""

    n: int
    head: str

    @classmethod
    def parse(cls, text: str) -> "Head | None":
        """The head in the header's text; None if it has another shape."""
        match = _HEAD.fullmatch(text)
        return cls(int(match[1]), match[2]) if match else None


class Sequel(StrEnum):
    """What a sequence says beside those seen before (trust D.5)."""

    NEW = "new"
    REPLAYED = "replayed"
    CLONE = "clone"


def note_request(*, device: Device, sequence: Sequence, at: datetime) -> Sequel:
    """Take the request's sequence, each once; requests of one boot may overtake one another by up to 32.

    A lower boot, or another word in the same boot, means that two players use one key.
    """
    for _attempt in range(_RETRIES):
        sequel, seen = judge(device, sequence)
        if sequel is not Sequel.NEW:
            if sequel is Sequel.CLONE and not device.is_clone_suspected:
                _suspect(device, at=at)
            return sequel
        most = highest(device, sequence)
        back_at = back_after(device, at)
        before = {"boot": device.boot, "nonce": device.nonce, "sequence": device.sequence}
        changed = Device.objects.filter(
            pk=device.pk, epoch=device.epoch, sequences_seen=device.sequences_seen, **before
        ).update(
            boot=sequence.boot,
            nonce=sequence.nonce,
            sequence=most,
            sequences_seen=seen,
            last_seen_at=at,
            back_at=back_at,
        )
        if changed:
            device.boot, device.nonce = sequence.boot, sequence.nonce
            device.sequence, device.sequences_seen, device.last_seen_at = most, seen, at
            return Sequel.NEW
        device.refresh_from_db(
            fields=("boot", "nonce", "sequence", "sequences_seen", "last_seen_at", "back_at", "epoch")
        )
    return Sequel.REPLAYED  # others of the same key win every time: nothing is lost, the player asks again


def record_poll(
    *, device: Device, head: Head | None, bundle: int | None, status: Mapping[str, object] | None, at: datetime
) -> bool:
    """Keep what a poll says: the head it commits to (trust F.3), the bundle it has accepted, what it shows.

    A head or bundle like the last one adds no row. Gives whether there was a new commitment.
    """
    is_new_head = head is not None and (head.n, head.head) != (device.committed_n, device.committed_head)
    is_new_bundle = bundle is not None and bundle != device.accepted_bundle
    if not (is_new_head or is_new_bundle or status):
        return False
    with transaction.atomic():
        if is_new_head or is_new_bundle:
            Commitment.objects.create(
                device=device,
                epoch=device.epoch,
                n=head.n if head else device.committed_n,
                head=head.head if head else device.committed_head,
                bundle=bundle if bundle is not None else device.accepted_bundle,
                received_at=at,
            )
        if head is not None:
            device.committed_n, device.committed_head = head.n, head.head
        if bundle is not None:
            device.accepted_bundle = bundle
        if status:
            device.status = dict(status)
        device.save(update_fields=["committed_n", "committed_head", "accepted_bundle", "status"])
    return is_new_head or is_new_bundle


def judge(device: Device, sequence: Sequence) -> tuple[Sequel, int]:
    """What the sequence is beside what the device used, and the bits of the numbers seen up to the highest."""
    if sequence.boot > device.boot:
        return Sequel.NEW, 1
    if sequence.boot < device.boot or sequence.nonce != device.nonce:
        return Sequel.CLONE, 0
    ahead = sequence.q - device.sequence
    if ahead > 0:
        return Sequel.NEW, (device.sequences_seen << min(ahead, WINDOW) | 1) & (1 << WINDOW) - 1
    bit = 1 << -ahead
    if -ahead >= WINDOW or device.sequences_seen & bit:
        return Sequel.REPLAYED, 0
    return Sequel.NEW, device.sequences_seen | bit


def highest(device: Device, sequence: Sequence) -> int:
    """The highest number of its boot once the sequence is taken."""
    return max(sequence.q, device.sequence) if _is_same_boot(device, sequence) else sequence.q


def back_after(device: Device, at: datetime) -> datetime | None:
    """Since when it is heard again: from now if it was silent, else as before; None if it never was."""
    is_back = device.last_seen_at is not None and at - device.last_seen_at > SILENCE
    return at if is_back else device.back_at


def _is_same_boot(device: Device, sequence: Sequence) -> bool:
    return (device.boot, device.nonce) == (sequence.boot, sequence.nonce)


def _suspect(device: Device, *, at: datetime) -> None:
    with transaction.atomic():
        changed = Device.objects.filter(pk=device.pk, is_clone_suspected=False).update(is_clone_suspected=True)
        if changed:
            audit.record("device.clone_suspected", device, actor=None, at=at)
            open_by_itself(device=device, kind=IncidentKind.CLONE, code="clone_suspected", at=at)  # trust D.5
    device.is_clone_suspected = True
