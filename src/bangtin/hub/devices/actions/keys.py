"""The signing keys of this installation: one file a role under `keys/` of the data directory, for its owner alone.

The embedded default keeps all roles in one folder, the offline ones too (`doctor` says so); a province that holds root,
targets and people apart signs those elsewhere and never has their files here (trust B.6).
"""

import os
from pathlib import Path

from django.conf import settings

from bangtin.bundle.publishing import Keys


def load_or_make(clusters: list[str]) -> Keys:
    """The keys of every role and cluster; what is missing is made now, mode 0600."""
    keys = load()
    wanted = Keys.generate(clusters)
    for role, pems in wanted.to_pem().items():
        if role not in keys.signers:
            for number, pem in enumerate(pems, start=1):
                _write(_folder() / f"{role}.{number}.pem", pem)
    return load()


def load() -> Keys:
    """The keys that are there."""
    found: dict[str, list[bytes]] = {}
    for path in sorted(_folder().glob("*.pem")):
        found.setdefault(path.name.rsplit(".", 2)[0], []).append(path.read_bytes())
    return Keys.from_pem(found)


def _write(path: Path, pem: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pem)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(temporary, path)  # fails if another process was first: its key counts
    except FileExistsError:
        return
    finally:
        temporary.unlink()


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "keys"
