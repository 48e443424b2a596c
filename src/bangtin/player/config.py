"""What a player is told at its start: command line, environment, and the installer kit of its province."""

import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bangtin.bundle import addresses
from bangtin.player.store.media import sync
from bangtin.player.trouble_words import BAD_INPUT
from bangtin.player.troubles import reason

ZONE_MS = 7 * 3_600_000  # UTC+7 all year; the machine's own zone may be anything
DAY_MIN = 24 * 60
LEAST_KBIT_S = 64
_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])", re.ASCII)

_PLACE = re.compile(r"([0-9]{1,5}),([0-9]{1,5})", re.ASCII)
OUTPUTS = ("screen", "sound")
KIT = "kit.json"


class BadInput(ValueError):
    """Something given on the command line, in the environment or in the kit cannot be used.

    `key` is one of `trouble_words.BAD_INPUT`, `values` what its sentence names. As text it is English, for the log.
    """

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        return self.say("en")

    def say(self, language: str) -> str:
        """What cannot be used, why, and what to do, in "vi" or "en"."""
        values = {name: _say(value, language) for name, value in self.values.items()}
        return BAD_INPUT[language][self.key].format(**values)


def _say(value: object, language: str) -> object:
    if isinstance(value, BadInput):
        return value.say(language)
    return reason(value, language) if isinstance(value, Exception) else value


@dataclass(frozen=True)
class Kit:
    """The installer kit (trust D.1): where the hub is, which root of trust the province has, and whose TLS counts.

    `ca`: certificates of the province's own authority in PEM; "" where the hub has one that every machine knows.
    """

    hub: str
    province: str
    root: bytes
    ca: str = ""


@dataclass(frozen=True)
class Downloads:
    """When and how fast media come, and how much room they may take.

    Outside `windows` – (first, last) minute of the local day, the last not counted – only what the next 24 hours need
    comes; no windows: always. `bytes_s` 0: as fast as the line is. `quota_bytes` None: what the disk has.
    """

    windows: tuple[tuple[int, int], ...] = ()
    bytes_s: float = 0.0
    quota_bytes: int | None = None

    def are_open(self, at_ms: int) -> bool:
        """Whether what is needed later may come at `at_ms`."""
        minute = (at_ms + ZONE_MS) // 60_000 % DAY_MIN
        return not self.windows or any((minute - a) % DAY_MIN < (b - a) % DAY_MIN for a, b in self.windows)


@dataclass(frozen=True)
class Settings:
    """One run of the daemon. `poll_s` holds until the hub names another; `batch_s`, `batch_lines` bound a batch.

    `output` is one of OUTPUTS; `at` is where the window's corner lies on the desktop, in pixels.
    `certificate`: files of a client certificate and its key, for mutual TLS.
    """

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
    downloads: Downloads = field(default_factory=Downloads)
    output: str = "screen"
    certificate: tuple[Path, Path] | None = None
    at: tuple[int, int] = (0, 0)


def read_environment(environ: Mapping[str, str]) -> tuple[bool, float, float]:
    """`(is_demo, clock_offset_s, batch_s)`.

    Raises: BadInput if a demo clock is asked for outside demo mode, or a number cannot be read.
    """
    is_demo = environ.get("BANGTIN_DEMO", "") == "1"
    offset_s = _number(environ, "BANGTIN_CLOCK_OFFSET_S", 0.0)
    if offset_s and not is_demo:
        raise BadInput("demo_clock")
    return is_demo, offset_s, _number(environ, "BANGTIN_PLAYER_BATCH_S", 3.0 if is_demo else 300.0)


def read_downloads(environ: Mapping[str, str]) -> Downloads:
    """`BANGTIN_PLAYER_WINDOWS` (`22:00-05:00,11:30-13:00`), `BANGTIN_PLAYER_KBIT_S`, `BANGTIN_PLAYER_QUOTA_MB`.

    Raises: BadInput.
    """
    windows = []
    for text in filter(None, environ.get("BANGTIN_PLAYER_WINDOWS", "").split(",")):
        found = _HOURS.fullmatch(text.strip())
        if found is None:
            raise BadInput("windows", got=text)
        first, second, third, fourth = (int(one) for one in found.groups())
        windows.append((first * 60 + second, third * 60 + fourth))
    kbit_s = _number(environ, "BANGTIN_PLAYER_KBIT_S", 0.0)
    if kbit_s and kbit_s < LEAST_KBIT_S:
        raise BadInput("kbit", least=LEAST_KBIT_S, got=kbit_s)
    quota_mb = _number(environ, "BANGTIN_PLAYER_QUOTA_MB", 0.0)
    if quota_mb < 0:
        raise BadInput("quota", got=quota_mb)
    return Downloads(tuple(windows), kbit_s * 1000 / 8, round(quota_mb * 1_000_000) if quota_mb else None)


def read_certificate(environ: Mapping[str, str]) -> tuple[Path, Path] | None:
    """`BANGTIN_PLAYER_TLS_CERT`, and `BANGTIN_PLAYER_TLS_KEY` where the key is not in the same file.

    Raises: BadInput for a key without its certificate.
    """
    chain, key = (environ.get(f"BANGTIN_PLAYER_TLS_{name}", "") for name in ("CERT", "KEY"))
    if key and not chain:
        raise BadInput("tls_key_alone")
    return (Path(chain), Path(key or chain)) if chain else None


def read_place(environ: Mapping[str, str]) -> tuple[int, int]:
    """`BANGTIN_PLAYER_AT` (`1920,0`): where the window's corner lies on the desktop. Raises: BadInput."""
    text = environ.get("BANGTIN_PLAYER_AT", "") or "0,0"
    found = _PLACE.fullmatch(text)
    if found is None:
        raise BadInput("place", got=text)
    return int(found[1]), int(found[2])


def read_kit(path: Path) -> Kit:
    """The kit in `path`: JSON `{hub, province, root, ca?}`, where `root` is the text of the province's root.json.

    Raises: BadInput.
    """
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadInput("kit_unreadable", path=path, why=error) from error
    values = [fields.get(key) if isinstance(fields, dict) else None for key in ("hub", "province", "root")]
    if not all(isinstance(value, str) and value for value in values):
        raise BadInput("kit_fields", path=path)
    hub, province, root = (str(value) for value in values)
    if not hub.startswith(("http://", "https://")):
        raise BadInput("kit_hub", path=path, got=hub)
    ca = fields.get("ca", "")
    try:
        found = addresses.read_authorities(ca.encode()) if ca else ""
    except (AttributeError, ValueError) as error:
        raise BadInput("kit_ca", path=path, why=error) from error
    return Kit(hub=hub.rstrip("/"), province=province, root=root.encode(), ca=found)


def require_tls(address: str, *, is_demo: bool) -> None:
    """Refuse to join a hub over a network in the clear: outside the demo a screen speaks TLS with it.

    Raises: BadInput `hub_without_tls`.
    """
    if addresses.is_open(address) and not is_demo:
        raise BadInput("hub_without_tls", address=address)


def write_kit(kit: Kit, path: Path) -> None:
    """Keep `kit` in the data folder, whole or not at all, so that later starts need none on the command line.

    What is there already is left alone: a start before which nothing changed writes nothing.
    """
    fields = {"hub": kit.hub, "province": kit.province, "root": kit.root.decode(), **({"ca": kit.ca} if kit.ca else {})}
    made = json.dumps(fields).encode()
    with suppress(FileNotFoundError):
        if path.read_bytes() == made:
            return
    staging = path.with_name(f".{path.name}.new")
    staging.write_bytes(made)
    sync(staging)
    staging.replace(path)
    sync(path.parent)


def kept_kit(data_dir: Path) -> Kit | None:
    """The kit that `write_kit` kept there; None before the first start. Raises: BadInput if it is spoilt."""
    path = data_dir / KIT
    if not path.exists():
        return None
    try:
        return read_kit(path)
    except BadInput as error:
        raise BadInput("kit_kept", why=error) from error


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    try:
        return float(environ.get(name, "") or default)
    except ValueError as error:
        raise BadInput("number", name=name, got=environ[name]) from error
