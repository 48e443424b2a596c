"""Cases about the device's own store at boot, and about media."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from tests.vectors import province as p
from tests.vectors.cases import BASE, Case
from tests.vectors.province import AT, DAY


def cases() -> list[Case]:
    """All of them."""
    return [*stores(), *media()]


def stores() -> Iterable[Case]:
    yield Case("boot-good", "The device's own store, read again at boot.", BASE, after="good", boot=True)
    other = p.keys(" of another province")
    stranger = p.published(repo=p.repository(held=other), held=other)
    yield Case(
        "boot-stranger",
        "The store swapped whole for another province's.",
        {**stranger, "metadata/1.root.json": p.ANCHOR},
        "store_refused",
        "5.1",
        alone="timestamp_unsigned",
        attack="T41",
        boot=True,
    )
    yield Case(
        "boot-late",
        "An instant of acceptance after the timestamp's expiry.",
        BASE,
        "accepted_at_impossible",
        "5.2",
        alone="timestamp_expired",
        at=AT + 8 * DAY,
        attack="T42",
        boot=True,
    )
    yield Case(
        "boot-early",
        "An instant of acceptance before the manifest was made.",
        BASE,
        "accepted_at_impossible",
        "5.2",
        alone="accepted",
        at=AT - timedelta(hours=1),
        attack="T42",
        boot=True,
    )
    yield Case(
        "boot-older",
        "An older store under newer floors.",
        BASE,
        "store_rollback",
        "5.3",
        alone="accepted",
        after="good-next",
        boot=True,
    )


def media() -> Iterable[Case]:
    gate, file = p.item(p.picture(p.LARGE), "gate"), p.file(p.LARGE)
    files = p.published(p.manifest(first=gate, media=p.LARGE)) | {f"m/{file.sha256}.chunks": p.chunk_list(p.LARGE)}
    name = f"m/{file.sha256}"
    yield Case("good-media", "Media of two chunks beside the set.", {**files, name: p.LARGE})
    changed = {**files, name: b"M" + p.LARGE[1:]}
    yield Case("media-flipped", "One byte of the media is another.", changed, "media_digest", "4.3")
    lying = replace(p.manifest(first=gate, media=p.LARGE), files=(replace(file, chunks=p.file(p.SMALL).sha256),))
    held = {**p.published(lying), name: p.LARGE, f"{name}.chunks": p.chunk_list(p.LARGE)}
    yield Case("media-chunks", "The manifest names another list of chunks.", held, "chunks_digest", "4.3")
