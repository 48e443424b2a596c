"""A small Lai Châu with a source system: an exchange folder, and a real HTTP server in the test's own process."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bangtin.hub.accounts.models import Role
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.exchange import mapping as mappings
from bangtin.hub.kit.testing import local
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.regulations.tests.factories import World, accounts

LAI_CHAU = "lai-chau/20-2024-qd-ubnd"
BORDER, BOARD = "lai-chau/ma-lu-thang", "lai-chau/bang-tin-thanh-pho"
NOON = local("2026-11-23 12:00")
CREATED_S = 1_795_000_000  # in November 2026
CAST = {
    "nguon": ("Hệ thống thông tin nguồn", "so-tttt", Role.REPORTER),
    "tham-dinh": ("Cán bộ thẩm định Lai Châu", "so-tttt", Role.APPRAISER),
    "tong-hop": ("Cán bộ tổng hợp Lai Châu", "so-tttt", Role.REPORTER),
    "van-hanh": ("Cán bộ vận hành cửa khẩu", "bql-kkt", Role.OPERATOR),
    "bang-tin": ("Cán bộ bảng tin thành phố", "ubnd-thanh-pho", Role.OPERATOR),
    "dai": ("Phóng viên Đài", "dai-ptth", Role.CONTRIBUTOR),
    "quan-tri": ("Quản trị hệ thống", "so-tttt", Role.ADMINISTRATOR),
    "lanh-dao": ("Lãnh đạo tỉnh", "ubnd-tinh", Role.LEADER),
}
MAPPING = """\
account: nguon
declaration: "Công văn số 12/STTTT-TTCS ngày 05/01/2026"
clusters:
  - {cluster: lai-chau/ma-lu-thang, code: MLT, by: folder}
agencies:
  - {code: DPTTH, means: lai-chau/dai-ptth}
categories:
  - {code: "7.1", means: policy_law_external_border}
"""


def lai_chau() -> World:
    """Take the regulation into use and make the cast."""
    install(instrument_id=LAI_CHAU, actor=None, at=local("2026-01-05 08:00"))
    agencies = {row.pk.split("/")[1]: row for row in Agency.objects.filter(pk__startswith="lai-chau/")}
    return World(
        instrument=Instrument.objects.get(pk=LAI_CHAU),
        agencies=agencies,
        clusters={row.slug: row for row in Cluster.objects.filter(instrument_id=LAI_CHAU)},
        faces={row.pk: row for row in Face.objects.all()},
        users=accounts({name: (display, agencies[slug], role) for name, (display, slug, role) in CAST.items()}),
    )


def map_with(text: str = MAPPING) -> Path:
    """Write the mapping file; gives the exchange folder."""
    mappings.home().mkdir(parents=True, exist_ok=True)
    mappings.path().write_text(text)
    folder = mappings.home() / "folder"
    for name in ("in", "out", "done", "failed"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return folder


def item(**changes: Any) -> dict[str, Any]:
    """A notice as the source system sends it."""
    fields: dict[str, Any] = {
        "id": "LC-0001",
        "createdTime": CREATED_S,
        "type": 1,
        "title": "Cửa khẩu mở cửa lúc 7 giờ",
        "content": "Từ ngày 24/11/2026",
        "sender": "DPTTH",
        "category": "7.1",
        "from": CREATED_S,
        "to": CREATED_S + 30 * 86_400,
        "loops": 3,
        "priority": 2,
        "isActive": True,
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def drop(folder: Path, name: str, content: object) -> None:
    """Put an item in, as the source system does."""
    data = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False).encode()
    half = folder / "in" / f"{name}.part"
    half.write_bytes(data)
    half.rename(folder / "in" / name)


@dataclass
class Source:
    """What the server over there has and got."""

    port: int = 0
    items: object = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    told: list[dict[str, Any]] = field(default_factory=list)
    packages: dict[str, bytes] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    answer: Callable[[BaseHTTPRequestHandler], bool] = lambda _handler: False

    @property
    def address(self) -> str:
        """The address to write into the mapping."""
        return f"http://127.0.0.1:{self.port}/api"

    @property
    def mapping(self) -> str:
        """A mapping whose border cluster is connected by HTTP."""
        return (
            MAPPING.replace("by: folder", "by: http")
            + f'http: {{address: "{self.address}", is_plain_allowed: true, timeout_s: 2, token_file: nguon-token}}\n'
        )


@contextmanager
def source() -> Iterator[Source]:
    """A source system on this machine."""
    found = Source()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.tokens.append(self.headers.get("Authorization", ""))
            if found.answer(self):
                return
            name = self.path.removeprefix("/api")
            body = found.files.get(name)
            if name == "/items":
                body = found.items if isinstance(found.items, bytes) else json.dumps(found.items).encode()
            self._say(404 if body is None else 200, body or b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.told += json.loads(body)["items"]
            self._say(200, b"{}")

        def do_PUT(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.packages[self.path.rpartition("/")[2]] = body
            self._say(200, json.dumps({"sha256": self.headers["X-Content-SHA256"]}).encode())

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_given: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
