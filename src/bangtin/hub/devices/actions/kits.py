"""The installer's kit: what a new player trusts before it meets a network (trust D.1)."""

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings

from bangtin.hub.devices.actions.repository import create_repository
from bangtin.hub.devices.queries.repository import anchor


def write_kit(*, path: Path, at: datetime) -> Path:
    """Write the kit to the file `path`: JSON `{hub, province, root}`, `root` the text of the province's root.json."""
    create_repository(at=at)
    kit = {"hub": settings.PUBLIC_URL, "province": settings.PROVINCE, "root": anchor().decode()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(kit, indent=1) + "\n", encoding="utf-8")
    return path
