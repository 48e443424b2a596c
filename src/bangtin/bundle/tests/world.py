"""A small province with one cluster, its officers, keys and one publishable bundle."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import approvals, dsse, instants, names, publishing, verify
from bangtin.bundle.approvals import Officer, Officers, Policy, Statement
from bangtin.bundle.content import Content, Rendition, TextNotice, content_digest
from bangtin.bundle.devices import DeviceRecord
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import Device, Face, File, Item, LoopEntry, Manifest, Window
from bangtin.bundle.signers import CryptoSigner, ed25519_signer

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
AT_MS = instants.to_ms(AT)
HOUR_MS = 3_600_000
CLUSTER = "cao-bang/ta-lung"
OTHER = "cao-bang/trung-khanh"
FACE = "ta-lung-1"
GEOMETRY = "1920x640"
MEDIA = b"moving pictures" * 200_000  # three chunks of 1 MiB
MEDIA_SHA256 = hashlib.sha256(MEDIA).hexdigest()  # once: nearly every test of the format makes a manifest
LISTED = b"".join(hashlib.sha256(MEDIA[at : at + 2**20]).digest() for at in range(0, len(MEDIA), 2**20))
FAR = datetime(2027, 11, 23, tzinfo=UTC)


def private_key(label: str) -> Ed25519PrivateKey:
    seed = hashlib.sha256(f"bangtin test key, never use: {label}".encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed)


def signer(label: str, *, keyid: str | None = None) -> CryptoSigner:
    return ed25519_signer(private_key(label), keyid=keyid)


def public_key(label: str) -> bytes:
    return private_key(label).public_key().public_bytes_raw()


def keys() -> publishing.Keys:
    roles = [*publishing.TOP_ROLES, "people", *publishing.KEY_ONLY_ROLES, names.role(CLUSTER), names.role(OTHER)]
    return publishing.Keys({role: (signer(role),) for role in roles})


KEYS = keys()


def officers() -> Officers:
    def listed(*steps: str) -> Officer:
        return Officer("so-ttdl", "chuyen-vien", steps, AT - timedelta(days=300), FAR)

    return Officers(
        {
            "hoa": listed("appraisal.decide"),
            "minh": listed("appraisal.confirm", "appraisal.decide"),
            "lan": listed("appraisal.confirm"),
        }
    )


def clip(author: str = "nung") -> Content:
    rendition = Rendition(MEDIA_SHA256, 10_000, 1920, 640, GEOMETRY)
    return Content("v-clip", "video", "vi", "Phòng cháy mùa khô", (rendition,), author)


def notice(author: str = "nung") -> Content:
    words = TextNotice("notice", {"head": "Xã Tà Lùng", "title": "Lịch tiêm phòng"})
    return Content(
        "v-notice", "text", "vi", "Lịch tiêm phòng", (Rendition("", 8_000, 1920, 640, GEOMETRY),), author, words
    )


def item(content: Content, *, name: str, class_: str = "ordinary") -> Item:
    return Item(name, class_, content, content_digest(content))


def file() -> File:
    return File(MEDIA_SHA256, len(MEDIA), "video/mp4", hashlib.sha256(LISTED).hexdigest())


def manifest(number: int = 1) -> Manifest:
    """07:30–11:00 at home: a clip and a notice in turn, then rest; the notice is also the filler."""
    return Manifest(
        province="cao-bang",
        cluster=CLUSTER,
        number=number,
        made_ms=AT_MS,
        starts_ms=AT_MS - HOUR_MS,
        ends_ms=AT_MS + 48 * HOUR_MS,
        filler_from_ms=AT_MS - HOUR_MS,
        devices={"dev-1": Device(1, (FACE,))},
        faces={FACE: Face(1920, 640)},
        files=(file(),),
        items=(item(clip(), name="clip"), item(notice(), name="notice")),
        loops={"morning": (LoopEntry("clip", "slot-1", 10_000), LoopEntry("notice", "slot-2", 8_000))},
        windows=(
            Window("w1", AT_MS, AT_MS + 3 * HOUR_MS, "ordinary", "slot-1 slot-2, 8.1.a", "morning"),
            Window("r1", AT_MS + 4 * HOUR_MS, AT_MS + 5 * HOUR_MS, "rest", "8.1.a"),
        ),
        filler=("notice",),
        approvals=4,
    )


def statement(of: Item, *, officer: str, step: str, at: datetime = AT, **changes: object) -> Statement:
    made = Statement(
        id=f"s-{of.id}-{officer}-{step}",
        content=of.digest,
        language=of.content.language,
        class_=of.class_,
        step=step,
        decision="approved",
        officer=officer,
        post="chuyen-vien",
        agency="so-ttdl",
        at=at,
        instrument="31/2020/QĐ-UBND",
        clause="4.1",
        clusters=(CLUSTER,),
        until_at=FAR,
        grounds=hashlib.sha256(b"").hexdigest(),
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # each test names fields of Statement


def two_officers(of: Item) -> list[Statement]:
    return [
        statement(of, officer="hoa", step="appraisal.decide"),
        statement(of, officer="lan", step="appraisal.confirm"),
    ]


def sign_all(statements: Iterable[Statement], role: str = "approvals") -> bytes:
    return approvals.join_lines(dsse.sign("approval", one.payload(), KEYS.of(role)) for one in statements)


def device(**changes: object) -> DeviceRecord:
    record = DeviceRecord(
        "dev-1", public_key("dev-1").hex(), "cao-bang", CLUSTER, (FACE,), False, 1, AT, "hoa", AT + timedelta(days=400)
    )
    return replace(record, **changes)  # type: ignore[arg-type]  # each test names fields of DeviceRecord


def repository(*, policy: Policy | None = None) -> dict[str, bytes]:
    return publishing.new_repository(
        KEYS,
        clusters=[CLUSTER, OTHER],
        policy=(policy or Policy.default()).encode(),
        officers=officers().encode(),
        at=AT,
    )


def published(
    made: Manifest | None = None,
    *,
    lines: bytes | None = None,
    repo: dict[str, bytes] | None = None,
    at: datetime = AT,
    policy: Policy | None = None,
) -> dict[str, bytes]:
    """A file set with `made` on air, approved by two officers an item unless `lines` says otherwise."""
    made = made or manifest()
    if lines is None:
        lines = sign_all(one for each in made.items for one in two_officers(each))
    made = replace(made, approvals=lines.count(b"\n"))
    repo = repo or repository(policy=policy)
    return publishing.publish(repo, keys=KEYS, cluster=CLUSTER, manifest=made.encode(), approvals=lines, at=at)


def anchor(files: dict[str, bytes]) -> bytes:
    return files["metadata/1.root.json"]


def accept(files: dict[str, bytes], **changes: object) -> verify.Accepted:
    arguments: dict[str, object] = {"anchor": ANCHOR, "at": AT, "device": device(), **changes}
    return verify.accept(files, **arguments)  # type: ignore[arg-type]  # each test names arguments of accept


def refused(code: str, files: dict[str, bytes], **changes: object) -> BundleRefusal:
    with pytest.raises(BundleRefusal) as caught:
        accept(files, **changes)
    assert caught.value.code == code, str(caught.value)
    return caught.value


ANCHOR = anchor(repository())
