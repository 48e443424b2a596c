"""A stick for posts without a line: what their screens would fetch, laid out as trust G says; it holds no secret."""

import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.bundle import carry, names
from bangtin.bundle import manifest as manifests
from bangtin.bundle.acks import Ack
from bangtin.bundle.acks import encode as encode_ack
from bangtin.bundle.bounds import CHUNK_BYTES
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices.actions import keys, repository
from bangtin.hub.devices.key_errors import StickUnusable
from bangtin.hub.devices.models import Bundle, PublishedFile
from bangtin.hub.devices.queries.repository import current_files
from bangtin.hub.kit import audit, files

SPARE_BYTES = 64 * 2**20  # what the records of the posts may take


@dataclass(frozen=True)
class Exported:
    """What lies on the stick now: clusters, how many files and bytes, how many were new, how many left."""

    clusters: tuple[str, ...]
    files: int
    bytes: int
    written: int
    removed: int


def export(
    *,
    folder: Path,
    clusters: Sequence[Cluster],
    sounds: Iterable[str],
    alerts: Iterable[bytes],
    acks: Iterable[Ack],
    at: datetime,
) -> Exported:
    """Write the newest sets of these clusters to the stick at `folder`, their media, notices and acknowledgements.

    What an earlier export left and is not needed goes; records of posts stay. The timestamp is signed anew, so that a
    courier has its whole life and the grace of the policy. `sounds`: digests of recorded announcements.
    Raises: StickUnusable, RepositoryMissing.
    """
    if not folder.is_dir():
        raise _unusable(_("%(folder)s is no folder; mount the stick and name its place.") % {"folder": folder})
    repository.create_repository(at=at)
    repository.refresh(at=at, is_forced=True)
    root = folder / carry.FOLDER
    root.mkdir(parents=True, exist_ok=True)
    found = _survey(root)
    wanted = _set_of(clusters) | _alerts(alerts) | _acks(acks)
    media = dict(_media(clusters, sounds))
    _require_room(folder, found, wanted, media)
    try:
        written = _write_media(root, found, media) + _write_small(root, wanted)
        removed = _remove(root, found, {*wanted, *media})
        carry.settle(root)
    except OSError as error:
        raise _unusable(_("The stick cannot be written: %(why)s") % {"why": error.strerror}) from error
    total = sum(map(len, wanted.values())) + sum(path.stat().st_size for path in media.values())
    ids = tuple(cluster.pk for cluster in clusters)
    with transaction.atomic():
        for cluster in clusters:
            audit.record("bundle.carried", cluster, actor=None, at=at, files=len(wanted) + len(media))
    return Exported(ids, len(wanted) + len(media), total, written, removed)


def write_acks(*, folder: Path, acks: Iterable[Ack]) -> int:
    """Put acknowledgements on a stick whose records were just taken in; gives how many. Raises: StickUnusable."""
    found = _acks(acks)
    try:
        return _write_small(folder / carry.FOLDER, found)
    except OSError as error:
        raise _unusable(_("The stick cannot be written: %(why)s") % {"why": error.strerror}) from error


def records_on(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """The batches on a stick as `(device, name, body)`, those of a device in their order, one in memory at a time.

    Raises: StickUnusable, also on the way: what was taken in until then is taken in.
    """
    root = _root(folder)
    entries = [one for one in _survey(root) if one.kind == "records"]
    entries.sort(key=lambda one: (carry.device_of(one.name), *_place(one.name)))
    return _bodies(root, entries)


def words_on(folder: Path) -> Iterator[tuple[str, str, bytes]]:
    """What the posts say of themselves, as `(device, name, envelope)`. Raises: StickUnusable."""
    root = _root(folder)
    return _bodies(root, [one for one in _survey(root) if one.kind == "health"])


def _root(folder: Path) -> Path:
    root = folder / carry.FOLDER
    if not root.is_dir():
        raise _unusable(_("There is no folder %(name)s on the stick.") % {"name": carry.FOLDER})
    return root


def _bodies(root: Path, entries: Iterable[carry.Entry]) -> Iterator[tuple[str, str, bytes]]:
    for one in entries:
        try:
            body = b"".join(carry.pieces(root, one))
        except (BundleRefusal, OSError) as error:
            raise _unusable(str(error)) from error
        yield carry.device_of(one.name), one.name, body


def _survey(root: Path) -> list[carry.Entry]:
    try:
        return carry.survey(root)
    except BundleRefusal as refusal:
        raise _unusable(
            _("The stick holds something that has no place there (%(code)s: %(name)s).")
            % {"code": refusal.code, "name": ascii(refusal.subject)}
        ) from refusal


def _set_of(clusters: Sequence[Cluster]) -> dict[str, bytes]:
    own = {names.slug(cluster.pk) for cluster in clusters}
    return {name: body for name, body in current_files().items() if _cluster_in(name) in own | {None}}


def _cluster_in(name: str) -> str | None:
    """The cluster a file of the set belongs to; None: it is for all."""
    if name.startswith("targets/c/"):
        return name.split("/")[2]
    role = name.split(".")[1] if name.startswith("metadata/") else ""
    return role.removeprefix("c-") if role.startswith("c-") else None


def _alerts(envelopes: Iterable[bytes]) -> dict[str, bytes]:
    return {carry.alert_name(body): body for body in envelopes}


def _acks(acks: Iterable[Ack]) -> dict[str, bytes]:
    signers = keys.load().of("hub")
    return {f"acks/{ack.device}.json": encode_ack(ack, signers) for ack in acks}


def _media(clusters: Sequence[Cluster], sounds: Iterable[str]) -> Iterator[tuple[str, Path]]:
    digests = set(sounds)
    for cluster in clusters:
        last = Bundle.objects.filter(cluster=cluster).order_by("-number").first()
        if last is not None:
            digests |= {file.sha256 for file in manifests.read(bytes(last.manifest)).files}
    chunked = dict(PublishedFile.objects.filter(pk__in=digests).values_list("sha256", "chunks_sha256"))
    for digest in sorted(digests):
        if files.has(digest):
            yield f"m/{digest}", files.path(digest)
        if chunked.get(digest):
            yield f"m/{digest}.chunks", files.path(chunked[digest])


def _require_room(
    folder: Path, found: Sequence[carry.Entry], wanted: Mapping[str, bytes], media: Mapping[str, Path]
) -> None:
    sizes = {one.name: one.size for one in found}
    need = sum(path.stat().st_size for name, path in media.items() if sizes.get(name) != path.stat().st_size)
    need += sum(map(len, wanted.values())) + SPARE_BYTES
    if shutil.disk_usage(folder).free < need:
        raise _unusable(_("The stick has too little room: %(need)d MB are needed.") % {"need": need // 1_000_000 + 1})


def _write_media(root: Path, found: Sequence[carry.Entry], media: Mapping[str, Path]) -> int:
    """Media first: a set is worth nothing without them. What has its size stays; a player checks its bytes."""
    sizes = {one.name: one.size for one in found}
    count = 0
    for name, path in media.items():
        if sizes.get(name) != path.stat().st_size:
            with path.open("rb") as source:
                carry.write(root, name, _chunks(source))
            count += 1
    return count


def _chunks(source: BinaryIO) -> Iterator[bytes]:
    while data := source.read(CHUNK_BYTES):
        yield data


def _write_small(root: Path, wanted: Mapping[str, bytes]) -> int:
    """The timestamp last: before it is there the set of before still holds together, or nothing does."""
    count = 0
    for name in sorted(wanted, key=lambda one: (one.startswith("metadata/"), one == "metadata/timestamp.json", one)):
        path = root / name
        if not path.is_file() or path.read_bytes() != wanted[name]:
            carry.write(root, name, [wanted[name]])
            count += 1
    return count


def _remove(root: Path, found: Sequence[carry.Entry], kept: set[str]) -> int:
    gone = [one for one in found if one.kind not in ("records", "health") and one.name not in kept]
    for one in gone:
        (root / one.name).unlink(missing_ok=True)
    return len(gone)


def _place(name: str) -> tuple[int, int]:
    epoch, first, _head = name.rsplit("/", 1)[1].split("-")
    return int(epoch), int(first)


def _unusable(words: str) -> StickUnusable:
    return StickUnusable(words, _("Use another stick, or empty the folder %(name)s on it.") % {"name": carry.FOLDER})
