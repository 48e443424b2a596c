"""What an officer would press, said to a hub that a bench holds."""

import random
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection

from bangtin.bundle import media
from bangtin.bundle.bounds import CHUNK_BYTES
from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Face
from bangtin.hub.config.benches import caller, held
from bangtin.hub.devices import actions as devices
from bangtin.hub.devices.hints import broadcaster
from bangtin.hub.devices.models import Enrolment, PublishedFile
from bangtin.hub.devices.states import EnrolmentState
from bangtin.hub.kit import clock, files

Said = dict[str, object]


def obey(word: str, rest: Sequence[str]) -> Said:
    """Do what is said; what became of it."""
    try:
        return _WORDS[word](rest)
    finally:
        connection.close()


def _alert(_rest: Sequence[str]) -> Said:
    """A notice to all clusters of the benches but the last."""
    broadcaster.alert(_notice(), clusters=_clusters(), is_drill=False)
    return {}


def _flood(rest: Sequence[str]) -> Said:
    """So many commands to one screen."""
    for _turn in range(int(rest[1])):
        broadcaster.send_command(rest[0], _notice())
    return {}


def _count(_rest: Sequence[str]) -> Said:
    return {"streams": len(broadcaster.streams())}


def _kit(rest: Sequence[str]) -> Said:
    """The installer's kit."""
    devices.write_kit(path=Path(rest[0]), at=clock.now())
    return {}


def _enrol(_rest: Sequence[str]) -> Said:
    """The screen that waits, on the first face."""
    waiting = Enrolment.objects.filter(state=EnrolmentState.PENDING).first()
    if waiting is not None:
        officer = User.objects.get(username="an-ninh")
        face = Face.objects.select_related("cluster").get(pk="bench-0")
        devices.confirm_enrolment(code=waiting.code, face=face, actor=officer, at=clock.now())
    return {"enrolled": waiting is not None}


def _media(rest: Sequence[str]) -> Said:
    """A published file of so many bytes, a copy beside the data."""
    data = random.Random(1).randbytes(int(rest[0]))  # noqa: S311 - any bytes do
    copy = settings.DATA_DIR / "media.bin"
    copy.write_bytes(data)
    listed = media.chunks(copy) if len(data) > CHUNK_BYTES else b""
    stored = files.put_file(copy)
    PublishedFile.objects.create(
        sha256=stored.sha256,
        size_bytes=len(data),
        mime="video/mp4",
        chunks_sha256=files.put([listed], max_bytes=len(listed)).sha256 if listed else "",
        published_at=clock.now(),
    )
    return {}


@cache
def _notice() -> bytes:
    return held.notice()


@cache
def _clusters() -> tuple[str, ...]:
    return tuple(caller.cluster_id(number) for number in range(caller.CLUSTERS - 1))


_WORDS: dict[str, Callable[[Sequence[str]], Said]] = {
    "alert": _alert,
    "flood": _flood,
    "count": _count,
    "kit": _kit,
    "enrol": _enrol,
    "media": _media,
    "end": _count,
}
