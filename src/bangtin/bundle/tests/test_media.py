"""trust 4: media are checked chunk by chunk, while they come and on every read."""

from dataclasses import replace
from pathlib import Path

import pytest

from bangtin.bundle import media
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.tests import world
from bangtin.bundle.tests.world import LISTED, MEDIA

MIB = 2**20


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    path = tmp_path / "m"
    path.write_bytes(MEDIA)
    return path


def test_a_file_is_described_with_its_chunk_list(stored: Path) -> None:
    assert media.describe(stored, mime="video/mp4") == world.file()
    assert media.chunks(stored) == LISTED


def test_a_small_file_needs_no_chunk_list(tmp_path: Path) -> None:
    path = tmp_path / "small"
    path.write_bytes(b"picture")
    file = media.describe(path, mime="image/png")
    assert (file.chunks, media.chunks(path)) == ("", b"")
    assert b"".join(media.ChunkReader(path, file, b"").read(1, 4)) == b"ict"


def test_any_range_is_read_from_verified_chunks(stored: Path) -> None:
    reader = media.ChunkReader(stored, world.file(), LISTED)
    for start, stop in ((0, len(MEDIA)), (5, 9), (MIB - 3, MIB + 3), (2 * MIB, 2 * MIB), (len(MEDIA) - 1, len(MEDIA))):
        assert b"".join(reader.read(start, stop)) == MEDIA[start:stop]


@pytest.mark.parametrize("at", [0, MIB, len(MEDIA) - 1])
def test_a_flipped_byte_on_disk_is_refused_before_a_byte_of_its_chunk_leaves(stored: Path, at: int) -> None:
    """T40."""
    data = bytearray(MEDIA)
    data[at] ^= 1
    stored.write_bytes(data)
    given = bytearray()
    with pytest.raises(BundleRefusal, match="media_changed"):
        for piece in media.ChunkReader(stored, world.file(), LISTED).read(0, len(MEDIA)):
            given += piece
    assert bytes(given) == MEDIA[: at // MIB * MIB]


def test_a_file_that_was_cut_on_disk_is_refused(stored: Path) -> None:
    stored.write_bytes(MEDIA[:-1])
    with pytest.raises(BundleRefusal, match="media_changed"):
        media.ChunkReader(stored, world.file(), LISTED).check()


def test_a_changed_chunk_list_is_refused(stored: Path) -> None:
    other = bytes([LISTED[0] ^ 1]) + LISTED[1:]
    with pytest.raises(BundleRefusal, match="media_changed"):
        media.ChunkReader(stored, world.file(), other)
    with pytest.raises(BundleRefusal, match="chunks_digest"):
        media.ChunkChecker(world.file(), other)


def fetched(data: bytes) -> None:
    checker = media.ChunkChecker(world.file(), LISTED)
    for at in range(0, len(data), MIB):
        checker.take(data[at : at + MIB])
    checker.finish()


def test_a_file_is_checked_as_it_comes() -> None:
    fetched(MEDIA)
    for data, code in (
        (b"x" + MEDIA[1:], "media_digest"),
        (MEDIA[:-MIB], "media_digest"),
        (MEDIA + b"x" * MIB, "media_too_large"),
    ):
        with pytest.raises(BundleRefusal, match=code):
            fetched(data)


def test_a_whole_digest_that_lies_is_refused_at_the_end() -> None:
    lying = replace(world.file(), sha256="0" * 64)
    checker = media.ChunkChecker(lying, LISTED)
    for at in range(0, len(MEDIA), MIB):
        checker.take(MEDIA[at : at + MIB])
    with pytest.raises(BundleRefusal, match="media_digest"):
        checker.finish()


@pytest.mark.parametrize("name", ["../x", "A" * 64, "a" * 63, "a" * 64 + ".chunks.chunks", "a" * 64 + "/", ""])
def test_a_media_name_is_64_hex_digits_and_nothing_else(name: str) -> None:
    media.check_name("a" * 64 + ".chunks")
    with pytest.raises(BundleRefusal, match="name_unsafe"):
        media.check_name(name)
