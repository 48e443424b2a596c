"""The quick verdict on runs of usual plays is the verdict, or says nothing; and it says something of nearly all."""

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from bangtin.bundle import playlog, timeline
from bangtin.bundle.playlog import AcceptedManifest, Commitment, Context, Line
from bangtin.bundle.tests import world
from bangtin.bundle.tests.test_playlog import context, play
from bangtin.bundle.tests.world import AT_MS, FACE, HOUR_MS

EDGES = (-2_001, -2_000, -1_999, -100, -1, 0, 1, 100, 1_999, 2_000, 2_001)


def planned(count: int, *, from_ms: int = AT_MS) -> Iterator[Line]:
    """What a screen plays that follows its plan to the millisecond."""
    for n, one in enumerate(
        timeline.segments(world.manifest(), face=FACE, from_ms=from_ms, until_ms=from_ms + count * 18_000), start=1
    ):
        digest = world.manifest().item_by_id[one.item or "clip"].digest
        line = play(item=one.item or "", content=digest, class_=one.class_, slot=one.slot)
        shown_ms = one.until_ms - one.from_ms
        yield replace(line, n=n, from_ms=one.from_ms, mono_ms=one.from_ms - AT_MS, shown_ms=shown_ms)


def changed(line: Line, luck: random.Random) -> Line:
    """The line with some of it otherwise, as a screen, its clock or a forger might have it."""
    others: list[dict[str, object]] = [
        {"from_ms": line.from_ms + luck.choice(EDGES)},
        {"from_ms": line.from_ms + luck.choice((-HOUR_MS, HOUR_MS, 9_000, -9_000))},
        {"shown_ms": max(line.shown_ms + luck.choice((-600, -500, -400, 900, 1_000, 1_001, -10_000)), 0)},
        {"item": luck.choice(("clip", "notice", "ghost"))},
        {"content": "f" * 64},
        {"slot": luck.choice(("slot-1", "slot-2", ""))},
        {"class_": luck.choice(("ordinary", "filler", "priority"))},
        {"clock": luck.choice(("rtc", "ntp"))},
        {"bundle": 7},
        {"face": "elsewhere"},
        {"k": luck.choice(("gap", "blank", "alert"))},
        {"boot": line.boot + 1},
        {"mono_ms": line.mono_ms + luck.choice((-300, 101, 99, 300))},
    ]
    return replace(line, **luck.choice(others))  # type: ignore[arg-type]  # fields of Line


def surrounded(lines: list[Line], luck: random.Random) -> Context:
    """A hub that has heard polls of some of these lines, some of them of another chain or late."""
    heads = {line.n: f"{line.n:064x}" for line in lines}
    polls = [
        Commitment(line.until_ms + luck.choice((0, 1_000, 899_999, 900_001)), line.n, luck.choice((heads[line.n], "0")))
        for line in lines
        if luck.random() < 0.4
    ]
    until_ms = luck.choice((None, None, None, AT_MS + 400_000, AT_MS + 409_000))
    manifests = [AcceptedManifest(world.manifest(), AT_MS + luck.choice((-60_000, 50_000)), until_ms)]
    if luck.random() < 0.1:
        manifests.append(replace(manifests[0], from_ms=AT_MS + 500_000))
    return context(
        received_ms=AT_MS + luck.choice((3 * HOUR_MS, 300_000)),
        manifests=manifests,
        commitments=polls,
        heads=heads,
        revoked_ms=luck.choice((None,) * 9 + (AT_MS,)),
        is_cloned=luck.random() < 0.05,
        is_forked=luck.random() < 0.05,
        faces=luck.choice((None, frozenset({FACE}), frozenset({FACE}), frozenset({"elsewhere"}))),
        pictures=sorted(
            luck.choice(lines).from_ms + luck.choice((-1, 0, 9_999)) for _ in range(luck.choice((0, 0, 2)))
        ),
    )


def test_the_quick_verdict_is_the_verdict_or_none() -> None:
    luck, said = random.Random(6), 0
    for _round in range(200):
        lines = [changed(line, luck) if luck.random() < 0.3 else line for line in planned(30)]
        lines = [replace(line, from_ms=line.from_ms + luck.choice(EDGES)) for line in lines]
        known = surrounded(lines, luck)
        following = {line.n: after for line, after in pairwise(lines)}
        run = playlog.Run(known, following=following, repairs={})
        for line in lines:
            found = run.verdict(line)
            polls = [one for one in known.commitments if one.n >= line.n][: playlog.MOST_COMMITMENTS]
            around = replace(known, following=following.get(line.n), commitments=polls)
            assert found in (None, playlog.verdict(line, context=around))
            said += found is not None
    assert said > 2_000


def test_a_plan_that_is_kept_is_judged_quickly_line_by_line() -> None:
    lines = list(planned(100))
    known = context(received_ms=AT_MS + HOUR_MS, commitments=())
    run = playlog.Run(known, following={}, repairs={})
    assert {run.verdict(line) for line in lines} == {playlog.verdict(lines[0], context=known)}


def test_plain_segments_are_those_of_the_timeline() -> None:
    plain = timeline.segments_of(world.manifest(), FACE)
    for at_ms in range(AT_MS - HOUR_MS, AT_MS + 6 * HOUR_MS, 7_919):
        one = timeline.showing(world.manifest(), face=FACE, at_ms=at_ms)
        assert tuple(plain.at(at_ms)) == (one.from_ms, one.until_ms, one.item, one.class_, one.slot)
