"""The real task queue of a running hub: an urgent notice passes a film, and a killed film goes on where it was."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGKILL, SIGTERM

import pytest

from bangtin.hub.config.benches.upload import ACCOUNT, Hub, running_hub
from bangtin.hub.programmes.media import ffmpeg

pytestmark = [pytest.mark.slow, pytest.mark.media]
BOTH = ("cao-bang/ta-lung", "cao-bang/trung-khanh")
# Hands in through the same action as the pages do, from a process of its own: argv is the account and a file, or none.
HAND_IN = f"""
import json, sys, datetime, django
django.setup()
from bangtin.hub.accounts.models import User
from bangtin.hub.kit import clock, files
from bangtin.hub.programmes.actions import Facts, Submission, submit
account, *given = sys.argv[1:]
now = clock.now()
stored = files.put([open(given[0], "rb").read()], max_bytes=1 << 30) if given else None
text = None if given else {{"template": "notice", "fields": {{"title": "Lũ về, tránh xa bờ sông"}}}}
version = submit(
    submission=Submission(
        agency_id="cao-bang/dai-ptth", title="Thử làn", language="vi", cluster_ids={BOTH!r}, month=now.date(),
        text=text, source_name="phim.mp4", is_urgent=not given,
        instruction_number="12/CD-UBND", instruction_on=datetime.date(2020, 1, 1), instruction_by="UBND",
        category="policy_law_external_border",
        facts=Facts(is_declared=True),
    ),
    source=stored, actor=User.objects.get(username=account), at=now,
)
print(json.dumps(version.pk))
"""


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    with running_hub(tmp_path / "hub") as (found, _password):
        yield found


def handed_in(hub: Hub, *given: str) -> int:
    """Hand in a file, or an urgent notice without one; gives the version's id."""
    environment = {**os.environ, **hub.environment, "DJANGO_SETTINGS_MODULE": "bangtin.hub.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", HAND_IN, ACCOUNT, *given], env=environment, stdout=subprocess.PIPE, check=True
    )
    return int(json.loads(done.stdout))


def state(hub: Hub, version: int) -> tuple[str, int]:
    """The state and how far its check is, in percent."""
    ((found, percent),) = rows(
        hub, f"SELECT state, progress_percent FROM programmes_programmeversion WHERE id = {version}"
    )
    return str(found), int(str(percent))


def renditions(hub: Hub, version: int) -> list[tuple[object, ...]]:
    return rows(hub, f"SELECT id, geometry, sha256 FROM programmes_rendition WHERE version_id = {version} ORDER BY id")


def rows(hub: Hub, sql: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(f"file:{hub.folder / 'bangtin.sqlite3'}?mode=ro", uri=True, timeout=10)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def until(holds: Callable[[], object], *, within_s: float = 240.0) -> None:
    limit = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_an_urgent_notice_passes_a_film_and_a_killed_film_goes_on_where_it_was(hub: Hub, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    picture = ("-f", "lavfi", "-i", "testsrc2=s=640x360:r=30:d=20")
    codec = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
    subprocess.run([ffmpeg.executable(), "-v", "error", "-y", *picture, *codec, str(film)], check=True)
    long = handed_in(hub, str(film))
    until(lambda: state(hub, long)[1] > 5)
    urgent = handed_in(hub)
    until(lambda: state(hub, urgent)[0] == "received")
    assert state(hub, long)[0] == "submitted"

    until(lambda: renditions(hub, long))
    hub.restart(SIGKILL)
    assert state(hub, long)[0] == "submitted"
    (kept,) = renditions(hub, long)
    until(lambda: state(hub, long)[0] != "submitted")
    assert state(hub, long) == ("received", 100)
    found = renditions(hub, long)
    assert found[0] == kept and [geometry for _id, geometry, _sha256 in found] == ["1024x512", "1920x640"]

    again = handed_in(hub, str(film))
    until(lambda: state(hub, again)[0] == "received")
    assert [row[2] for row in renditions(hub, again)] == [row[2] for row in found]
    hub.end(SIGTERM)
