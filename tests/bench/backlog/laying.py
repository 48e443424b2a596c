"""The process beside the hub's database: lays down what a screen played in thirty days, and judges what came of it."""

import base64
import hashlib
import json
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db.models import Sum
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from bangtin.bundle import playlog
from bangtin.hub.config.benches.taking import _is_whole
from bangtin.hub.devices import actions
from bangtin.hub.devices.models import Bundle, Device
from bangtin.hub.kit import clock
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.playlog.models import Airtime, Grade, PlayRecord
from bangtin.hub.playlog.tests import factories
from bangtin.hub.playlog.tests.factories import TURN_MS, Screen

A_BATCH = 100
BOOTED_MS = 5_000


def seed(folder: Path, lines: int) -> None:
    """A screen whose clock was dead all the time, and its neighbours; what they say goes into `folder`.

    Its clock says 1970; the last line is the signed time of when it had its line again (trust T71, F.6).
    """
    now = clock.now()
    opens = factories.START = (now - timedelta(milliseconds=lines * TURN_MS + 60_000)).replace(microsecond=0)
    minutes = lines * TURN_MS // 60_000 + 2
    one = factories.screen(minutes=minutes)
    whole = replace(one.manifest, ends_ms=to_ms(opens) + (minutes + 60) * 60_000)
    Bundle.objects.filter(pk=one.bundle.pk).update(
        manifest=whole.encode(), manifest_sha256=hashlib.sha256(whole.encode()).hexdigest()
    )
    actions.create_repository(at=now)
    # the laying down would hold every line twice
    bodies = [_body(one, first, min(A_BATCH, lines - first)) for first in range(0, lines, A_BATCH)]
    now_ms = to_ms(opens) + lines * TURN_MS
    anchor = playlog.clock_line(n=1, boot=1, mono_ms=BOOTED_MS + lines * TURN_MS, now_ms=now_ms, rtt_ms=20)
    bodies.append(one.say(anchor))
    (folder / "bodies").write_text("\n".join(body.hex() for body in bodies))
    told = {
        "opens_ms": to_ms(opens),
        "device": one.device.pk,
        "key": one.key.private_bytes_raw().hex(),
        "others": _others(one),
    }
    (folder / "screens").write_text(json.dumps(told))
    print(json.dumps({"batches": len(bodies)}))


def _body(one: Screen, first: int, count: int) -> bytes:
    one.lines.clear()
    lines = [
        one.play(turn, clock="rtc", from_ms=turn * TURN_MS, mono_ms=BOOTED_MS + turn * TURN_MS)
        for turn in range(first, first + count)
    ]
    return one.say(*lines)


def _others(one: Screen) -> dict[str, str]:
    """A screen on every other face of the province, and its key."""
    found = {}
    for name, face in one.world.faces.items():
        if name == one.device.face_id:
            continue
        key = Ed25519PrivateKey.generate()
        public = base64.urlsafe_b64encode(key.public_key().public_bytes_raw()).decode().rstrip("=")
        Device.objects.create(
            id=f"d-{name}",
            face=face,
            public_key=public,
            record=b"",
            enrolled_by=one.world.users["an-toan"],
            enrolled_at=factories.START,
        )
        found[f"d-{name}"] = key.private_bytes_raw().hex()
    return found


def judge(folder: Path) -> None:
    """What is stored of it; times and instants as the plan had them."""
    told = json.loads((folder / "screens").read_text())
    plays = PlayRecord.objects.filter(device_id=told["device"], kind="play")
    found = {
        "stored": plays.count(),
        "graded": plays.filter(grade__in=Grade.values).exclude(reason="").count(),
        "claimed": plays.filter(grade=Grade.CLAIMED).count(),
        # put right to the instant when it was shown, although it said 1970
        "misplaced": sum(
            to_ms(at) != told["opens_ms"] + (n - 1) * TURN_MS for n, at in plays.values_list("n", "at").iterator()
        ),
        "broken": int(not _is_whole(told["device"])),
        "booked": Airtime.objects.aggregate(total=Sum("plays"))["total"] or 0,
    }
    print(json.dumps(found))


def waiting() -> None:
    """How many tasks are not done yet: one of them puts right what came before the signed time."""
    print(json.dumps({"waiting": DBTaskResult.objects.exclude(status=TaskResultStatus.SUCCESSFUL).count()}))


def main() -> None:
    """`seed` with the number of lines, `judge` or `waiting`; the folder; one JSON object on stdout."""
    deed, folder, *rest = sys.argv[1:]
    if deed == "seed":
        seed(Path(folder), int(rest[0]))
    elif deed == "judge":
        judge(Path(folder))
    else:
        waiting()
