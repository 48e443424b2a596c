import hashlib

import pytest

from bangtin.hub.kit import files


def test_a_file_is_stored_once_under_its_digest() -> None:
    first = files.put([b"mot ", b"hai"], max_bytes=100)
    second = files.put([b"mot hai"], max_bytes=100)
    assert first == second
    assert first.sha256 == hashlib.sha256(b"mot hai").hexdigest()
    assert files.path(first.sha256).read_bytes() == b"mot hai"


def test_too_many_bytes_leave_nothing_behind() -> None:
    with pytest.raises(files.TooLarge):
        files.put([b"x" * 60, b"x" * 60], max_bytes=100)
    incoming = files.path("0" * 64).parent.parent / "incoming"
    assert list(incoming.iterdir()) == []


@pytest.mark.parametrize("name", ["../secrets/django-key", "A" * 64, "", "0" * 63])
def test_a_name_that_is_no_digest_never_becomes_a_path(name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        files.path(name)
