"""The mapping file that the province edits: how its source system calls things, and the way there.

The official annex with the system's fields is not public: the names here are those seen with vendors' clients, and
each may be changed. Read from the data folder, `exchange/mapping.yaml`; faults are told with file and line.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.exchange.errors import BadMapping
from bangtin.hub.exchange.models import Means
from bangtin.hub.programmes.models import Language
from bangtin.rulebook.decoding import NOWHERE, Source, parse
from bangtin.rulebook.errors import DataError, Problem

FILE = "mapping.yaml"
EXAMPLE = Path(__file__).with_name("mapping.example.yaml")
MOST_BYTES = 1 << 20
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,40}")


class TimeForm(StrEnum):
    """How instants are written."""

    UNIX_S = "unix_s"
    UNIX_MS = "unix_ms"
    ISO = "iso"


class Form(StrEnum):
    """What an item is."""

    NOTICE = "notice"
    TEXT = "text"
    VIDEO = "video"
    PICTURE = "picture"
    SOUND = "sound"


@dataclass(frozen=True, slots=True)
class Code:
    """What the source system calls `is_`."""

    code: str
    means: str
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class Link:
    """A cluster that is connected: its code over there, and the way (`folder` or `http`)."""

    cluster: str
    code: str
    by: str = "folder"
    source: Source = NOWHERE

    @property
    def way(self) -> str:
        """The way in words."""
        return str(Means(self.by).label)


@dataclass(frozen=True, slots=True)
class Type:
    """What the source system's number or word for a type means."""

    code: str
    means: Form
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class Fields:
    """Where each thing stands in an item; a dot leads into a part (`data.id`). Empty: the source does not tell it."""

    number: str = "id"
    created: str = "createdTime"
    type: str = "type"
    title: str = "title"
    content: str = "content"
    url: str = "url"
    sha256: str = "sha256"
    starts: str = "from"
    ends: str = "to"
    duration: str = "duration"
    sender: str = "sender"
    category: str = "category"
    language: str = "language"
    clusters: str = "clusters"
    is_active: str = "isActive"
    days: str = "days"
    times: str = "times"
    loops: str = "loops"
    idle: str = "idle"
    priority: str = "priority"
    is_broadcast: str = "isBroadcast"


@dataclass(frozen=True, slots=True)
class Folder:
    """The exchange folder; `path` empty: `exchange/` in the data folder."""

    path: str = ""
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class Http:
    """The source system's own address. `token_file` names a file in the data folder's `secrets/`, sent as `header`."""

    address: str
    items: str = "/items"
    status: str = "/status"
    backup: str = "/backup"
    token_file: str = ""
    header: str = "Authorization"
    timeout_s: int = 20
    most_items: int = 100
    is_plain_allowed: bool = False
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class Mapping:
    """The whole file. `account`: in whose name items are registered; `declaration`: the paper by which what the source
    system hands over is public and holds no state secret."""

    account: str
    declaration: str
    clusters: tuple[Link, ...]
    agencies: tuple[Code, ...] = ()
    categories: tuple[Code, ...] = ()
    languages: tuple[Code, ...] = ()
    types: tuple[Type, ...] = (
        Type("1", Form.NOTICE),
        Type("2", Form.TEXT),
        Type("3", Form.VIDEO),
        Type("4", Form.PICTURE),
    )
    fields: Fields = field(default_factory=Fields)
    time: TimeForm = TimeForm.UNIX_S
    agency: str = ""
    category: str = ""
    language: str = "vi"
    folder: Folder = field(default_factory=Folder)
    http: Http | None = None

    def link(self, cluster_id: str) -> Link | None:
        """How a cluster is connected; None where it is not."""
        return next((one for one in self.clusters if one.cluster == cluster_id), None)

    def by(self, means: Means) -> tuple[Link, ...]:
        """The clusters that are connected this way."""
        return tuple(one for one in self.clusters if one.by == means)


def home() -> Path:
    """The folder of the exchange in the data folder."""
    return Path(settings.DATA_DIR) / "exchange"


def path() -> Path:
    """Where the mapping file lies."""
    return home() / FILE


def is_there() -> bool:
    """Whether the province has written a mapping file."""
    return path().is_file()


def load() -> Mapping:
    """The mapping in use.

    Raises: BadMapping where there is none or it holds faults, each with file and line.
    """
    try:
        data = path().read_bytes()
    except OSError as error:
        raise BadMapping(
            _("The source system is not connected: there is no mapping file."),
            _("Whoever runs the server copies the example and fills it in: %(path)s") % {"path": path()},
        ) from error
    return read(data)


def read(data: bytes) -> Mapping:
    """The mapping in these bytes, checked against the clusters of this hub.

    Raises: BadMapping.
    """
    try:
        if len(data) > MOST_BYTES:
            raise DataError(Problem(FILE, 1, expected=f"at most {MOST_BYTES} bytes", got=f"{len(data)} bytes"))
        found = parse(Mapping, data.decode("utf-8-sig"), file=FILE)
        if faults := list(_faults(found)):
            raise DataError(*faults)
    except UnicodeDecodeError as error:
        raise _bad(f"{FILE}:1: expected UTF-8; got another encoding.") from error
    except DataError as error:
        raise _bad(str(error)) from error
    return found


def _bad(faults: str) -> BadMapping:
    return BadMapping(
        _("The mapping file of the source system holds faults: %(faults)s") % {"faults": faults},
        _("Put the lines right; until then nothing is taken in and nothing is lost."),
        subject=FILE,
    )


def _faults(found: Mapping) -> Iterable[Problem]:
    known = set(Cluster.objects.values_list("id", flat=True))
    seen: set[str] = set()
    for link in found.clusters:
        if link.cluster not in known:
            yield _at(link.source, f"a cluster of this hub ({', '.join(sorted(known)) or 'none'})", link.cluster)
        if link.by not in Means.values:
            yield _at(link.source, "by: folder or by: http", link.by)
        if link.by == Means.HTTP and found.http is None:
            yield _at(link.source, "a part “http:” with the address", "none")
        if link.code in seen:
            yield _at(link.source, "each code once", f"{link.code!r} twice")
        seen.add(link.code)
    if found.language not in Language.values:
        yield Problem(FILE, 1, expected=f"language: one of {', '.join(Language.values)}", got=repr(found.language))
    for one in found.languages:
        if one.means not in Language.values:
            yield _at(one.source, f"one of {', '.join(Language.values)}", one.means)
    if not found.account.strip() or not found.declaration.strip():
        yield Problem(FILE, 1, expected="account and declaration filled in", got="an empty text")
    if found.http is not None:
        yield from _http_faults(found.http)


def _http_faults(http: Http) -> Iterable[Problem]:
    try:
        parts = urlsplit(http.address)
        port_is_right = parts.port is None or parts.port > 0
    except ValueError:
        yield _at(http.source, "an address such as https://nguon.example.vn/api", http.address)
        return
    schemes = {"https", "http"} if http.is_plain_allowed else {"https"}
    is_bare = not (parts.username or parts.password or parts.query or parts.fragment)
    if parts.scheme not in schemes or not parts.hostname or not is_bare or not port_is_right:
        yield _at(
            http.source, f"an address {' or '.join(sorted(schemes))}:// with a host and nothing secret", "another"
        )
    for name in (http.items, http.status, http.backup):
        if not re.fullmatch(r"/[A-Za-z0-9/_.~-]*", name) or "/../" in f"{name}/":
            yield _at(http.source, "a path that begins with / and stays below the address", name)
    if http.token_file and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,80}", http.token_file):
        yield _at(http.source, "token_file: the name of a file in secrets/", http.token_file)
    if not _HEADER.fullmatch(http.header):
        yield _at(http.source, "header: the name of an HTTP header", http.header)
    if not 1 <= http.timeout_s <= 120 or not 1 <= http.most_items <= 1000:
        yield _at(http.source, "timeout_s 1 to 120, most_items 1 to 1000", f"{http.timeout_s}, {http.most_items}")


def _at(source: Source, expected: str, got: str) -> Problem:
    return Problem(source.file or FILE, source.line or 1, expected=expected, got=repr(got))
