"""Screens that have played for hours and have not said so yet: for the benchmark of taking records in.

Made in a database of its own; every play is as a true screen writes it, every minute a poll committed to the chain.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import manifest as manifests
from bangtin.bundle import playlog
from bangtin.bundle.manifest import Content, Item, LoopEntry, Manifest, Rendition, Window, content_digest
from bangtin.bundle.signers import ed25519_signer
from bangtin.hub.accounts.models import User
from bangtin.hub.config.benches import town
from bangtin.hub.devices.models import Bundle, Commitment, Device
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.schedules.models import Slot

LOOP = 12
TURN_MS = 10_000
POLL_LINES = 6
PLAN = timedelta(days=2)
FILE = hashlib.sha256(b"film").hexdigest()


@dataclass(frozen=True)
class Batch:
    """One request's worth: the device, the seed of its key, and the body as it goes over the wire."""

    device_id: str
    seed: bytes
    body: bytes


@dataclass(frozen=True)
class _Played:
    device_id: str
    seed: bytes
    lines: list[bytes]
    heads: list[str]


@dataclass(frozen=True)
class _Span:
    opens: datetime
    lines: int


def build(*, screens: int, batches: int, lines: int, at: datetime) -> list[Batch]:
    """A province with so many screens and what each of them has to say at `at` of the hours before, up to then.

    In the order a hub hears it: the first batch of every screen, then the second.
    """
    town.write_pack()
    opens = at.replace(microsecond=0) - timedelta(milliseconds=batches * lines * TURN_MS + 60_000)
    found = town.build(programmes=town.OPERATORS * LOOP, first=opens.date())[:screens]
    officer = User.objects.get(username="can-bo")
    played = [_screen(one, officer, opens, batches * lines) for one in found]
    return [_batch(one, opens, number, lines) for number in range(batches) for one in played]


def _screen(screen: town.Screen, officer: User, opens: datetime, lines: int) -> _Played:
    seed = hashlib.sha256(f"bench {screen.device_id}".encode()).digest()
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public = urlsafe_b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")
    Device.objects.filter(pk=screen.device_id).update(public_key=public)
    slots = list(_slots(screen, officer, opens))
    items = [_item(number, slot) for number, slot in enumerate(slots)]
    plan = _plan(screen, items, slots, opens)
    _publish(plan, screen, officer, opens)
    played = _Played(screen.device_id, seed, list(_lines(screen, items, slots, _Span(opens, lines))), [])
    head = playlog.first_head(screen.device_id, 1)
    for data in played.lines:
        head = playlog.fold(head, data)
        played.heads.append(head)
    town.insert(Commitment, _polls(played, opens))
    return played


def _slots(screen: town.Screen, officer: User, opens: datetime) -> Iterator[Slot]:
    for version in screen.versions[:LOOP]:
        yield Slot.objects.create(
            cluster_id=screen.cluster_id,
            version_id=version,
            starts_at=opens,
            ends_at=opens + PLAN,
            clause="lai-chau/8.1-1",
            placed_by=officer,
            placed_at=opens - timedelta(hours=1),
        )


def _item(number: int, slot: Slot) -> Item:
    content = Content(
        version=str(slot.version_id),
        kind="video",
        language="vi",
        title=slot.version.title,
        renditions=(Rendition(FILE, TURN_MS, 1280, 720, "1280x720"),),
        author="u1",
    )
    ProgrammeVersion.objects.filter(pk=slot.version_id).update(content_digest=(digest := content_digest(content)))
    return Item(id=f"i{number}", class_="ordinary", content=content, digest=digest)


def _plan(screen: town.Screen, items: Sequence[Item], slots: Sequence[Slot], opens: datetime) -> Manifest:
    turns = tuple(LoopEntry(item.id, str(slot.pk), TURN_MS) for item, slot in zip(items, slots, strict=True))
    opens_ms = to_ms(opens)
    return Manifest(
        province="lai-chau",
        cluster=screen.cluster_id,
        number=1,
        made_ms=opens_ms - 600_000,
        starts_ms=opens_ms - 600_000,
        ends_ms=opens_ms + round(PLAN.total_seconds() * 1000),
        filler_from_ms=opens_ms,
        devices={screen.device_id: manifests.Device(1, (screen.face_id,))},
        faces={screen.face_id: manifests.Face(1280, 720)},
        files=(manifests.File(FILE, 1_000, "video/mp4"),),
        items=tuple(items),
        loops={"l1": turns},
        windows=(
            Window("w1", opens_ms, opens_ms + round(PLAN.total_seconds() * 1000), "ordinary", "8.1-1", loop="l1"),
        ),
        filler=(items[0].id,),
    )


def _publish(plan: Manifest, screen: town.Screen, officer: User, opens: datetime) -> None:
    data = plan.encode()
    Bundle.objects.create(
        cluster_id=screen.cluster_id,
        number=1,
        manifest=data,
        manifest_sha256=hashlib.sha256(data).hexdigest(),
        starts_at=opens - timedelta(minutes=10),
        ends_at=opens + PLAN,
        published_by=officer,
        published_at=opens - timedelta(minutes=10),
    )


def _lines(screen: town.Screen, items: Sequence[Item], slots: Sequence[Slot], span: _Span) -> Iterator[bytes]:
    for n in range(span.lines):
        item, slot = items[n % LOOP], slots[n % LOOP]
        yield playlog.encode(
            playlog.Line(
                k="play",
                n=n + 1,
                boot=1,
                bundle=1,
                face=screen.face_id,
                from_ms=to_ms(span.opens) + n * TURN_MS,
                mono_ms=60_000 + n * TURN_MS,
                shown_ms=TURN_MS - n % 7,
                clock="hub",
                item=item.id,
                content=item.digest,
                lang="vi",
                class_="ordinary",
                slot=str(slot.pk),
                extra={"x_segment": f"{n:08x}"},
            )
        )


def _polls(played: _Played, opens: datetime) -> Iterator[dict[str, object]]:
    for n in range(POLL_LINES, len(played.lines) + 1, POLL_LINES):
        yield _poll(played, opens, n)
    if len(played.lines) % POLL_LINES:
        yield _poll(played, opens, len(played.lines))


def _poll(played: _Played, opens: datetime, n: int) -> dict[str, object]:
    return {
        "device_id": played.device_id,
        "epoch": 1,
        "n": n,
        "head": played.heads[n - 1],
        "bundle": 1,
        "received_at": opens + timedelta(milliseconds=n * TURN_MS + 1_000),
    }


def _batch(played: _Played, opens: datetime, number: int, lines: int) -> Batch:
    first = number * lines
    some = played.lines[first : first + lines]
    before = played.heads[first - 1] if first else playlog.first_head(played.device_id, 1)
    last = first + len(some)
    checkpoint = playlog.Checkpoint(
        device=played.device_id,
        epoch=1,
        from_n=first + 1,
        to_n=last,
        before=before,
        head=played.heads[last - 1],
        boot=1,
        made_ms=to_ms(opens) + last * TURN_MS,
        mono_ms=60_000 + last * TURN_MS,
    )
    signer = ed25519_signer(Ed25519PrivateKey.from_private_bytes(played.seed), keyid=played.device_id)
    return Batch(played.device_id, played.seed, playlog.pack_batch(playlog.seal(checkpoint, signer), some))
