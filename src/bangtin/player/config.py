"""What a player is told at its start: command line, environment, and the installer kit of its province."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class BadInput(ValueError):
    """Something given on the command line, in the environment or in the kit cannot be used; the message says what."""


@dataclass(frozen=True)
class Kit:
    """The installer kit (trust D.1): where the hub is and which root of trust the province has."""

    hub: str
    province: str
    root: bytes


@dataclass(frozen=True)
class Settings:
    """One run of the daemon. `poll_s` holds until the hub names another; `batch_s`, `batch_lines` bound a batch."""

    data_dir: Path
    hub: str | None
    port: int
    browser: str
    is_headless: bool
    is_demo: bool
    clock_offset_s: float
    poll_s: float
    batch_s: float
    batch_lines: int = 100


def read_environment(environ: Mapping[str, str]) -> tuple[bool, float, float]:
    """`(is_demo, clock_offset_s, batch_s)`.

    Raises: BadInput if a demo clock is asked for outside demo mode, or a number cannot be read.
    """
    is_demo = environ.get("BANGTIN_DEMO", "") == "1"
    offset_s = _number(environ, "BANGTIN_CLOCK_OFFSET_S", 0.0)
    if offset_s and not is_demo:
        raise BadInput("BANGTIN_CLOCK_OFFSET_S moves the clock and is refused unless BANGTIN_DEMO=1")
    return is_demo, offset_s, _number(environ, "BANGTIN_PLAYER_BATCH_S", 3.0 if is_demo else 300.0)


def read_kit(path: Path) -> Kit:
    """The kit in `path`: JSON `{hub, province, root}`, where `root` is the text of the province's root.json.

    Raises: BadInput.
    """
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput(f"the kit {path} cannot be read: {error}") from error
    values = [fields.get(key) if isinstance(fields, dict) else None for key in ("hub", "province", "root")]
    if not all(isinstance(value, str) and value for value in values):
        raise BadInput(f"the kit {path} must hold the texts hub, province and root")
    hub, province, root = (str(value) for value in values)
    if not hub.startswith(("http://", "https://")):
        raise BadInput(f"the hub of the kit must be an http or https address, got {hub!r}")
    return Kit(hub=hub.rstrip("/"), province=province, root=root.encode())


def write_kit(kit: Kit, path: Path) -> None:
    """Keep `kit` in the data folder, so that later starts need no kit on the command line."""
    fields = {"hub": kit.hub, "province": kit.province, "root": kit.root.decode()}
    path.write_text(json.dumps(fields), encoding="utf-8")


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    try:
        return float(environ.get(name, "") or default)
    except ValueError as error:
        raise BadInput(f"{name} must be a number of seconds, got {environ[name]!r}") from error
