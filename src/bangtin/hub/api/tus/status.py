"""What a page shows of an upload."""

from datetime import date

from django.urls import reverse

from bangtin.hub.accounts.models import User
from bangtin.hub.api.tus import digests
from bangtin.hub.kit import spool
from bangtin.hub.programmes import queries
from bangtin.hub.programmes.models import Upload
from bangtin.hub.programmes.states import UploadState


def of(upload: Upload, *, on: date) -> dict[str, object]:
    """`{id, name, state, size, offset, hashed, sha256, expires_at, duplicate}`; sizes in bytes.

    A file that has come whole but has no digest yet is begun to be read. `duplicate` is the earlier programme of one's
    own agencies with the same bytes, or null.
    """
    is_open = upload.state == UploadState.OPEN
    offset = spool.length(upload.pk) if is_open else upload.size_bytes
    if is_open and offset == upload.size_bytes:
        digests.begin(upload.pk)
    return {
        "id": upload.pk,
        "name": upload.name,
        "state": upload.state,
        "size": upload.size_bytes,
        "offset": offset,
        "hashed": digests.done_bytes(upload.pk) if is_open else offset,
        "sha256": upload.sha256,
        "expires_at": upload.expires_at.isoformat(),
        "duplicate": _earlier(upload, on=on),
    }


def waiting(owner: User, *, on: date) -> list[dict[str, object]]:
    """The account's files that are on their way or came whole, newest first."""
    return [of(row, on=on) for row in queries.uploads_not_handed_in(owner)]


def _earlier(upload: Upload, *, on: date) -> dict[str, object] | None:
    found = queries.earlier_of_own(upload, on=on) if upload.sha256 else None
    if found is None:
        return None
    return {"receipt": found.receipt, "title": found.title, "url": reverse("programme", args=[found.programme.code])}
