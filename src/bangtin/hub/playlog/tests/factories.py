"""A screen with one clip on its plan, a key of its own, and the means to say what it played."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import manifest as manifests
from bangtin.bundle import playlog
from bangtin.bundle.manifest import Content, Item, LoopEntry, Manifest, Rendition, Window, content_digest
from bangtin.bundle.signers import ed25519_signer
from bangtin.hub.devices.models import Bundle, Commitment, Device
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.kit.testing import local
from bangtin.hub.programmes.models import Kind, Programme, ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.tests.factories import INSTRUMENT, World, cao_bang
from bangtin.hub.schedules.models import Slot

START = local("2026-11-23 07:30")
TURN_MS = 10_000


@dataclass
class Screen:
    """A device on one face, its plan, and the end of its own chain."""

    world: World
    device: Device
    key: Ed25519PrivateKey
    bundle: Bundle
    manifest: Manifest
    slot: Slot
    version: ProgrammeVersion
    filler: ProgrammeVersion
    n: int = 0
    head: str = ""
    lines: list[bytes] = field(default_factory=list)

    def play(self, turn: int, **changes: object) -> playlog.Line:
        """The true line of the slot's `turn`-th turn, the next in the chain, changed as said."""
        from_ms = to_ms(START) + turn * TURN_MS
        item = self.manifest.items[0]
        line = playlog.Line(
            k="play",
            n=self.n + 1,
            boot=1,
            bundle=self.manifest.number,
            face=self.device.face_id,
            from_ms=from_ms,
            mono_ms=60_000 + turn * TURN_MS,
            shown_ms=TURN_MS,
            clock="hub",
            item=item.id,
            content=item.digest,
            lang="vi",
            class_="ordinary",
            slot=str(self.slot.pk),
        )
        return replace(line, **changes)  # type: ignore[arg-type]  # tests name fields of Line

    def say(self, *lines: playlog.Line | bytes) -> bytes:
        """Append lines to the chain, numbered in order, and give the body of the batch that seals them."""
        before, first = self.head, self.n + 1
        made = []
        for n, line in enumerate(lines, start=first):
            data = line if isinstance(line, bytes) else playlog.encode(replace(line, n=n))
            self.head = playlog.fold(self.head, data)
            made.append(data)
        self.n += len(made)
        self.lines += made
        return self.sealed(made, first=first, before=before, head=self.head)

    def sealed(self, lines: Sequence[bytes], *, first: int, before: str, head: str) -> bytes:
        """The body of a batch with these lines, signed by the device."""
        checkpoint = playlog.Checkpoint(
            device=self.device.pk,
            epoch=1,
            from_n=first,
            to_n=first + len(lines) - 1,
            before=before,
            head=head,
            boot=1,
            made_ms=to_ms(START),
            mono_ms=0,
        )
        signer = ed25519_signer(self.key, keyid=self.device.pk)
        return playlog.pack_batch(playlog.seal(checkpoint, signer), lines)

    def commit(self, *, at: datetime, bundle: int | None = None) -> Commitment:
        """A poll at `at` that carries the present head."""
        return Commitment.objects.create(
            device=self.device,
            epoch=1,
            n=self.n,
            head=self.head,
            bundle=bundle or self.manifest.number,
            received_at=at,
        )


def version(
    world: World, code: str, *, agency: str = "dai-ptth", title: str = "Lễ hội Thác Bản Giốc"
) -> ProgrammeVersion:
    """A version that is ready to air."""
    programme = Programme.objects.create(
        code=code,
        instrument_id=INSTRUMENT,
        agency=world.agencies[agency],
        month=START.date().replace(day=1),
        created_at=START - timedelta(days=3),
    )
    return ProgrammeVersion.objects.create(
        programme=programme,
        number=1,
        receipt=f"{code}/1",
        state=VersionState.READY,
        kind=Kind.VIDEO,
        title=title,
        submitted_by=world.users["dai"],
        submitted_at=START - timedelta(days=3),
    )


def item(row: ProgrammeVersion, name: str) -> Item:
    """The item of a version in a bundle; its digest is written to the version."""
    content = Content(
        version=str(row.pk),
        kind="video",
        language="vi",
        title=row.title,
        renditions=(Rendition("a" * 64, TURN_MS, 1024, 512, "1024x512"),),
        author="dai",
    )
    row.content_digest = content_digest(content)
    row.save(update_fields=["content_digest"])
    return Item(id=name, class_="ordinary", content=content, digest=row.content_digest)


def plan(slot: Slot, items: tuple[Item, Item], device_id: str) -> Manifest:
    """A manifest whose slot shows the first item; the second is filler."""
    return Manifest(
        province="cao-bang",
        cluster="cao-bang/trung-khanh",
        number=1,
        made_ms=to_ms(START) - 600_000,
        starts_ms=to_ms(START) - 600_000,
        ends_ms=to_ms(START) + 86_400_000,
        filler_from_ms=to_ms(START),
        devices={device_id: manifests.Device(1, ("trung-khanh-1",))},
        faces={"trung-khanh-1": manifests.Face(1024, 512)},
        files=(manifests.File("a" * 64, 1_000, "video/mp4"),),
        items=items,
        loops={"l1": (LoopEntry(items[0].id, str(slot.pk), TURN_MS),)},
        windows=(Window("w1", to_ms(slot.starts_at), to_ms(slot.ends_at), "ordinary", "8.1.a", loop="l1"),),
        filler=(items[1].id,),
    )


def publish(screen_plan: Manifest, world: World, *, at: datetime) -> Bundle:
    """The row of a published bundle."""
    return Bundle.objects.create(
        cluster=world.clusters["trung-khanh"],
        number=screen_plan.number,
        manifest=screen_plan.encode(),
        manifest_sha256=hashlib.sha256(screen_plan.encode()).hexdigest(),
        starts_at=at,
        ends_at=at + timedelta(days=1),
        published_by=world.users["xep-lich-tk"],
        published_at=at,
    )


def screen(*, minutes: int = 10, number: int = 1) -> Screen:
    """A screen at Trùng Khánh with a slot of `minutes` from 07:30 on a Monday, and a filler."""
    world = cao_bang()
    key = Ed25519PrivateKey.generate()
    public = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")
    device = Device.objects.create(
        id=f"d-{number}",
        face=world.faces["trung-khanh-1"],
        public_key=public,
        record=b"",
        enrolled_by=world.users["an-toan"],
        enrolled_at=START - timedelta(days=1),
    )
    shown, spare = version(world, "CB-2026-0001"), version(world, "CB-2026-0002", title="Cảnh đẹp Cao Bằng")
    slot = Slot.objects.create(
        cluster=world.clusters["trung-khanh"],
        version=shown,
        starts_at=START,
        ends_at=START + timedelta(minutes=minutes),
        clause="cao-bang/8.1.a",
        placed_by=world.users["xep-lich-tk"],
        placed_at=START - timedelta(hours=1),
    )
    made = plan(slot, (item(shown, "i1"), item(spare, "i2")), device.pk)
    bundle = publish(made, world, at=START - timedelta(minutes=5))
    head = playlog.first_head(device.pk, 1)
    return Screen(world, device, key, bundle, made, slot, shown, spare, head=head)
