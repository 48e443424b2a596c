"""The lives of one daemon in the soak: its hub, its page, its disk, its machine's clock, and its deaths."""

import asyncio
import json
import os
import random
import signal
import socket
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from bangtin.bundle import publishing
from bangtin.bundle.content import Content, Rendition, TextNotice, content_digest
from bangtin.bundle.manifest import Item, LoopEntry, Window
from bangtin.player.config import write_kit
from bangtin.player.testing.hub_simulator import HubSimulator, Programme, describe
from tests.bench.soak.ballast import Disk
from tests.bench.soak.found import Found
from tests.bench.soak.nursery import write_skew
from tests.bench.soak.pages import SoakPage

DAY_S = 86_400.0
ZONE_S = 7 * 3600
HOUR_MS = 3_600_000
PUBLISH_EVERY_S = 2 * DAY_S
LONGEST_LIFE_S = 1.2
START_S, QUIET_S = 30.0, 20.0
SKEWS_S = (0.0, 0.0, 0.0, -7200.0, 3600.0, -3 * 365 * DAY_S, 20 * 365 * DAY_S)
FILLED_EVERY, FILLED_FOR = 12, 4  # lives
BLANK_SLACK_S = 0.5  # a page whose event loop waits for its turn is no blank


class Nursery:
    """The process that forks the daemons' lives."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._waiting: dict[str, asyncio.Future[int]] = {}
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Nursery":
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.bench.soak.nursery",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
            await self._process.wait()
        if self._reader is not None:
            self._reader.cancel()

    async def start(self, order: dict[str, object]) -> int:
        """Begin a life; gives its process."""
        if self._process is None or self._process.stdin is None:
            raise RuntimeError("the nursery is used outside its context")
        answer = self._waiting[str(order["key"])] = asyncio.get_running_loop().create_future()
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        return await asyncio.wait_for(answer, START_S)

    async def _read(self) -> None:
        if self._process is None or self._process.stdout is None:
            return
        async for line in self._process.stdout:
            told = json.loads(line)
            self._waiting.pop(told["key"]).set_result(int(told["pid"]))


class Screen:
    """One daemon through all its lives."""

    def __init__(self, nursery: Nursery, disk: Disk, pictures: Sequence[Path], chance: random.Random) -> None:
        self._nursery, self._disk, self._pictures, self._chance = nursery, disk, pictures, chance
        # the calendar begins at ten in the morning, whenever the soak does
        self._began_shift_s = self._shift_s = (10 * 3600 - (time.time() + ZONE_S)) % DAY_S
        self._log: list[tuple[float, str]] = []
        self._published_s: float | None = None
        self._refreshed_s = 0.0
        self._pid: int | None = None
        self._lives = 0
        self._is_line_up = True
        self._full_for = 0
        self._unrecorded: set[str] = set()
        self.kills = self.line_cuts = self.disk_fulls = self.clock_jumps = 0
        self.restarts_ms: list[float] = []
        self._outages: list[tuple[float, float]] = []
        self.hub = HubSimulator(clock=self.now_s, poll_s=0.5)
        self._port = free_port()
        self.page = SoakPage(self._port, self.folder)

    @property
    def folder(self) -> Path:
        """The daemon's folder."""
        return self._disk.folder

    @property
    def days(self) -> float:
        """How many days of the calendar have gone by."""
        return round((self._shift_s - self._began_shift_s) / DAY_S, 1)

    def now_s(self) -> float:
        """The calendar's instant, in seconds since 1970."""
        return time.time() + self._shift_s

    async def __aenter__(self) -> "Screen":
        await self.hub.start()
        write_kit(self.hub.kit(), self.folder / "kit.json")
        write_skew(self.folder, 0.0)
        await self.page.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.page.__aexit__()
        await self._kill()
        await self.hub.stop()

    async def live_through(self, kills: int, step_s: float) -> None:
        """So many lives and deaths, `step_s` of the calendar apart; then a last life in which all records are sent."""
        await self._start()
        await self._until(lambda: bool(self.hub.records), "was never enrolled")
        self._publish()
        await self._until(lambda: any(kind in ("picture", "text") for _, kind in self.page.shows), "never played")
        self._unrecorded = set(self.page.told[:-1])  # the card before it was enrolled
        for _ in range(kills):
            await self._live()
            self._mischief()
            await asyncio.sleep(self._chance.uniform(0.0, 0.3))
            await self._kill()
            self.kills += 1
            self._shift_s += step_s
            await self._weather()
            await self._start()
        self._disk.empty()
        self._set_skew(0.0)
        await self._line(is_up=True)
        shows = len(self.page.shows)
        await self._until(lambda: len(self.page.shows) > shows + 2, "did not play in its last life")
        told = set(self.page.told[:-2]) - self._unrecorded
        try:
            await self._until(lambda: told <= self._recorded(), "did not send all its records")
        except TimeoutError as error:  # `settle` counts and names them
            self._log.append((time.monotonic(), str(error)))
        self._note_restart(time.monotonic())

    def settle(self, found: Found) -> None:
        """Hold what was told to be shown against what the hub has been sent."""
        names = [str(line.extra["x_segment"]) for line in self.hub.lines if "x_segment" in line.extra]
        counts = Counter(names)
        numbers = [line.n for line in self.hub.lines]
        # the last life's newest segments are still running
        lost = sorted(set(self.page.told[:-3]) - set(counts) - self._unrecorded)
        found.lost += len(lost)
        found.troubles += [f"{self.folder.name} lost {one} of {len(self.page.told)}" for one in lost[:5]]
        found.doubled += sum(count - 1 for count in counts.values())
        found.chain_gaps += sum(second != first + 1 for first, second in zip([0, *numbers], numbers, strict=False))
        found.segments += len(counts)
        refused = [one for one in self.hub.refused if "created" not in one and "age" not in one]
        found.refused += len(refused)
        found.troubles += [f"{self.folder.name}: {one}"[:200] for one in refused[:3]]
        found.kills += self.kills
        found.line_cuts += self.line_cuts
        found.disk_fulls += self.disk_fulls
        found.clock_jumps += self.clock_jumps
        for start_s, end_s in self.page.blanks:
            # what is dark while the daemon is down is its restart; anything beyond that is a blank
            beyond_s = end_s - start_s - _overlap_s(start_s, end_s, [*self._outages, *self.page.stalls])
            if beyond_s > BLANK_SLACK_S:
                found.blanks += 1
                around = ", ".join(what for at_s, what in self._log if start_s - 3 < at_s < end_s + 1)
                found.troubles.append(f"{self.folder.name} dark for {beyond_s:.1f} s: {around}"[:300])
            found.blank_worst_ms = max(found.blank_worst_ms, round(beyond_s * 1000, 1))

    # What happens to it

    async def _live(self) -> None:
        """A third of the lives end while they begin; the others at any instant after their first frame."""
        if self._chance.random() < 0.3:
            await asyncio.sleep(self._chance.uniform(0.0, 0.4))
            return
        limit = time.monotonic() + START_S
        while time.monotonic() < limit and (not self.page.shows or self.page.shows[-1][0] < self._began_s):
            await asyncio.sleep(0.02)
        await asyncio.sleep(self._chance.uniform(0.0, LONGEST_LIFE_S))

    def _mischief(self) -> None:
        """While it runs: the machine's clock jumps; the disk is full."""
        if self._chance.random() < 0.15:
            self._set_skew(self._chance.choice(SKEWS_S))
            self.clock_jumps += 1
        if self._full_for:
            self._full_for -= 1
            if not self._full_for:
                self._disk.empty()
        elif self.kills % FILLED_EVERY == FILLED_EVERY // 3 and self._disk.fill():
            self.disk_fulls += 1
            self._log.append((time.monotonic(), "disk full"))
            self._full_for = FILLED_FOR

    async def _weather(self) -> None:
        """Between two lives: the line goes or comes back, the day's timestamp is signed, a bundle is published."""
        if self._is_line_up and self._chance.random() < 0.2:
            await self._line(is_up=False)
            self.line_cuts += 1
        elif not self._is_line_up and self._chance.random() < 0.5:
            await self._line(is_up=True)
        at_s = self.now_s()
        if at_s - self._refreshed_s > DAY_S:
            self._refreshed_s = at_s
            at = datetime.fromtimestamp(int(at_s), tz=UTC)
            self.hub.repository = publishing.refresh_timestamp(self.hub.repository, keys=self.hub.keys, at=at)
        if self._published_s is None or at_s - self._published_s > PUBLISH_EVERY_S:
            self._publish()
        if self._chance.random() < 0.1:
            self._set_skew(self._chance.choice(SKEWS_S))
            self.clock_jumps += 1

    async def _line(self, *, is_up: bool) -> None:
        if is_up != self._is_line_up:
            self._is_line_up = is_up
            self._log.append((time.monotonic(), "line up" if is_up else "line cut"))
            await (self.hub.start() if is_up else self.hub.stop())

    def _set_skew(self, seconds: float) -> None:
        self._log.append((time.monotonic(), f"clock {seconds:+.0f} s"))
        write_skew(self.folder, seconds)

    def _publish(self) -> None:
        """The plan of the next twenty days: dark from 23:00 to 05:00; another cast each time."""
        self._published_s = self._refreshed_s = self.now_s()
        number = self.hub.number + 1
        cast = [(item(f"p{number}", "picture", self._pictures[number % 2]), 400), (item(f"t{number}", "text"), 300)]
        filler = item("filler", "text")
        first_s = (self.now_s() + ZONE_S) // DAY_S * DAY_S - ZONE_S
        windows = []
        for day in range(20):
            start_ms = round((first_s + day * DAY_S) * 1000)
            windows.append(window(f"d{day}", start_ms + 5 * HOUR_MS, start_ms + 23 * HOUR_MS))
            windows.append(window(f"n{day}", start_ms + 23 * HOUR_MS, start_ms + 29 * HOUR_MS, class_="rest"))
        self.hub.publish(
            Programme(
                items=[*(one for one, _ in cast), filler],
                loops={"l": [LoopEntry(one.id, "s1", dur_ms) for one, dur_ms in cast]},
                windows=windows,
                filler=[filler.id],
                files=[self._pictures[number % 2]],
            )
        )

    # Lives and deaths

    async def _start(self) -> None:
        self._lives += 1
        self._log.append((time.monotonic(), f"life {self._lives}"))
        self._pid = await self._nursery.start(
            {
                "key": str(self.folder),
                "folder": str(self.folder),
                "port": self._port,
                "offset_s": self._shift_s,
            }
        )
        self._began_s = time.monotonic()

    async def _kill(self) -> None:
        if self._pid is None:
            return
        died_s = time.monotonic()
        self._note_restart(died_s)
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        while _is_there(self._pid):
            await asyncio.sleep(0.002)
        self._pid, self._down_s = None, died_s

    def _note_restart(self, now_s: float) -> None:
        """How long this life took to its first frame: so long it may be dark."""
        first = next((at_s for at_s, _ in self.page.shows if at_s > self._began_s), None)
        if self._lives > 1 and first is not None:
            self.restarts_ms.append(round((first - self._began_s) * 1000, 1))
        self._outages.append((self._down_s, first if first is not None else now_s))

    _began_s = 0.0
    _down_s = 0.0

    async def _until(self, holds: Callable[[], bool], complaint: str) -> None:
        limit = time.monotonic() + QUIET_S
        while not holds():
            if time.monotonic() > limit:
                tail = (self.folder / "log.txt").read_text(errors="replace")[-1500:]
                raise TimeoutError(f"{self.folder.name} {complaint}: {tail}")
            await asyncio.sleep(0.05)

    def _recorded(self) -> set[str]:
        return {str(line.extra.get("x_segment")) for line in self.hub.lines}


def _overlap_s(start_s: float, end_s: float, spans: Sequence[tuple[float, float]]) -> float:
    """How much of [start, end] lies in any of `spans`."""
    covered_s, reached_s = 0.0, start_s
    for first_s, last_s in sorted(spans):
        first_s, last_s = max(first_s, reached_s), min(last_s, end_s)  # noqa: PLW2901 - clipped
        if last_s > first_s:
            covered_s += last_s - first_s
            reached_s = last_s
    return covered_s


def item(name: str, kind: str, path: Path | None = None) -> Item:
    """A picture at `path`, or a text notice."""
    file = describe(path).sha256 if path else ""
    text = None if path else TextNotice("notice", {"head": "Cửa khẩu", "title": f"Thông báo {name}", "fact": "7 giờ"})
    content = Content(
        version=name,
        kind=kind,
        language="vi",
        title=name,
        renditions=(Rendition(file, 400, 1024, 512, "1024x512"),),
        author="dai-ptth",
        text=text,
    )
    return Item(name, "ordinary", content, content_digest(content))


def window(name: str, from_ms: int, until_ms: int, *, class_: str = "ordinary") -> Window:
    """A window of the loop `l`, or a dark one."""
    return Window(name, from_ms, until_ms, class_, "soak", loop="" if class_ == "rest" else "l")


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (OSError, IndexError):
        return False
