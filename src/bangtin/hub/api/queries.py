"""What polls are told, in a handful of queries however many screens ask."""

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Max, Q

from bangtin.bundle import trusted
from bangtin.hub.alerts import queries as alerts
from bangtin.hub.devices.models import Bundle, Device, RepositoryFile
from bangtin.hub.devices.queries import commanding

_ROOT = re.compile(r"metadata/([1-9][0-9]*)\.root\.json")


@dataclass(frozen=True)
class State:
    """The answer to a poll as it goes over the wire, and its entity tag."""

    body: bytes
    etag: str


def states(devices: Sequence[Device], *, at: datetime) -> list[State]:
    """To each device what it should have: metadata versions, its bundle's number, the emergency envelopes at `at`, the
    commands it has not acknowledged."""
    if not devices:
        return []
    places = {(one.face.cluster_id, one.is_drill) for one in devices}
    envelopes = {place: _texts(some) for place, some in alerts.envelopes_for_all(places, at=at).items()}
    numbers = _numbers({cluster for cluster, _is_drill in places})
    common = {**_versions(), "poll_s": settings.POLL_S}
    made: dict[tuple[object, ...], State] = {}
    found = []
    for one in devices:
        cluster, commands = one.face.cluster_id, _commands(one, at=at)
        key = (cluster, one.is_drill, *commands)
        if key not in made:
            special = {
                "bundle": numbers.get(cluster),
                "alerts": envelopes[cluster, one.is_drill],
                "commands": commands,
            }
            made[key] = _state({**common, **special})
        found.append(made[key])
    return found


def _state(body: dict[str, object]) -> State:
    text = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return State(text, f'"{hashlib.sha256(text).hexdigest()[:24]}"')


def _texts(envelopes: Iterable[bytes]) -> list[str]:
    return [one.decode() for one in envelopes]


def _commands(device: Device, *, at: datetime) -> list[str]:
    """What the device was told and has not acknowledged; no query for one that was told nothing of late."""
    return _texts(commanding.pending(device, at=at))


def _numbers(clusters: Iterable[str]) -> dict[str, int]:
    rows = Bundle.objects.filter(cluster__in=list(clusters)).order_by().values_list("cluster")
    return dict(rows.annotate(newest=Max("number")))


def _versions() -> dict[str, object]:
    """The versions of the timestamp and the root as they are served."""
    wanted = Q(name=trusted.TIMESTAMP) | Q(name__endswith=".root.json")
    rows = RepositoryFile.objects.filter(wanted, is_current=True)
    bodies = {name: bytes(body) for name, body in rows.values_list("name", "body")}
    roots = [int(match[1]) for name in bodies if (match := _ROOT.fullmatch(name))]
    timestamp = bodies.get(trusted.TIMESTAMP)
    return {
        "timestamp": json.loads(timestamp)["signed"]["version"] if timestamp else None,
        "root_version": max(roots, default=None),
    }
