"""Where packs stand: those that came with the program, and beside them those this installation added."""

from pathlib import Path

from django.conf import settings

from bangtin.hub.regulations.queries.effective import effective
from bangtin.rulebook import identities, loading

_SEEN: dict[str, tuple[int, int]] = {}


def root() -> Path:
    """The folder of regulations that came with the program, or the one the settings name."""
    return Path(settings.REGULATIONS_DIR or loading.default_root())


def shelf() -> Path:
    """The folder of regulations added here: `<data directory>/regulations`."""
    return Path(settings.DATA_DIR) / "regulations"


def available() -> tuple[str, ...]:
    """The ids of all packs at hand, in order."""
    return tuple(sorted({*loading.available(root()), *loading.available(shelf())}))


def home(instrument_id: str) -> Path:
    """The root under which the pack stands; what was added here wins over what came with the program.

    A pack replaced by another process is read anew: the folder is another one then.
    """
    if not all(identities.is_slug(part) for part in instrument_id.split("/")):
        return root()
    try:
        found = (shelf() / instrument_id / "regulation.yaml").stat()
    except OSError:
        if _SEEN.pop(instrument_id, None):
            read_anew()
        return root()
    stamp = (found.st_ino, found.st_mtime_ns)
    if _SEEN.setdefault(instrument_id, stamp) != stamp:
        _SEEN[instrument_id] = stamp
        read_anew()
    return shelf()


def read_anew() -> None:
    """Forget the packs read so far."""
    loading.loaded.cache_clear()
    effective.cache_clear()
