"""Files with a signature beside them: what is handed out can be told from what was changed afterwards."""

import io
import zipfile
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from bangtin.bundle import files
from bangtin.bundle.files import Sealed
from bangtin.hub.accounts.models import User
from bangtin.hub.devices.actions import keys, repository
from bangtin.hub.devices.models import RepositoryFile
from bangtin.hub.kit import audit

ENDING = ".sig.json"


def hand_out(*, made: Mapping[str, bytes], actor: User, at: datetime) -> bytes:
    """A .zip of these files by name, each with its signature by the role `hub` beside it; the trail keeps who and what.

    Raises: KeysLocked.
    """
    repository.create_repository(at=at)  # an installation that has published nothing yet has no keys
    signers = keys.load().of(files.ROLE)
    sealed = {name: files.seal(data, name=name, at=at, signers=signers) for name, data in made.items()}
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in made.items():
            packed.writestr(name, data)
            packed.writestr(name + ENDING, sealed[name])
    with transaction.atomic(durable=True):
        audit.record("airtime.handed_out", actor, actor=actor, at=at, names=sorted(made))
    return body.getvalue()


def check_file(*, data: bytes, envelope: bytes, targets: bytes | None = None) -> Sealed:
    """What a signature file says of `data`, by the keys of this installation, or by other `targets` metadata.

    Keys of earlier versions count too: they were the province's when the file was handed out.
    Raises: BundleRefusal file_unsigned, file_changed (trust 8.8).
    """
    if targets is not None:
        return files.check(envelope, data, targets=[targets])
    rows = RepositoryFile.objects.filter(name__startswith="metadata/", name__endswith=".targets.json").order_by("-pk")
    return files.check(envelope, data, targets=(bytes(body) for body in rows.values_list("body", flat=True)))
