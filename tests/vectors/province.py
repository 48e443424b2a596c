"""The small province of the vectors: its keys, officers, items; every byte follows from labels and one instant."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from bangtin.bundle import approvals, canonical, dsse, instants, names, publishing
from bangtin.bundle.approvals import Charge, ClassRule, Officer, Officers, Policy, Quorum, Statement
from bangtin.bundle.content import Content, Rendition, TextNotice, content_digest
from bangtin.bundle.devices import DeviceRecord
from bangtin.bundle.manifest import Device, Face, File, Item, LoopEntry, Manifest, Window
from bangtin.bundle.roles import MetaFile, Signed, Snapshot, Timestamp, read_signed, sign
from bangtin.bundle.signers import CryptoSigner, Signature, Signer, SSlibKey, ed25519_signer
from bangtin.bundle.tests import softkey, world

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
AT_MS = instants.to_ms(AT)
HOUR_MS = 3_600_000
DAY = timedelta(days=1)
FAR = datetime(2027, 11, 23, tzinfo=UTC)
PROVINCE, CLUSTER, OTHER = "cao-bang", "cao-bang/ta-lung", "cao-bang/trung-khanh"
ROLE = names.role(CLUSTER)
FACE, GEOMETRY = "ta-lung-1", "1920x640"
DEVICE = DeviceRecord(
    "dev-1", world.public_key("dev-1").hex(), PROVINCE, CLUSTER, (FACE,), False, 1, AT, "hoa", AT + 400 * DAY
)
SMALL = b"a picture of the border gate"
LARGE = b"moving pictures" * 80_000  # two chunks of 1 MiB
DAY_S = 86_400
TWO = (("appraisal.decide", 1), ("appraisal.confirm", 1))
EDITED = Quorum((("appraisal.edit", 1), ("appraisal.confirm", 1)), 2, author_may=("appraisal.edit",))
POLICY = Policy(
    {
        "ordinary": ClassRule(TWO, 2, ("hub", "webauthn"), 45 * DAY_S, (EDITED,)),
        "priority": ClassRule(TWO, 2, ("hub", "webauthn"), 3 * DAY_S),
    },
    rp_id=softkey.RP,
    origins=(softkey.ORIGIN,),
)
STAGE_TWO = replace(POLICY, classes={name: replace(one, proofs=("webauthn",)) for name, one in POLICY.classes.items()})
PASSKEYS = {name: softkey.SoftKey(name) for name in ("hoa", "lan", "minh")}


class TokenSigner(CryptoSigner):
    """A P-256 key as in a PKCS#11 token, its signatures made repeatable."""

    def __init__(self, label: str) -> None:
        key = softkey.SoftKey(label).private
        super().__init__(key, SSlibKey.from_crypto(key.public_key()))
        self._key = key

    def sign(self, payload: bytes) -> Signature:
        made = self._key.sign(payload, ec.ECDSA(SHA256(), deterministic_signing=True))
        return Signature(self.public_key.keyid, made.hex())


def signer(label: str) -> CryptoSigner:
    return ed25519_signer(world.private_key(f"vector {label}"))


def keys(suffix: str = "", *, tokens: bool = False) -> publishing.Keys:
    """Root and targets 2 of 3, everything else one key; with `tokens` one root and one targets key are on P-256."""
    held: dict[str, tuple[CryptoSigner, ...]] = {}
    for role in ("root", "targets"):
        held[role] = tuple(signer(f"{role} {number}{suffix}") for number in (1, 2, 3))
        if tokens:
            held[role] = (TokenSigner(f"{role} token"), *held[role][1:])
    for role in ("snapshot", "timestamp"):
        held[role] = (signer(role + suffix),)
    for role in ("people", *publishing.KEY_ONLY_ROLES, ROLE, names.role(OTHER)):
        held[role] = (signer(role),)
    return publishing.Keys(held)


KEYS = keys()
THRESHOLDS = {"root": 2, "targets": 2}


def officers() -> Officers:
    def listed(name: str, *steps: str) -> Officer:
        charge = Charge("so-ttdl", "chuyen-vien", steps, AT - 300 * DAY, FAR)
        return Officer.charged([charge], (PASSKEYS[name].listed(AT - 30 * DAY, FAR),))

    return Officers(
        {
            "hoa": listed("hoa", "appraisal.decide", "appraisal.edit"),
            "lan": listed("lan", "appraisal.confirm"),
            "minh": listed("minh", "appraisal.decide", "appraisal.confirm"),
        }
    )


LEADS = ("alert.order", "alert.cancel", "command.blank", "command.restore")


def with_leader() -> Officers:
    """The officers, and a leader who orders emergency notices and commands."""
    leader = Officer.charged([Charge("ubnd-tinh", "leader", LEADS, AT - 300 * DAY, FAR)])
    return Officers({**officers().by_id, "thu": leader})


def repository(
    policy: Policy = POLICY, *, held: publishing.Keys = KEYS, known: Officers | None = None
) -> dict[str, bytes]:
    return publishing.new_repository(
        held,
        clusters=[CLUSTER, OTHER],
        policy=policy.encode(),
        officers=(known or officers()).encode(),
        at=AT,
        thresholds=THRESHOLDS,
    )


REPOSITORY = repository()
ANCHOR = REPOSITORY["metadata/1.root.json"]


def picture(media: bytes = SMALL, **changes: object) -> Content:
    shown = Rendition(hashlib.sha256(media).hexdigest(), 8_000, 1920, 640, GEOMETRY)
    made = Content("v-gate", "picture", "vi", "Cửa khẩu Tà Lùng", (shown,), "nung")
    return replace(made, **changes)  # type: ignore[arg-type]  # each case names fields of Content


def notice(**changes: object) -> Content:
    words = TextNotice("notice", {"head": "Xã Phục Hòa", "title": "Lịch tiêm phòng"})
    shown = Rendition("", 8_000, 1920, 640, GEOMETRY)
    made = Content("v-notice", "text", "vi", "Lịch tiêm phòng", (shown,), "nung", words)
    return replace(made, **changes)  # type: ignore[arg-type]  # each case names fields of Content


def item(content: Content, name: str, class_: str = "ordinary") -> Item:
    return Item(name, class_, content, content_digest(content))


def chunk_list(media: bytes) -> bytes:
    return b"".join(hashlib.sha256(media[at : at + 2**20]).digest() for at in range(0, len(media), 2**20))


def file(media: bytes = SMALL) -> File:
    listed = hashlib.sha256(chunk_list(media)).hexdigest() if len(media) > 2**20 else ""
    return File(hashlib.sha256(media).hexdigest(), len(media), "image/png", listed)


PICTURE, NOTICE = item(picture(), "gate"), item(notice(), "notice")


def manifest(
    number: int = 1, *, first: Item = PICTURE, second: Item = NOTICE, media: bytes = SMALL, **changes: object
) -> Manifest:
    """Two items in turn for three hours, an hour of rest later; the notice is also the filler."""
    made = Manifest(
        province=PROVINCE, cluster=CLUSTER, number=number, made_ms=AT_MS, starts_ms=AT_MS - HOUR_MS,
        ends_ms=AT_MS + 48 * HOUR_MS, filler_from_ms=AT_MS - HOUR_MS, devices={"dev-1": Device(1, (FACE,))},
        faces={FACE: Face(1920, 640)}, files=(file(media),), items=(first, second),
        loops={"morning": (LoopEntry(first.id, "slot-1", 8_000), LoopEntry(second.id, "slot-2", 8_000))},
        windows=(
            Window("w1", AT_MS, AT_MS + 3 * HOUR_MS, "ordinary", "slot-1 slot-2, 8.1.a", "morning"),
            Window("r1", AT_MS + 4 * HOUR_MS, AT_MS + 5 * HOUR_MS, "rest", "8.1.a"),
        ),
        filler=(second.id,), approvals=4,
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]  # each case names fields of Manifest


def statement(of: Item, officer: str, step: str, **changes: object) -> Statement:
    made = Statement(
        id=f"s-{of.id}-{officer}-{step}", content=of.digest, language=of.content.language, class_=of.class_,
        step=f"appraisal.{step}", decision="approved", officer=officer, post="chuyen-vien", agency="so-ttdl", at=AT,
        instrument="31/2020/QĐ-UBND", clause="4.1", clusters=(CLUSTER,), until_at=FAR,
        grounds=hashlib.sha256(b"").hexdigest(),
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]  # each case names fields of Statement


def two(of: Item) -> list[Statement]:
    return [statement(of, "hoa", "decide"), statement(of, "lan", "confirm")]


GOOD = [*two(PICTURE), *two(NOTICE)]


def by_hub(statements: Iterable[Statement], role: str = "approvals") -> bytes:
    return approvals.join_lines(dsse.sign("approval", one.payload(), KEYS.of(role)) for one in statements)


def by_passkey(
    statements: Iterable[Statement], *, hub: bool = False, of: Statement | None = None, **wrong: object
) -> bytes:
    """Each statement under its officer's passkey; `of` and `wrong` spoil the first."""
    lines = []
    for number, one in enumerate(statements):
        signed, spoilt = (of or one, wrong) if number == 0 else (one, {})
        answer = PASSKEYS[one.officer].answer(canonical.encode(signed.payload()), **spoilt)  # type: ignore[arg-type]  # named arguments
        lines.append(softkey.envelope(one, [answer], hub=KEYS.of("approvals") if hub else ()))
    return approvals.join_lines(lines)


def published(
    made: Manifest | bytes | None = None,
    lines: bytes | None = None,
    *,
    repo: Mapping[str, bytes] = REPOSITORY,
    held: publishing.Keys = KEYS,
    at: datetime = AT,
) -> dict[str, bytes]:
    """The set in which the cluster shows `made` on the strength of `lines`: two officers an item if none are given."""
    made = manifest() if made is None else made
    if lines is None:
        lines = by_hub(one for each in made.items for one in two(each)) if isinstance(made, Manifest) else by_hub(GOOD)
    if isinstance(made, Manifest):
        made = replace(made, approvals=lines.count(b"\n")).encode()
    return publishing.publish(repo, keys=held, cluster=CLUSTER, manifest=made, approvals=lines, at=at)


def resigned(
    files: Mapping[str, bytes], role: str, change: Callable[[Signed], None], by: Iterable[Signer] | None = None
) -> dict[str, bytes]:
    """The set in which `role` says what `change` makes of it, signed `by` whom one likes; what names it follows."""
    found = dict(files)
    stamp = cast(Timestamp, read_signed(found["metadata/timestamp.json"]))
    shot = cast(Snapshot, read_signed(found[f"metadata/{stamp.snapshot_meta.version}.snapshot.json"]))
    if role not in ("timestamp", "snapshot"):
        body = read_signed(found[f"metadata/{shot.meta[f'{role}.json'].version}.{role}.json"])
        body.version += 1
        change(body)
        data = sign(body, list(by or KEYS.of(role)))
        found[f"metadata/{body.version}.{role}.json"] = data
        shot.meta[f"{role}.json"] = MetaFile.from_data(body.version, data, ["sha256"])
    if role != "timestamp":
        shot.version += 1
        if role == "snapshot":
            change(shot)
        data = sign(shot, list(by or KEYS.of("snapshot")) if role == "snapshot" else KEYS.of("snapshot"))
        found[f"metadata/{shot.version}.snapshot.json"] = data
        stamp.snapshot_meta = MetaFile.from_data(shot.version, data, ["sha256"])
    stamp.version += 1
    if role == "timestamp":
        change(stamp)
    signers = list(by or KEYS.of("timestamp")) if role == "timestamp" else KEYS.of("timestamp")
    return {**found, "metadata/timestamp.json": sign(stamp, signers)}
