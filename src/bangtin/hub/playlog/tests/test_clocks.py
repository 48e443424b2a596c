"""Clocks that nobody vouched for: put right by signed time of their boot, else held between their neighbours."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django_tasks_db.models import DBTaskResult

from bangtin.bundle import playlog
from bangtin.bundle.playlog import Line
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.playlog.actions import Sent, ingest, ingest_all
from bangtin.hub.playlog.actions.regrading import mend_later
from bangtin.hub.playlog.models import Airtime, PlayRecord
from bangtin.hub.playlog.queries import Ack
from bangtin.hub.playlog.tests.factories import START, TURN_MS, Screen, screen

pytestmark = pytest.mark.django_db
YEAR_2099_MS = 4_070_908_800_000


def weak(one: Screen, turn: int, *, boot: int, from_ms: int) -> Line:
    return one.play(turn, boot=boot, clock="rtc", from_ms=from_ms, mono_ms=5_000 + turn * TURN_MS)


def signed_time(boot: int, turn: int) -> Line:
    """What the hub said when the screen had its line again, at the start of a turn."""
    now_ms = to_ms(START) + turn * TURN_MS
    return playlog.clock_line(n=1, boot=boot, mono_ms=5_000 + turn * TURN_MS, now_ms=now_ms, rtt_ms=20)


def test_a_boot_without_signed_time_lies_between_its_neighbours_and_is_claimed() -> None:
    one = screen()
    lost = [weak(one, turn, boot=2, from_ms=turn * TURN_MS) for turn in (2, 3)]
    body = one.say(one.play(0), one.play(1), *lost, one.play(6, boot=3))
    one.commit(at=START + timedelta(seconds=75))
    ingest(device=one.device, body=body, at=START + timedelta(minutes=5))
    rows = list(PlayRecord.objects.order_by("n"))
    assert [row.reason for row in rows] == ["agrees", "agrees", "clock_weak", "clock_weak", "agrees"]
    # two turns somewhere in four turns' time: the middle of what is left on either side
    assert [row.at - START for row in rows[2:4]] == [timedelta(seconds=30), timedelta(seconds=40)]
    assert [row.from_ms for row in rows[2:4]] == [2 * TURN_MS, 3 * TURN_MS]


def test_a_boot_told_in_two_batches_stays_in_one_piece() -> None:
    one = screen()
    first = one.say(one.play(0), weak(one, 1, boot=2, from_ms=0))
    second = one.say(weak(one, 2, boot=2, from_ms=TURN_MS))
    for body in (first, second):
        ingest(device=one.device, body=body, at=START + timedelta(minutes=5))
    first_at, second_at = PlayRecord.objects.filter(boot=2).order_by("n").values_list("at", flat=True)
    assert second_at - first_at == timedelta(milliseconds=TURN_MS)


def test_a_clock_in_the_far_future_is_claimed_and_later_put_right() -> None:
    one = screen()
    body = one.say(weak(one, 0, boot=1, from_ms=YEAR_2099_MS))
    ingest(device=one.device, body=body, at=START + timedelta(minutes=1))
    record = PlayRecord.objects.get(n=1)
    assert (record.grade, record.reason) == ("claimed", "clock_weak")
    assert record.at <= START + timedelta(minutes=1)
    ingest(device=one.device, body=one.say(signed_time(1, 3)), at=START + timedelta(minutes=2))
    record.refresh_from_db()
    assert (record.at, record.reason, record.from_ms) == (START, "uncommitted", YEAR_2099_MS)


def test_a_long_backlog_of_a_dead_clock_is_all_in_and_repaired(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """trust T71: the month at once, its signed time last; here 1,700 lines, more than one look reaches."""
    one = screen(minutes=600)
    lines = [weak(one, turn, boot=1, from_ms=turn * TURN_MS) for turn in range(1_700)]
    at = START + timedelta(days=1)
    for first in range(0, 1_700, 850):
        ingest(device=one.device, body=one.say(*lines[first : first + 850]), at=at)
    with django_capture_on_commit_callbacks(execute=True):
        ingest(device=one.device, body=one.say(signed_time(1, 1_700)), at=at)
    (task,) = DBTaskResult.objects.all()
    pauses: list[tuple[float, int]] = []
    monkeypatch.setattr("time.sleep", lambda pause_s: pauses.append((pause_s, len(connection.savepoint_ids))))
    mend_later.call(*task.args_kwargs["args"])
    # outside of all transactions, and longer than SQLite's busy handler waits: others have their turn
    outside = len(connection.savepoint_ids)
    assert pauses and all(pause_s > 0.1 and depth == outside for pause_s, depth in pauses)
    rows = PlayRecord.objects.filter(kind="play").order_by("n")
    assert set(rows.values_list("grade", "reason")) == {("claimed", "uncommitted")}
    assert [row.at for row in rows[:3]] == [START + timedelta(milliseconds=turn * TURN_MS) for turn in range(3)]
    assert sum(Airtime.objects.filter(on=START.date()).values_list("plays", flat=True)) == 1_700
    assert not Airtime.objects.exclude(on=START.date()).filter(plays__gt=0).exists()


def test_signed_time_that_would_lie_before_1970_stops_nobody() -> None:
    """A device writes what it likes: such a line once stopped every batch that was taken in with it."""
    one = screen()
    early = weak(one, 0, boot=1, from_ms=to_ms(START))
    absurd = playlog.clock_line(n=1, boot=1, mono_ms=999_999_999_999_999, now_ms=0, rtt_ms=20)
    (answer,) = ingest_all(sent=[Sent(one.device, one.say(replace(early, mono_ms=0), absurd))], at=START)
    assert isinstance(answer, Ack) and answer.to == 2
    record = PlayRecord.objects.get(n=1)
    assert (record.grade, record.at.year) != ("matched", 1969) and record.at.year >= 1970


def test_a_line_of_an_unsure_clock_is_still_held_to_its_content() -> None:
    one = screen()
    forged = replace(weak(one, 0, boot=1, from_ms=0), content="f" * 64)
    ingest(device=one.device, body=one.say(forged), at=START + timedelta(minutes=5))
    assert PlayRecord.objects.get().reason == "record_unknown_content"
