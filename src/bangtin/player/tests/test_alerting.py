"""What a player makes of envelopes by itself: a worthless clock, other keys, a second look, and what is stored."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from bangtin.bundle import instants, publishing, verify
from bangtin.bundle.alerts import Sound
from bangtin.bundle.policies import Policy
from bangtin.bundle.tests import world
from bangtin.bundle.tests.alert_world import OFFICERS, cancel, envelope, notice
from bangtin.bundle.tests.world import AT, CLUSTER, KEYS
from bangtin.player.alerting import STORE_AFTER_S, Alerting
from bangtin.player.clock import Anchor, Clock
from bangtin.player.recording import Recorder
from bangtin.player.segments import Face
from bangtin.player.store.database import Database


def accepted(*, officers: bytes | None = None) -> verify.Accepted:
    """A set that the player has accepted; its officers are those of the alert desk unless told otherwise."""
    repository = publishing.new_repository(
        KEYS,
        clusters=[CLUSTER, world.OTHER],
        policy=Policy.default().encode(),
        officers=officers or OFFICERS.encode(),
        at=AT,
    )
    files = world.published(repo=repository)
    return world.accept(files, anchor=world.anchor(files))


ACCEPTED = accepted()


@dataclass
class Machine:
    """A player's alerting by itself: its set, its clock, its disk."""

    folder: Path
    newest: verify.Accepted | None = ACCEPTED
    wall_s: float = AT.timestamp()
    mono_s: float = 0.0
    asked: list[str] = field(default_factory=list)

    def boot(self) -> Alerting:
        """A new life on the same disk."""
        database = Database(self.folder / "player.sqlite3")
        floor_ms = instants.to_ms(AT) - 60_000
        self.clock = Clock(wall=lambda: self.wall_s, mono=lambda: self.mono_s, offset_s=0, floor_ms=floor_ms)
        plan = _NoPlan()
        recorder = Recorder(face=Face("f", 1, 1, ""), plan=plan, playlog=None, clock=self.clock)
        alerting = Alerting(sets=self, database=database, clock=self.clock, recorder=recorder)
        alerting.ask = lambda: self.asked.append("poll")
        alerting.open(world.device())
        return alerting


class _NoPlan:
    """No bundle is in force."""

    manifest = None
    previous = None

    def is_playable(self, *_: object) -> bool:
        return False

    def why_not(self, *_: object) -> str | None:
        return None

    def verify(self, *_: object) -> None: ...

    def give_up(self, digest: str) -> None: ...


def in_loop(act: Callable[[], None]) -> None:
    """Run `act` as the player does, in an event loop, until what it put off is done."""

    async def run() -> None:
        act()
        await asyncio.sleep(2 * STORE_AFTER_S)

    asyncio.run(run())


def names(alerting: Alerting) -> list[str]:
    """The ids on air."""
    return [one.id for one in alerting.on_air()]


def test_a_dead_clock_shows_what_is_pushed_and_waits_with_what_was_stored(tmp_path: Path) -> None:
    machine = Machine(tmp_path, wall_s=0.0)

    def first_life() -> None:
        alerting = machine.boot()
        assert machine.clock.grade() == "floor"
        alerting.polled([envelope(notice())])
        assert names(alerting) == []
        alerting.pushed(envelope(notice()))
        assert names(alerting) == ["KC-2026-0001"]

    def second_life() -> None:
        alerting = machine.boot()
        assert names(alerting) == []
        machine.clock.set(Anchor(instants.to_ms(AT) + 60_000, 0, 20))
        alerting.review()
        assert names(alerting) == ["KC-2026-0001"]

    in_loop(first_life)
    in_loop(second_life)


def test_a_cancel_outlives_a_power_cut(tmp_path: Path) -> None:
    machine = Machine(tmp_path)

    def first_life() -> None:
        alerting = machine.boot()
        alerting.pushed(envelope(notice(1)))
        alerting.pushed(envelope(cancel(2)))

    def second_life() -> None:
        alerting = machine.boot()
        alerting.pushed(envelope(notice(1)))
        assert names(alerting) == []
        assert alerting.refused == 1

    in_loop(first_life)
    in_loop(second_life)


def test_what_a_life_of_milliseconds_heard_is_known_in_the_next(tmp_path: Path) -> None:
    machine = Machine(tmp_path)

    async def short_life(*said: bytes) -> None:
        alerting = machine.boot()
        alerting.polled(said)
        alerting.close()  # as `bangtin-player import` does where no daemon runs

    async def heard() -> list[str]:
        return names(machine.boot())

    asyncio.run(short_life(envelope(notice(1))))
    assert asyncio.run(heard()) == ["KC-2026-0001"]
    asyncio.run(short_life(envelope(notice(1)), envelope(cancel(2))))
    assert asyncio.run(heard()) == []


def test_a_doubtful_push_is_tried_once_more_with_the_newer_set(tmp_path: Path) -> None:
    machine = Machine(tmp_path, newest=accepted(officers=world.officers().encode()))

    def act() -> None:
        alerting = machine.boot()
        alerting.pushed(envelope(notice()))
        assert (names(alerting), alerting.refused) == ([], 1)
        machine.newest = ACCEPTED
        alerting.review()
        assert names(alerting) == ["KC-2026-0001"]

    in_loop(act)


def test_with_other_keys_a_thief_s_notice_goes_and_the_counter_starts_anew(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    thief = notice(2**40, "KC-thief", texts=notice().texts)
    found = replace(ACCEPTED, keys=_OtherAlertKeys(ACCEPTED.keys.targets))  # type: ignore[arg-type]  # the keys' stand-in

    def act() -> None:
        alerting = machine.boot()
        alerting.pushed(envelope(thief))
        assert names(alerting) == ["KC-thief"]
        machine.newest = found
        alerting.review()
        assert names(alerting) == []

    in_loop(act)


class _OtherAlertKeys:
    """The verified metadata after the alerts key was changed: nothing signed before counts."""

    def __init__(self, targets: object) -> None:
        self.targets = _Renamed(targets)

    def is_signed(self, role: str, envelope: object) -> bool:
        return role == "approvals"


class _Renamed:
    def __init__(self, targets: object) -> None:
        self._targets = targets

    def get_delegated_role(self, role: str) -> object:
        return self._targets.get_delegated_role("hub" if role == "alerts" else role)  # type: ignore[attr-defined]  # as tuf's


def test_the_recordings_of_what_is_on_air_are_wanted(tmp_path: Path) -> None:
    def act() -> None:
        alerting = Machine(tmp_path).boot()
        made = notice(audio={"vi": Sound("a" * 64, 9)})
        alerting.pushed(envelope(made))
        assert [one.sha256 for one in alerting.sounds()] == ["a" * 64]
        assert alerting.heard() == (alerting.notices[0],)

    in_loop(act)


def test_a_storm_is_counted_and_asks_once_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bangtin.player.alerting.ASK_WITHIN_S", 0.0)
    machine = Machine(tmp_path)

    async def act() -> None:
        alerting = machine.boot()
        for _ in range(50):
            alerting.pushed(b"garbage")
        machine.mono_s += 61
        alerting.pushed(b"garbage")
        assert alerting.refused == 51
        while len(machine.asked) < 2:
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert machine.asked == ["poll", "poll"]

    asyncio.run(act())
