"""The format stays plain TUF: the library's own client reads every published repository (trust C.8)."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tuf.api.exceptions import DownloadHTTPError, RepositoryError

# The library re-exports these names without listing them in __all__, which strict typing asks for.
from tuf.ngclient import FetcherInterface, Updater  # type: ignore[attr-defined]

from bangtin.bundle import publishing
from bangtin.bundle.tests import world


class FromMapping(FetcherInterface):
    """Fetches from a published file set instead of a network."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self.files = files

    def _fetch(self, url: str) -> Iterator[bytes]:
        path = url.removeprefix("mem:/")
        if path not in self.files:
            raise DownloadHTTPError("not found", 404)
        yield self.files[path]


def manifest_of(files: dict[str, bytes], folder: Path) -> bytes:
    (folder / "t").mkdir()
    updater = Updater(
        str(folder), "mem:/metadata/", str(folder / "t"), "mem:/targets/",
        fetcher=FromMapping(files), bootstrap=world.ANCHOR,
    )  # fmt: skip
    updater._trusted_set.reference_time = world.AT  # the client has no other way to be told the time
    target = updater.get_targetinfo("c/ta-lung/manifest.json")
    assert target is not None
    return Path(updater.download_target(target)).read_bytes()


def test_the_librarys_client_reads_what_we_publish(tmp_path: Path) -> None:
    files = world.published(world.manifest(2), repo=world.published())
    assert manifest_of(files, tmp_path) == world.accept(files).manifest.encode()


def test_the_librarys_client_follows_a_rotated_root(tmp_path: Path) -> None:
    fresh = {role: (world.signer(f"second {role}"),) for role in publishing.TOP_ROLES}
    keys = publishing.Keys({**world.KEYS.signers, **fresh})
    files = publishing.rotate_root(world.published(), old=world.KEYS, new=keys, at=world.AT)
    assert manifest_of(files, tmp_path) == world.accept(files).manifest.encode()


def test_the_librarys_client_refuses_a_flipped_byte_too(tmp_path: Path) -> None:
    files = world.published()
    data = files["metadata/2.c-ta-lung.json"]
    with pytest.raises(RepositoryError):
        manifest_of({**files, "metadata/2.c-ta-lung.json": data[:-9] + b"0" + data[-8:]}, tmp_path)
