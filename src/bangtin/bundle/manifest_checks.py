"""Whether a manifest is sound in itself: span, names, timeline, item digests (trust 2.5–2.9)."""

from collections.abc import Iterable, Iterator

from bangtin.bundle import bounds, names
from bangtin.bundle.content import content_digest
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import WINDOW_RANK, Manifest, Window


def check(manifest: Manifest) -> None:
    """Refuse a manifest that contradicts itself. Raises: BundleRefusal (steps 2.5, 2.7–2.9)."""
    check_span(manifest)
    check_names(manifest)
    check_timeline(manifest)
    check_digests(manifest)


def check_span(manifest: Manifest) -> None:
    """trust 2.5, the part that needs no clock: starts < ends ≤ starts + 100 days."""
    if not manifest.starts_ms < manifest.ends_ms <= manifest.starts_ms + bounds.SPAN_MS:
        raise _refusal("manifest_over", "2.5", "manifest.json", "spans nothing or over 100 days")


def check_names(manifest: Manifest) -> None:
    """trust 2.7: every name matches its pattern."""
    if not names.is_cluster(manifest.cluster):
        raise _unsafe(manifest.cluster)
    for name in _names(manifest):
        if not names.is_name(name):
            raise _unsafe(name)
    for digest in _digests(manifest):
        if not names.is_sha256(digest):
            raise _unsafe(digest)


def check_timeline(manifest: Manifest) -> None:
    """trust 2.8: references resolve, nothing is unused, no two windows of one class overlap."""
    _check_unique(manifest)
    _check_references(manifest)
    for window in manifest.windows:
        _check_window(manifest, window)
    for face in manifest.faces:
        _check_overlap(manifest, face)


def check_digests(manifest: Manifest) -> None:
    """trust 2.9: an item's digest is that of its content."""
    for item in manifest.items:
        if item.digest != content_digest(item.content):
            raise _refusal("item_digest", "2.9", item.id, "is not the digest of its content")


def _names(manifest: Manifest) -> Iterator[str]:
    yield manifest.province
    yield from manifest.devices
    for device in manifest.devices.values():
        yield from device.faces
    yield from manifest.faces
    for item in manifest.items:
        yield from (item.id, item.content.version, item.content.author, item.content.language)
    yield from manifest.loops
    for turns in manifest.loops.values():
        for turn in turns:
            yield from (turn.item, turn.slot)
    for window in manifest.windows:
        yield from (window.id, *window.faces)
        if window.loop:
            yield window.loop
    yield from manifest.filler


def _digests(manifest: Manifest) -> Iterator[str]:
    for file in manifest.files:
        yield file.sha256
        if file.chunks:
            yield file.chunks
    for item in manifest.items:
        yield item.digest
        yield from (one.file for one in item.content.renditions if one.file)


def _check_unique(manifest: Manifest) -> None:
    _once("item", (item.id for item in manifest.items))
    _once("file", (file.sha256 for file in manifest.files))
    _once("window", (window.id for window in manifest.windows))


def _once(what: str, found: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in found:
        if name in seen:
            raise _invalid(name, f"stands twice as {what}")
        seen.add(name)


def _check_references(manifest: Manifest) -> None:
    for device, one in manifest.devices.items():
        _known("face", one.faces, manifest.faces, by=device)
    for item in manifest.items:
        files = [one.file for one in item.content.renditions if one.file]
        _known("file", files, manifest.file_by_digest, by=item.id)
        if item.content.kind != "text" and len(files) != len(item.content.renditions):
            raise _invalid(item.id, "has a rendition without a file")
    for loop, turns in manifest.loops.items():
        _known("item", (turn.item for turn in turns), manifest.item_by_id, by=loop)
        if not turns:
            raise _invalid(loop, "is a loop of no length")
    _known("item", manifest.filler, manifest.item_by_id, by="filler")
    _check_use(manifest)
    _check_files(manifest)


def _known(what: str, wanted: Iterable[str], among: Iterable[str], *, by: str) -> None:
    missing = sorted(set(wanted).difference(among))
    if missing:
        raise _invalid(by, f"names the unknown {what} {missing[0]}")


def _check_use(manifest: Manifest) -> None:
    used_files = {r.file for item in manifest.items for r in item.content.renditions}
    used_loops = {window.loop for window in manifest.windows}
    used_items = {turn.item for turns in manifest.loops.values() for turn in turns}
    for what, listed, used in (
        ("file", manifest.file_by_digest, used_files),
        ("loop", manifest.loops, used_loops),
        ("item", manifest.item_by_id, used_items.union(manifest.filler)),
    ):
        idle = sorted(set(listed).difference(used))
        if idle:
            raise _invalid(idle[0], f"is a {what} that nothing uses")


def _check_files(manifest: Manifest) -> None:
    for file in manifest.files:
        if not 0 < file.size <= bounds.MEDIA_BYTES:
            raise _invalid(file.sha256, "is empty or larger than 4 GiB")
        if (file.size > bounds.CHUNK_BYTES) != bool(file.chunks):
            raise _invalid(file.sha256, "needs a chunk list if and only if it is over 1 MiB")


def _check_window(manifest: Manifest, window: Window) -> None:
    _known("face", window.faces, manifest.faces, by=window.id)
    if not manifest.starts_ms <= window.from_ms < window.until_ms <= manifest.ends_ms:
        raise _invalid(window.id, "is empty or lies outside the manifest's span")
    if window.class_ == "rest":
        if window.loop:
            raise _invalid(window.id, "rests and yet has a loop")
        return
    if window.loop not in manifest.loops:
        raise _invalid(window.id, f"names the unknown loop {window.loop!r}")
    for turn in manifest.loops[window.loop]:
        # trust B.3: `class` is the highest class an item may air as
        if WINDOW_RANK[manifest.item_by_id[turn.item].class_] < WINDOW_RANK[window.class_]:
            raise _invalid(window.id, f"airs {turn.item} above the class it was approved for")


def _check_overlap(manifest: Manifest, face: str) -> None:
    for class_ in WINDOW_RANK:
        until_ms = 0
        here = [one for one in manifest.windows if not one.faces or face in one.faces]
        same = [one for one in here if one.class_ == class_]
        for window in sorted(same, key=lambda one: one.from_ms):
            if window.from_ms < until_ms:
                raise _invalid(window.id, f"overlaps another {class_} window on {face}")
            until_ms = window.until_ms


def _unsafe(name: str) -> BundleRefusal:
    return _refusal("name_unsafe", "2.7", "manifest.json", f"{name!r} cannot be a name")


def _invalid(subject: str, detail: str) -> BundleRefusal:
    return _refusal("timeline_invalid", "2.8", subject, detail)


def _refusal(code: str, step: str, subject: str, detail: str) -> BundleRefusal:
    return BundleRefusal(code, step=step, subject=subject, detail=detail)
