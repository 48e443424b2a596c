"""One player and one Chromium that looks at its glass, for many attacks one after the other."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from PIL import Image

from bangtin.bundle.approvals import Statement
from bangtin.bundle.manifest import Item, Manifest, Window
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.glass import Glass, has, watching
from bangtin.player.tests.post import Post, item, programme, until

BLUE, GREEN, GREY, MAGENTA = (30, 136, 229), (67, 160, 71), (120, 120, 120), (214, 0, 180)
TURN_MS = 400
AFTER_S = 1.0  # more than two turns: what was accepted would have had its own


class Stage:
    """A post that plays blue and green in turn, and a magenta picture that hostile sets would put there.

    Magenta is their only item and their only filler: whoever takes such a set shows it at once.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pictures = {}
        for name, colour in {"blue": BLUE, "green": GREEN, "grey": GREY, "evil": MAGENTA}.items():
            self.pictures[name] = folder / f"{name}.png"
            Image.new("RGB", (1024, 512), colour).save(self.pictures[name])
        self.hub = HubSimulator(clock=time.time, poll_s=2.0)
        self.post = Post(folder / "player", self.hub)
        self.glass: Glass
        self.first: dict[str, bytes] = {}
        self._stack = AsyncExitStack()

    async def open(self) -> None:
        """Enrol, show magenta with every approval, so that it is known to be seen, take it down, and go on without."""
        await self.hub.start()
        self._stack.push_async_callback(self.hub.stop)
        await self.post.start()
        self._stack.push_async_callback(self.post.stop)
        await until(lambda: self.post.is_enrolled)
        self.offer()
        self.first = dict(self.hub.repository)
        self.glass = await self._stack.enter_async_context(watching(self.post))
        await self.glass.until_shows(MAGENTA, within_s=30)
        await self.go_on()

    async def close(self) -> None:
        """End the browser, the player, the hub."""
        await self._stack.aclose()

    def evil(self, **changes: object) -> Item:
        """The magenta picture as an item."""
        made = item("evil", "picture", self.pictures["evil"], dur_ms=TURN_MS)
        return replace(made, **changes)  # type: ignore[arg-type]  # names fields of Item

    def approved(self, name: str) -> Item:
        """One of the pictures that stand on the plan."""
        return item(name, "picture", self.pictures[name], dur_ms=TURN_MS)

    def offer(
        self,
        evil: Item | None = None,
        *,
        say: Callable[[Statement], Statement] | None = None,
        write: Callable[[Manifest], Manifest] | None = None,
        class_: str = "ordinary",
        by: HubSimulator | None = None,
    ) -> None:
        """Publish a set that holds nothing but magenta."""
        hub, cast = by or self.hub, [(evil or self.evil(), self.pictures["evil"])]
        hub.say, hub.write = say or (lambda said: said), write or (lambda written: written)
        hub.publish(programme(clips=cast, filler=[], windows=[self.window(class_)]))
        hub.say, hub.write = (lambda said: said), (lambda written: written)

    async def go_on(self) -> None:
        """The plan without magenta, accepted and on the glass."""
        cast = [(self.approved(name), self.pictures[name]) for name in ("blue", "green")]
        filler = [(self.approved("grey"), self.pictures["grey"])]
        made = self.hub.publish(programme(clips=cast, filler=filler, windows=[self.window()]))
        await until(partial(self.has_accepted, made.number))
        await self.glass.until_shows(BLUE)

    async def refused(self, attack: Callable[["Stage"], None], code: str) -> None:
        """Offer what `attack` makes; it is to be refused as `code`, recorded, and never seen."""
        good, number, since, known = self.hub.repository, self.hub.number, time.time(), len(self.hub.lines)
        attack(self)
        await until(lambda: code in self.named(known))
        await self.glass.never(MAGENTA, since=since, for_s=AFTER_S)
        self.hub.repository, self.hub.number = good, number
        await self.go_on()
        assert not [image for image in self.glass.frames(since) if has(image, MAGENTA)]

    def named(self, known: int = 0) -> set[str]:
        """The codes of the refusals in the records that came after the first `known`."""
        return {str(one.extra.get("x_code")) for one in self.hub.lines[known:] if one.k == "refusal"}

    def has_accepted(self, number: int) -> bool:
        """Whether the player's records say that this bundle is in force."""
        return any(one.bundle == number and one.extra.get("x_event") == "accepted" for one in self.hub.lines)

    async def again(self, *, prepare: Callable[[], None] = lambda: None) -> float:
        """Cut the power, let a thief at the disk, start anew; gives when the looking at the new life began."""
        await self.glass.away()
        await self.post.kill()
        prepare()
        since = time.time()
        await self.post.start()
        await self.glass.look(self.post)
        return since

    def window(self, class_: str = "ordinary", *, days: int = 20) -> Window:
        """One that runs from just now on."""
        now_ms = int(time.time() * 1000)
        return Window(f"w-{class_}", now_ms - 5_000, now_ms + days * 86_400_000, class_, "test", loop="l")


@contextmanager
def staged(folder: Path) -> Iterator[tuple[Stage, Callable[[Coroutine[object, object, None]], None]]]:
    """A stage, and what runs an act on it: one loop for all acts, at rest between them."""
    with asyncio.Runner() as runner:
        stage = Stage(folder)
        try:
            runner.run(stage.open())
            yield stage, runner.run
        finally:
            runner.run(stage.close())
