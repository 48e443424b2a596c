"""What a poll is told, in three queries however many screens ask."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, Subquery

from bangtin.bundle import trusted
from bangtin.hub.alerts import queries as alerts
from bangtin.hub.devices.models import Bundle, Device, RepositoryFile
from bangtin.hub.playlog.queries import chain

_ROOT = re.compile(r"metadata/([1-9][0-9]*)\.root\.json")


@dataclass(frozen=True)
class State:
    """The answer to a poll and its entity tag."""

    body: dict[str, object]
    etag: str


def state(device: Device, *, at: datetime) -> State:
    """What the device should have: metadata versions, its bundle's number, the emergency envelopes at `at`, how far its
    records are stored."""
    envelopes = alerts.envelopes_for(device.face.cluster_id, at=at, is_drill=device.is_drill)
    number = Bundle.objects.filter(cluster=device.face.cluster_id).order_by("-number").values("number")[:1]
    rows = list(
        RepositoryFile.objects.filter(
            Q(name=trusted.TIMESTAMP) | Q(name__endswith=".root.json"), is_current=True
        ).values_list("name", "body", Subquery(number))
    )
    bodies = {name: bytes(body) for name, body, _number in rows}
    roots = [int(match[1]) for name in bodies if (match := _ROOT.fullmatch(name))]
    timestamp = bodies.get(trusted.TIMESTAMP)
    acknowledged = chain.acknowledged(device)
    body: dict[str, object] = {
        "timestamp": json.loads(timestamp)["signed"]["version"] if timestamp else None,
        "root_version": max(roots, default=None),
        "bundle": rows[0][2] if rows else None,
        "alerts": [one.decode() for one in envelopes],
        "commands": [],
        "poll_s": settings.POLL_S,
        "ack": acknowledged.to_object() if acknowledged else None,
    }
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return State(body, f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"')
