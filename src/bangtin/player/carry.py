"""A stick at this post: the set verified from the copy, media within the quota, records written back (trust G).

A post without a line lives by this; one with a line takes no harm: the same checks, the same floors, the same files.
"""

import asyncio
import json
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import cast

from bangtin.bundle import acks, carry, dsse, instants, playlog
from bangtin.bundle.carry import Entry
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import File
from bangtin.bundle.media import ChunkChecker
from bangtin.player.alerting import Alerting
from bangtin.player.clock import Clock
from bangtin.player.config import BadInput
from bangtin.player.playlog import Playlog
from bangtin.player.store.accepting import Place, Store
from bangtin.player.store.database import Database
from bangtin.player.store.media import sync

REQUEST = "carry-request.json"
ANSWER = "carry-answer.json"
LOOK_S = 1.0
LONGEST_S = 3600.0
log = logging.getLogger("bangtin.player.carry")


@dataclass(frozen=True)
class Host:
    """The parts of the player that a stick touches. `note(kind, details)` keeps a record; `changed` as in `Parts`.

    `report()` is the player's signed word about itself, for the stick.
    """

    place: Place
    store: Store
    playlog: Playlog
    database: Database
    clock: Clock
    alerting: Alerting
    data_dir: Path
    changed: Callable[[], None]
    report: Callable[[], bytes]
    note: Callable[[str, dict[str, object]], None]


@dataclass(frozen=True)
class Outcome:
    """What came of a stick. `refusals` are codes, each with what it is about; none: everything was taken.

    `bundle` is the number in force afterwards, `missing` how many of its files are still not here, `records` how many
    batches the stick carries home, `acknowledged` up to which record the hub has them.
    """

    bundle: int | None = None
    is_new: bool = False
    media: int = 0
    missing: int = 0
    alerts: int = 0
    acknowledged: int | None = None
    records: int = 0
    refusals: tuple[str, ...] = ()


async def exchange(stick: Path, host: Host) -> Outcome:
    """Take what the stick brings and give it what this post has for the hub.

    What is refused is named in the outcome and kept as a record; the rest goes on, but for a stick that holds anything
    that has no place there: nothing of it is read, nothing written. Raises: BadInput if there is no stick.
    """
    if not stick.is_dir():
        raise BadInput("no_stick", path=stick)
    root = stick / carry.FOLDER
    try:
        entries = await asyncio.to_thread(carry.survey, root) if root.is_dir() and not root.is_symlink() else []
        small = await asyncio.to_thread(carry.read_small, root, [one for one in entries if _is_ours(one, host)])
    except BundleRefusal as refusal:
        _refuse(host, refusal)
        return Outcome(_number(host), refusals=(_said(refusal),))
    before = _number(host)
    refusals = [*_take_set(small, host), *_take_ack(small, host)]
    alerts = [data for name, data in sorted(small.items()) if name.startswith("alerts/")]
    if alerts:
        host.alerting.polled(alerts)
    media, bad = await _take_media(root, entries, host)
    refusals += bad
    _settle(host)
    records, bad = await _give_records(root, entries, host)
    acknowledged = host.database.get(f"acked_to.{host.place.device.epoch}")
    return Outcome(
        bundle=_number(host),
        is_new=_number(host) != before,
        media=media,
        missing=len(host.store.wanted()),
        alerts=len(alerts),
        acknowledged=int(acknowledged) if acknowledged else None,
        records=records,
        refusals=(*refusals, *bad),
    )


async def watch(host: Host) -> None:
    """Until cancelled: do what `ask` of another process on this folder asks for."""
    while True:
        await asyncio.sleep(LOOK_S)
        try:
            asked = json.loads((host.data_dir / REQUEST).read_text(encoding="utf-8"))
            (host.data_dir / REQUEST).unlink()
            stick, token = Path(asked["path"]), str(asked["id"])
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError) as error:
            log.warning("the request for a stick cannot be read: %s", error)
            (host.data_dir / REQUEST).unlink(missing_ok=True)
            continue
        answer: dict[str, object] = {"id": token}
        try:
            answer |= asdict(await exchange(stick, host))
        except BadInput as error:
            answer["bad_input"] = {"key": error.key, **{name: str(value) for name, value in error.values.items()}}
        except OSError as error:
            answer["bad_input"] = {"key": "stick_failed", "path": str(stick), "why": str(error)}
        _write_json(host.data_dir / ANSWER, answer)


async def ask(stick: Path, data_dir: Path) -> Outcome:
    """Have the running daemon take the stick. Raises: BadInput, TimeoutError."""
    token = secrets.token_hex(8)
    _write_json(data_dir / REQUEST, {"id": token, "path": str(stick.resolve())})
    async with asyncio.timeout(LONGEST_S):
        while True:
            try:
                answer = json.loads((data_dir / ANSWER).read_text(encoding="utf-8"))
            except (OSError, ValueError):
                answer = {}
            if answer.pop("id", None) == token:
                break
            await asyncio.sleep(LOOK_S / 4)
    if "bad_input" in answer:
        raise BadInput(answer["bad_input"].pop("key"), **answer["bad_input"])
    return Outcome(**{**answer, "refusals": tuple(answer["refusals"])})


def _is_ours(entry: Entry, host: Host) -> bool:
    device = host.place.device
    if entry.kind == "cluster":
        return entry.name in carry.set_files({entry.name: b""}, cluster=device.cluster)
    if entry.kind == "ack":
        return carry.device_of(entry.name) == device.device
    return entry.kind in {"metadata", "targets", "alert"}


def _take_set(small: Mapping[str, bytes], host: Host) -> list[str]:
    """trust 9.3: steps 1–3 on the copy, at the instant that rule G gives."""
    files = carry.set_files(small, cluster=host.place.device.cluster)
    if not files:
        return []
    now = instants.from_ms(host.clock.now_ms())
    try:
        at = carry.instant(files, now=now)
        accepted = host.store.offer(files, at, check=lambda found: carry.check_fresh(found, now=now))
    except BundleRefusal as refusal:
        _refuse(host, refusal)
        return [_said(refusal)]
    log.info("the stick brought bundle %d (%s)", accepted.manifest.number, accepted.digest8)
    host.alerting.review()
    _settle(host)
    return []


def _take_ack(small: Mapping[str, bytes], host: Host) -> list[str]:
    """trust 9.3: only what the hub signed, and only up to a head that is our own."""
    device = host.place.device
    envelope = small.get(f"acks/{device.device}.json")
    newest = host.store.newest
    if envelope is None or newest is None:
        return []
    try:
        ack = acks.read(envelope, keys=newest.keys, device=device.device)
        if ack.to and not host.playlog.acknowledge(epoch=ack.epoch, to_n=ack.to, head=ack.head):
            acked = int(host.database.get(f"acked_to.{ack.epoch}") or 0)
            if ack.to > acked:  # an older word than the one we have says nothing new
                raise BundleRefusal("carry_ack", step="9.3", subject=device.device, detail="is not of our own chain")
    except BundleRefusal as refusal:
        _refuse(host, refusal)
        return [_said(refusal)]
    return []


async def _take_media(root: Path, entries: Sequence[Entry], host: Host) -> tuple[int, list[str]]:
    by_name = {one.name: one for one in entries}
    count, refusals = 0, []
    sounds = host.alerting.sounds()
    host.store.media.allow_sounds(sounds)
    for file in (*(one for one in sounds if not host.store.media.has(one)), *host.store.wanted()):
        entry = by_name.get(f"m/{file.sha256}")
        if entry is None or host.store.media.has(file):
            continue
        try:
            if not host.store.make_room(file):  # trust 9.2: copied within quota
                detail = f"{file.size} bytes do not fit the quota"
                raise BundleRefusal("carry_too_large", step="9.2", subject=file.sha256, detail=detail)
            await asyncio.to_thread(_copy, root, entry, by_name.get(f"m/{file.sha256}.chunks"), file, host.store)
        except (BundleRefusal, OSError) as error:
            refusals.append(_said(error))
            if isinstance(error, BundleRefusal):
                _refuse(host, error)
            continue
        count += 1
        _settle(host)
        host.changed()
    return count, refusals


def _copy(root: Path, entry: Entry, listed: Entry | None, file: File, store: Store) -> None:
    """trust 4.2, 4.3, 9.2: each chunk as it comes, the whole at the end; only then it gets its name."""
    chunks = b"".join(carry.pieces(root, listed)) if listed is not None and file.chunks else b""
    checker = ChunkChecker(file, chunks)
    staged = store.media.path(file.sha256).with_suffix(".carry")
    try:
        with staged.open("wb") as out:
            for piece in carry.pieces(root, entry):
                checker.take(piece)
                out.write(piece)
        checker.finish()
        if file.chunks:
            store.media.chunks_path(file.sha256).write_bytes(chunks)
            sync(store.media.chunks_path(file.sha256))
        staged.rename(store.media.part(file.sha256))
        store.media.keep(file.sha256)
    finally:
        staged.unlink(missing_ok=True)


async def _give_records(root: Path, entries: Sequence[Entry], host: Host) -> tuple[int, list[str]]:
    """Every batch that the hub has not acknowledged, as it would be sent; those it has leave the stick."""
    device = host.place.device.device
    while host.playlog.seal(made_ms=host.clock.now_ms(), mono_ms=host.clock.mono_ms()):
        pass
    bodies = _batches(host.database, device)
    known = {one.name for one in entries}
    try:
        for name, body in bodies.items():
            if name not in known:
                await asyncio.to_thread(carry.write, root, name, [body])
        for entry in entries:
            if entry.kind == "records" and _is_done(entry, bodies, host):
                (root / entry.name).unlink(missing_ok=True)
        await asyncio.to_thread(carry.write, root, f"health/{device}.json", [host.report()])
        await asyncio.to_thread(carry.settle, root)
    except OSError as error:
        return sum((root / name).is_file() for name in bodies), [_said(error)]
    return len(bodies), []


def _batches(database: Database, device: str) -> dict[str, bytes]:
    found = {}
    rows = database.rows("SELECT epoch, first, last, envelope FROM batches ORDER BY epoch, first")
    for epoch, first, last, envelope in cast(list[tuple[int, int, int, bytes]], rows):
        head = str(dsse.open(envelope, "playlog").payload["head"])
        sql = "SELECT line FROM lines WHERE epoch = ? AND n BETWEEN ? AND ? ORDER BY n"
        lines = [cast(bytes, line) for (line,) in database.rows(sql, epoch, first, last)]
        name = carry.record_name(device, epoch=epoch, first=first, head=head)
        found[name] = playlog.pack_batch(envelope, lines)
    return found


def _is_done(entry: Entry, bodies: Mapping[str, bytes], host: Host) -> bool:
    """Whether the hub has this batch of ours: not here any more, and below what it acknowledged."""
    if carry.device_of(entry.name) != host.place.device.device or entry.name in bodies:
        return False
    epoch, first, _head = entry.name.rsplit("/", 1)[1].split("-")
    return int(first) <= int(host.database.get(f"acked_to.{epoch}") or 0)


def _settle(host: Host) -> None:
    if host.store.settle() and host.store.manifest is not None:
        host.note("boot", {"x_event": "accepted", "x_via": "carry"})
        host.changed()


def _refuse(host: Host, refusal: BundleRefusal) -> None:
    log.warning("the stick: %s", refusal)
    about = {"x_code": refusal.code, "x_step": refusal.step, "x_about": refusal.subject[:80], "x_via": "carry"}
    host.note("refusal", dict(about))


def _said(error: Exception) -> str:
    return f"{error.code} {error.subject[:80]}" if isinstance(error, BundleRefusal) else f"carry_io {error}"[:160]


def _number(host: Host) -> int | None:
    return host.store.manifest.number if host.store.manifest is not None else None


def _write_json(path: Path, value: Mapping[str, object]) -> None:
    staged = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    staged.write_text(json.dumps(value), encoding="utf-8")
    staged.replace(path)
