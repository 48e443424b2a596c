"""The local server of a face: its page, its media chunk by verified chunk, and the socket between page and daemon.

Loopback only and read-only: a foreign page cannot reach it (Host and Origin are checked), and nothing can be posted.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Protocol

from aiohttp import WSMsgType, web

from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.notices import FOLDER as NOTICES
from bangtin.player.screens import own_page

PAGE = Path(__file__).resolve().parent / "page"
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2"}
CHUNK = 2**20
LONGEST_MESSAGE = 4096
HEARTBEAT_S = 30.0
log = logging.getLogger("bangtin.player.screens")

Message = Mapping[str, object]


class Media(Protocol):
    """Where verified media come from."""

    def describe(self, digest: str) -> tuple[int, str] | None:
        """Size in bytes and MIME type of a file that the accepted bundle names and that lies here whole."""

    def read_chunk(self, digest: str, index: int) -> bytes:
        """Chunk `index`, hashed before it leaves (trust 4.5). Raises: BundleRefusal `media_changed`."""


class Listener(Protocol):
    """Who decides what the pages show."""

    def greeting(self) -> list[Message]:
        """What a page that has just connected is told: its face, and what stands on it now."""

    def attached(self) -> None:
        """A page has become the one whose reports count."""

    def detached(self) -> None:
        """That page is gone."""

    def said(self, message: Message) -> None:
        """That page reported something."""

    def media_refused(self, digest: str, refusal: BundleRefusal) -> None:
        """A page asked for a file, and what lies on the disk is not what was approved."""


class ScreenServer:
    """Serves one face. Of several pages the one that this daemon opened, by its `token`, reports; others look on."""

    def __init__(self, *, port: int, media: Media, listener: Listener, speech: Path, token: str) -> None:
        self.port = port
        self._token = token
        self._speech = speech
        self._media = media
        self._listener = listener
        self._pages: list[_Page] = []
        self._primary: _Page | None = None
        self.words = 0  # of the screen's page since the start: four a second while it lives
        self.doubted: Callable[[str, str], None] = lambda _kind, _detail: None
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on 127.0.0.1. Raises: OSError if the port is taken."""
        app = web.Application(middlewares=[self._guard], client_max_size=0)
        app.router.add_get("/", self._file(PAGE / "index.html"))
        for name in sorted(PAGE.iterdir()):
            app.router.add_get(f"/page/{name.name}", self._file(name))
        for name in sorted(one for kind in ("*.js", "*.css", "fonts/*.woff2") for one in NOTICES.glob(kind)):
            app.router.add_get(f"/notices/{name.relative_to(NOTICES)}", self._file(name))
        app.router.add_get("/m/{digest:[0-9a-f]{64}}", self._media_file)
        app.router.add_get("/speech/{name:[0-9a-f]{64}[.]wav}", self._spoken)
        app.router.add_get("/screen", self._socket)
        app.router.add_get("/favicon.ico", _nothing)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()

    async def stop(self) -> None:
        """Close the sockets; the pages keep their last segment to its end and come back by themselves."""
        for page in list(self._pages):
            await page.socket.close()
        if self._runner is not None:
            await self._runner.cleanup()

    def send(self, message: Message) -> None:
        """Tell every page."""
        for page in self._pages:
            page.queue.put_nowait(message)

    @property
    def address(self) -> str:
        """Where the page is whose reports count; a secret of this account."""
        return f"http://127.0.0.1:{self.port}/?role=screen&token={self._token}"

    @property
    def has_screen(self) -> bool:
        """Whether a page is there whose reports count."""
        return self._primary is not None

    @web.middleware
    async def _guard(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        hosts = {f"127.0.0.1:{self.port}", f"localhost:{self.port}"}
        if request.host not in hosts:  # a name that an attacker points at 127.0.0.1
            raise web.HTTPMisdirectedRequest(text="This server answers only to its own address.")
        origin = request.headers.get("Origin")
        if origin is not None and origin.removeprefix("http://") not in hosts:
            raise web.HTTPForbidden(text="This server answers only to its own page.")
        return await handler(request)

    def _headers(self, request: web.Request) -> dict[str, str]:
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
            "media-src 'self'; "
            f"connect-src 'self' ws://{request.host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        return {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "no-store",
        }

    def _file(self, path: Path) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            headers = {**self._headers(request), "Content-Type": f"{TYPES[path.suffix]}; charset=utf-8"}
            return web.Response(body=path.read_bytes(), headers=headers)

        return answer

    async def _spoken(self, request: web.Request) -> web.StreamResponse:
        path = self._speech / request.match_info["name"]
        if not path.is_file():
            raise web.HTTPNotFound
        headers = {**self._headers(request), "Content-Type": "audio/wav"}
        return web.FileResponse(path, headers=headers)

    async def _media_file(self, request: web.Request) -> web.StreamResponse:
        digest = request.match_info["digest"]
        described = self._media.describe(digest)
        if described is None:
            raise web.HTTPNotFound
        size, mime = described
        start, stop = _range_of(request, size)
        is_part = "Range" in request.headers
        response = web.StreamResponse(status=206 if is_part else 200, headers=self._headers(request))
        response.content_type = mime
        response.content_length = stop - start
        response.headers["Accept-Ranges"] = "bytes"
        if is_part:
            response.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
        try:
            first = await asyncio.to_thread(self._media.read_chunk, digest, start // CHUNK)
            await response.prepare(request)
            await self._send_range(response, digest, start=start, stop=stop, chunk=first)
        except BundleRefusal as refusal:
            self._listener.media_refused(digest, refusal)
            if not response.prepared:
                raise web.HTTPGone(text=refusal.code) from refusal
            if request.transport is not None:  # trust 4.5: not one byte of a changed chunk leaves
                request.transport.abort()
        except ConnectionResetError:
            pass  # the page no longer wants the rest, as it does when it seeks
        return response

    async def _send_range(
        self, response: web.StreamResponse, digest: str, *, start: int, stop: int, chunk: bytes
    ) -> None:
        position = start
        while True:
            index = position // CHUNK
            end = min(stop, (index + 1) * CHUNK)
            await response.write(chunk[position - index * CHUNK : end - index * CHUNK])
            position = end
            if position >= stop:
                return
            chunk = await asyncio.to_thread(self._media.read_chunk, digest, position // CHUNK)

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        if "Origin" not in request.headers:  # every browser sends it with a web socket
            raise web.HTTPForbidden(text="This socket is for the page of this server.")
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT_S, max_msg_size=LONGEST_MESSAGE)
        await socket.prepare(request)
        page = _Page(socket, is_screen=self._is_own(request))
        self._pages.append(page)
        for message in self._listener.greeting():
            page.queue.put_nowait(message)
        writer = asyncio.create_task(page.write())
        self._choose()
        try:
            async for received in socket:
                if received.type is WSMsgType.TEXT and page is self._primary:
                    self._hear(received.data)
        finally:
            writer.cancel()
            self._pages.remove(page)
            self._choose()
        return socket

    def _is_own(self, request: web.Request) -> bool:
        said, peer = request.query.get("token", ""), request.transport and request.transport.get_extra_info("peername")
        is_own = own_page.is_own(said, self._token, peer=peer, port=self.port)
        if said and not is_own:
            log.warning("screen_not_ours: %s asked to be the screen and is not the page of this daemon", peer)
            self.doubted("screen_not_ours", "somebody on this machine asked to be the screen")
            self.doubted = lambda _kind, _detail: None  # once a start: who asks often fills nothing
        return is_own

    def _hear(self, text: str) -> None:
        self.words += 1
        try:
            message = json.loads(text)
        except ValueError:
            return
        if isinstance(message, dict):
            self._listener.said(message)

    def _choose(self) -> None:
        best = next((page for page in self._pages if page.is_screen), None)
        if best is self._primary:
            return
        had, self._primary = self._primary, best
        if had is not None:
            self._listener.detached()
        if best is not None:
            self._listener.attached()


class _Page:
    """One connected page and what it is still to be told."""

    def __init__(self, socket: web.WebSocketResponse, *, is_screen: bool) -> None:
        self.socket = socket
        self.is_screen = is_screen
        self.queue: asyncio.Queue[Message] = asyncio.Queue()

    async def write(self) -> None:
        """Send what is queued, in order, until cancelled."""
        while True:
            message = await self.queue.get()
            try:
                await self.socket.send_str(json.dumps(message, ensure_ascii=False))
            except ConnectionError:
                return


async def _nothing(request: web.Request) -> web.StreamResponse:
    del request
    return web.Response(status=204)


def _range_of(request: web.Request, size: int) -> tuple[int, int]:
    """`(start, stop)` of the wanted bytes, clipped to the file."""
    try:
        wanted = request.http_range
        start, stop, _ = wanted.indices(size)
    except ValueError as error:
        raise web.HTTPRequestRangeNotSatisfiable from error
    if start >= stop:
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
    return start, stop
