"""The glass as the tests see it: every frame that a browser composes of the face, from before an attack to after it."""

import asyncio
import base64
import time
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from io import BytesIO

from PIL import Image
from playwright.async_api import CDPSession, Page, async_playwright
from playwright.async_api import Error as PageGone

from bangtin.player.screens import browser
from bangtin.player.tests.post import Post

CHROMIUM = str(browser.find("auto"))
Colour = tuple[int, int, int]
NEAR = 40  # sum over the three colours: JPEG stays below it
SMALL = (64, 32)
FEW = 8  # cells of 64 × 32 that may come near a colour by chance, as the edge of a letter
KEPT = 6_000


class Glass:
    """A page of another browser that looks on, and every frame that was composed of it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._frames: deque[tuple[float, str]] = deque(maxlen=KEPT)
        self._session: CDPSession | None = None
        self._calls = set[asyncio.Future[None]]()

    async def look(self, post: Post) -> None:
        """Open the face of `post` and watch it from its first frame on."""
        await self.page.goto("about:blank")
        await self._watch()
        await self.page.goto(f"{post.page}/?role=screen&token={post.secret}")
        await self._watch()  # another process draws another address

    async def away(self) -> None:
        """Look at nothing, so that no frame of an earlier life is taken for one of the next."""
        await self.page.goto("about:blank")
        self._frames.clear()

    def frames(self, since: float) -> list[Image.Image]:
        """What stood at `since`, and every frame after it."""
        found = list(self._frames)
        before = [data for at, data in found if at < since][-1:]
        return [_opened(data) for data in [*before, *(data for at, data in found if at >= since)]]

    def shows(self, colour: Colour) -> bool:
        """Whether the newest frame has a patch of that colour."""
        return bool(self._frames) and has(_opened(self._frames[-1][1]), colour)

    async def never(self, *colours: Colour, since: float, for_s: float) -> None:
        """Watch for `for_s` more: no frame since then, nor a picture taken now, has a patch of any of these colours."""
        await asyncio.sleep(for_s)
        frames = self.frames(since)
        assert frames, "nothing was ever composed: the glass was not seen"
        for image in (*frames, await glance(self.page)):
            assert not [one for one in colours if has(image, one)], f"seen among {len(frames)} frames"

    async def until_shows(self, colour: Colour, *, within_s: float = 15.0) -> None:
        """Raises: TimeoutError."""
        async with asyncio.timeout(within_s):
            while not self.shows(colour):
                await asyncio.sleep(0.05)

    async def _watch(self) -> None:
        if self._session is not None:
            with suppress(PageGone):
                await self._session.detach()
        session = self._session = await self.page.context.new_cdp_session(self.page)
        session.on("Page.screencastFrame", lambda event: self._composed(session, event))
        await session.send("Page.startScreencast", {"format": "jpeg", "quality": 90, "maxWidth": 256, "maxHeight": 128})

    def _composed(self, session: CDPSession, event: Mapping[str, object]) -> None:
        about = event["metadata"]
        at = about.get("timestamp") if isinstance(about, dict) else None
        self._frames.append((float(at or time.time()), str(event["data"])))
        call = asyncio.ensure_future(_acknowledge(session, event))
        self._calls.add(call)
        call.add_done_callback(self._calls.discard)


async def _acknowledge(session: CDPSession, event: Mapping[str, object]) -> None:
    with suppress(PageGone):
        await session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})


def has(image: Image.Image, colour: Colour) -> bool:
    """Whether a patch of the picture is of about that colour."""
    data = image.resize(SMALL, Image.Resampling.BOX).tobytes()
    cells = (data[at : at + 3] for at in range(0, len(data), 3))
    near = [cell for cell in cells if sum(abs(a - b) for a, b in zip(cell, colour, strict=True)) <= NEAR]
    return len(near) > FEW


def _opened(data: str) -> Image.Image:
    return Image.open(BytesIO(base64.b64decode(data))).convert("RGB")


@asynccontextmanager
async def looking_at(post: Post) -> AsyncIterator[Page]:
    """A page of another browser that looks on."""
    async with watching(post) as glass:
        yield glass.page


@asynccontextmanager
async def watching(post: Post) -> AsyncIterator[Glass]:
    """The glass of `post` in a browser of its own."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        glass = Glass(await launched.new_page(viewport={"width": 1024, "height": 512}))
        await glass.look(post)
        yield glass
        await launched.close()


async def glance(page: Page) -> Image.Image:
    """What is on the glass."""
    return Image.open(BytesIO(await page.screenshot())).convert("RGB")


def is_near(image: Image.Image, at: tuple[int, int], wanted: Colour) -> bool:
    """Whether a pixel has about that colour."""
    found = image.getpixel(at)
    return isinstance(found, tuple) and all(abs(a - b) <= 8 for a, b in zip(found, wanted, strict=True))
