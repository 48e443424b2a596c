"""The SHA-256 of a file that came whole: read once, in a thread of its own, begun anew after a restart.

The state of a digest cannot be kept over a restart, and reading a file once costs less than a line's speed.
"""

import logging
import threading

from django.db import connections

from bangtin.hub.kit import clock, spool
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.programmes.actions import uploads
from bangtin.hub.programmes.models import Upload

log = logging.getLogger(__name__)
AT_ONCE = 2

_done: dict[str, int] = {}
_lock = threading.Lock()
_turns = threading.BoundedSemaphore(AT_ONCE)


def begin(upload_id: str) -> None:
    """Digest the file unless that is under way; then the upload is complete."""
    with _lock:
        if upload_id in _done:
            return
        _done[upload_id] = 0
    # a daemon: the hub may stop in the middle, the next question begins it again
    threading.Thread(target=_run, args=(upload_id,), name="bangtin-digest", daemon=True).start()


def done_bytes(upload_id: str) -> int:
    """How much of the file has been read; 0 if nobody reads it."""
    return _done.get(upload_id, 0)


def _run(upload_id: str) -> None:
    try:
        with _turns:
            sha256 = spool.digest(upload_id, progress=lambda done: _note(upload_id, done))
        uploads.complete(upload=Upload.objects.get(pk=upload_id), sha256=sha256, at=clock.now())
    except (Refusal, Upload.DoesNotExist, FileNotFoundError) as error:  # cancelled meanwhile, or another was first
        log.info("the digest of an upload is no longer wanted: %s", error)
    except Exception:  # the edge of a thread: asked again, it begins again
        log.exception("the digest of an upload failed")
    finally:
        connections.close_all()
        _done.pop(upload_id, None)


def _note(upload_id: str, done: int) -> bool:
    _done[upload_id] = done
    return True
