"""The player's clock against dead, mad and jumping machines, and against a thief of the hub's keys (trust D.6)."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bangtin.bundle.playlog import Line, repair
from bangtin.player.clock import DAY_MS, Anchor, Clock, Floors
from bangtin.player.store.database import CLOCK_FLOORS, Database

NOW_MS = 1_795_000_000_000


@dataclass
class Machine:
    """What the machine says: `wall_s` since 1970, `mono_s` since it was switched on."""

    wall_s: float = NOW_MS / 1000
    mono_s: float = 100.0

    def clock(self, floors: Floors | None = None) -> Clock:
        """The clock of a life that begins now."""
        return Clock(wall=lambda: self.wall_s, mono=lambda: self.mono_s, offset_s=0, floors=floors)

    def run(self, seconds: float) -> None:
        """Time goes by."""
        self.wall_s += seconds
        self.mono_s += seconds


def test_the_floor_grows_while_the_player_runs_and_outlives_a_power_cut(tmp_path: Path) -> None:
    machine = Machine(wall_s=0.0)  # the battery of the real-time clock is dead
    clock = machine.clock(Floors(vouched_ms=NOW_MS))
    machine.run(3600)
    assert (clock.grade(), clock.now_ms()) == ("floor", NOW_MS + 3_600_000)
    database = Database(tmp_path / "p.sqlite3")
    database.put(CLOCK_FLOORS, clock.floors().to_text())
    machine.wall_s, machine.mono_s = 0.0, 5.0
    again = machine.clock(Floors.parse(database.get(CLOCK_FLOORS)))
    assert (again.grade(), again.now_ms()) == ("floor", NOW_MS + 3_600_000)


def test_a_thiefs_time_ends_with_the_keys_that_signed_it() -> None:
    machine = Machine()
    clock = machine.clock(Floors(vouched_ms=NOW_MS - DAY_MS))
    clock.follow_keys("stolen")
    clock.set(Anchor(now_ms=NOW_MS + 6 * DAY_MS, mono_ms=0, rtt_ms=4))
    assert (clock.grade(), clock.now_ms()) == ("hub", NOW_MS + 6 * DAY_MS)
    clock.follow_keys("stolen")
    assert clock.grade() == "hub"
    clock.follow_keys("new")
    assert clock.grade() != "hub"
    assert clock.now_ms() == NOW_MS
    kept = Floors.parse(clock.floors().to_text())
    assert (kept.signed_ms, kept.keys) == (0, "new")


def test_a_jump_of_the_machine_is_seen_once_and_does_not_move_signed_time() -> None:
    machine = Machine()
    clock = machine.clock(Floors(vouched_ms=NOW_MS - DAY_MS))
    assert clock.jump_ms() == 0
    machine.run(60)
    assert clock.jump_ms() == 0
    clock.set(Anchor(now_ms=clock.now_ms(), mono_ms=clock.mono_ms(), rtt_ms=4))
    machine.wall_s -= 7200
    assert clock.now_ms() == NOW_MS + 60_000
    assert (clock.jump_ms(), clock.jump_ms()) == (-7_200_000, 0)
    assert clock.offset_ms() == -7_200_000


@pytest.mark.parametrize(("grade", "repaired"), [("hub", 5000), ("rtc", None)])
def test_a_clock_line_of_a_jump_repairs_nothing_without_signed_time(grade: str, repaired: int | None) -> None:
    anchor = Line("clock", 1, 3, 0, "", 6000, 2000, 0, grade, extra={"x_jump_ms": 3_600_000})
    found = repair(Line("play", 2, 3, 1, "f1", 99, 1000, 500, "rtc"), [anchor])
    assert (found.from_ms if found else None) == repaired


def test_the_effective_instant_moves_with_a_jump_and_with_signed_time() -> None:
    machine = Machine()
    clock = machine.clock(Floors(vouched_ms=NOW_MS - DAY_MS))
    machine.run(60)
    assert clock.moved_ms() == 0
    machine.wall_s += 3600
    assert (clock.moved_ms(), clock.moved_ms()) == (3_600_000, 0)
    clock.set(Anchor(now_ms=NOW_MS + 60_000, mono_ms=clock.mono_ms(), rtt_ms=4))
    assert clock.moved_ms() == -3_600_000
    machine.wall_s += 3600
    assert clock.moved_ms() == 0
