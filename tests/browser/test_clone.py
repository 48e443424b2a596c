"""Two players that run under one key, as after the theft of a disk's copy: noticed, both on air, records kept apart."""

import asyncio
import json
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import pytest

from bangtin.player.tests.post import LightPage
from tests.browser.processes import Hub, Notes, Screen, until

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MORE = 4


def test_two_running_players_with_one_key_are_noticed_play_on_and_keep_their_records_apart(
    hub: Hub, screens: Callable[..., Screen]
) -> None:
    """T60."""
    screen = _on_air(hub, screens)
    twin = screens(hub)
    shutil.copytree(screen.folder, twin.folder)
    both = (screen, twin)
    notes = [Notes(one) for one in both]
    with _pages(both) as pages:
        for one, noted in zip(both, notes, strict=True):
            one.start(browser="none")
            noted.start()
        until(lambda: _suspected(hub), what="the hub notices two lives under one key")
        told = [len(page.told) for page in pages]
        until(
            lambda: all(len(page.told) >= had + MORE for page, had in zip(pages, told, strict=True)),
            what="both play on",
        )
        assert {str(page.segments[-1]["kind"]) for page in pages} <= {"text", "picture"}
        until(lambda: all(one.is_caught_up() for one in both), what="both have handed in their records")
    for one, noted in zip(both, notes, strict=True):
        one.stop()
        noted.stop()
    assert [kind for (kind,) in hub.rows("SELECT kind FROM devices_incident")] == ["clone"]
    _are_apart(hub, notes)


def _on_air(hub: Hub, screens: Callable[..., Screen]) -> Screen:
    """A screen that played and was turned off."""
    receipts = hub.seed("approve", "2000", "text")
    assert isinstance(receipts, list)
    hub.start()
    screen = screens(hub)
    with _pages([screen]):
        screen.start(browser="none")
        hub.seed("enrol", until(screen.code, what="the screen shows a code"))
        hub.seed("plan", "60", *receipts)
        until(lambda: len(hub.plays()) >= 2, within_s=60, what="plays reach the hub")
        until(screen.is_caught_up, what="every record is in the hub")
    screen.stop()
    return screen


def _are_apart(hub: Hub, notes: Sequence[Notes]) -> None:
    """One chain went on, the other lies beside it in quarantine: nothing of either is lost, mixed or counted."""
    found = hub.rows("SELECT n, line, is_fork, grade, reason FROM playlog_playrecord WHERE kind = 'play'")
    chains: dict[bool, dict[int, bytes]] = {False: {}, True: {}}
    for n, line, is_fork, _grade, _reason in found:
        assert int(str(n)) not in chains[bool(is_fork)]
        chains[bool(is_fork)][int(str(n))] = bytes(line)  # type: ignore[call-overload]  # a BLOB
    assert len(chains[True]) >= 2 <= len(set(chains[True]) & set(chains[False]))
    assert {(grade, reason) for _n, _line, is_fork, grade, reason in found if is_fork} == {
        ("quarantined", "record_fork")
    }
    stories = [{n: line for (_epoch, n), line in noted.lines.items() if _is_play(line)} for noted in notes]
    one, other = stories if _is_in(stories[0], chains[False]) else reversed(stories)
    assert _is_in(one, chains[False])
    assert _is_in(other, {**chains[False], **chains[True]}, until_n=max(chains[True]))
    newest = max(chains[False])
    ((grade, reason),) = {(grade, reason) for n, _line, is_fork, grade, reason in found if n == newest and not is_fork}
    assert (grade, reason) == ("quarantined", "record_clone")


def _is_in(story: dict[int, bytes], chain: dict[int, bytes], *, until_n: int = 0) -> bool:
    """Whether the hub has every line of it; the newest ones were written as the player stopped and not sent."""
    last = until_n or max(chain)
    return all(chain.get(n) == line for n, line in story.items() if n <= last)


def _is_play(line: bytes) -> bool:
    return bool(json.loads(line)["k"] == "play")


def _suspected(hub: Hub) -> bool:
    return any(bool(found) for (found,) in hub.rows("SELECT is_clone_suspected FROM devices_device"))


@contextmanager
def _pages(screens: Sequence[Screen]) -> Iterator[list[LightPage]]:
    """A page without a browser for each screen, in a thread of their own."""
    pages = [LightPage(one) for one in screens]
    loop = asyncio.new_event_loop()
    ended = asyncio.Event()

    async def live() -> None:
        async with asyncio.TaskGroup() as group:
            for page in pages:
                group.create_task(_until_ended(page, ended))

    thread = threading.Thread(target=lambda: loop.run_until_complete(live()), daemon=True)
    thread.start()
    try:
        yield pages
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(10)
        with suppress(RuntimeError):
            loop.close()


async def _until_ended(page: LightPage, ended: asyncio.Event) -> None:
    async with page:
        await ended.wait()
