"""trust F and 8: lines, chain, batches, clock repair, and the four grades."""

import gzip
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bangtin.bundle import playlog
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.playlog import AcceptedManifest, Checkpoint, Commitment, Context, Line, Repair, Verdict
from bangtin.bundle.tests import world
from bangtin.bundle.tests.world import AT_MS, FACE, HOUR_MS

DEVICE = "dev-1"


def play(n: int = 1, **changes: object) -> Line:
    """The first turn of the morning loop: the clip, all ten seconds, by the hub's clock."""
    line = Line(
        k="play", n=n, boot=3, bundle=1, face=FACE, from_ms=AT_MS, mono_ms=60_000, shown_ms=9_960, clock="hub",
        item="clip", content=world.manifest().items[0].digest, lang="vi", class_="ordinary", slot="slot-1",
    )  # fmt: skip
    return replace(line, **changes)  # type: ignore[arg-type]  # fields of Line


def heads(lines: Sequence[bytes], before: str) -> list[str]:
    found = []
    for line in lines:
        before = playlog.fold(before, line)
        found.append(before)
    return found


def sealed(lines: Sequence[bytes], *, from_n: int = 1, before: str | None = None, key: str = DEVICE) -> bytes:
    before = before or playlog.first_head(DEVICE, 1)
    head = heads(lines, before)[-1]
    checkpoint = Checkpoint(DEVICE, 1, from_n, from_n + len(lines) - 1, before, head, 3, AT_MS, 60_000)
    return playlog.seal(checkpoint, world.signer(key, keyid=DEVICE))


def lines(count: int) -> list[bytes]:
    return [playlog.encode(play(n)) for n in range(1, count + 1)]


def opened(body: bytes) -> playlog.Batch:
    return playlog.open_batch(body, device=DEVICE, epoch=1, key=world.public_key(DEVICE))


def refused(body: bytes, code: str) -> None:
    with pytest.raises(BundleRefusal) as caught:
        opened(body)
    assert caught.value.code == code


def test_a_line_comes_back_from_its_bytes_with_its_own_keys() -> None:
    line = play(extra={"x_planned_ms": 10_000})
    assert playlog.parse(playlog.encode(line)) == line


def test_a_batch_opens_with_every_line_and_head() -> None:
    many = lines(100)
    batch = opened(playlog.pack_batch(sealed(many), many))
    assert [row.line.n for row in batch.rows if row.line] == list(range(1, 101))
    assert batch.rows[-1].head == batch.checkpoint.head


def test_a_line_changed_removed_or_moved_breaks_the_chain() -> None:
    """T64; one flipped byte of one record."""
    many = lines(5)
    seal = sealed(many)
    changed = many[2].replace(b'"shown_ms":9960', b'"shown_ms":9961')
    for tampered in (
        [*many[:2], changed, *many[3:]],
        [*many[:2], *many[3:]],
        [many[1], many[0], *many[2:]],
        [*many, playlog.encode(play(6))],
    ):
        refused(playlog.pack_batch(seal, tampered), "batch_chain")


def test_a_batch_signed_by_another_key_is_refused() -> None:
    """T65."""
    many = lines(3)
    refused(playlog.pack_batch(sealed(many, key="dev-2"), many), "batch_unsigned")


def test_a_batch_that_speaks_for_another_epoch_is_refused() -> None:
    many = lines(3)
    with pytest.raises(BundleRefusal, match="batch_unsigned"):
        playlog.open_batch(playlog.pack_batch(sealed(many), many), device=DEVICE, epoch=2, key=world.public_key(DEVICE))


def test_one_poison_line_stays_in_its_row_and_the_rest_goes_on() -> None:
    """T67."""
    many = lines(100)
    many[40] = b'{"k":"play", "n":41}'
    rows = opened(playlog.pack_batch(sealed(many), many)).rows
    assert [row.n for row in rows if row.line is None] == [41]
    assert rows[40].refusal is not None and rows[40].refusal.code == "record_malformed"


def test_a_gzip_bomb_is_refused_while_unpacking() -> None:
    """T68."""
    refused(gzip.compress(b"\n" * 200_000_000, compresslevel=1), "batch_too_large")
    refused(playlog.pack_batch(b"{}", [b"{}"] * 1_001), "batch_too_large")


@pytest.mark.parametrize(
    "body",
    [b"", b"not gzip", gzip.compress(b"{}\n")[:-4], gzip.compress(b"{}\n") + b"x"],
    ids=["empty", "text", "cut", "longer"],
)
def test_a_body_that_is_no_whole_gzip_is_refused(body: bytes) -> None:
    refused(body, "batch_malformed")


def test_a_batch_is_appended_known_held_or_a_fork() -> None:
    """T63, T66 and trust 8.4, 8.5."""
    checkpoint = opened(playlog.pack_batch(sealed(lines(3)), lines(3))).checkpoint
    first = playlog.first_head(DEVICE, 1)
    assert playlog.place(checkpoint, head_before=first, known=False) == "append"
    assert playlog.place(checkpoint, head_before=first, known=True) == "known"
    assert playlog.place(checkpoint, head_before=None, known=False) == "batch_early"
    assert playlog.place(checkpoint, head_before="0" * 64, known=False) == "batch_fork"


def test_the_chain_of_another_device_or_epoch_starts_elsewhere() -> None:
    assert len({playlog.first_head(device, epoch) for device in ("a", "b") for epoch in (1, 2)}) == 4


def test_a_start_is_repaired_from_signed_time_of_the_same_boot() -> None:
    """trust F.6: an hour and forty minutes later the error is 20 ms of round trip and 300 ms of drift."""
    line = play(from_ms=0, clock="floor", mono_ms=60_000)
    anchor = playlog.clock_line(n=9, boot=3, mono_ms=6_060_000, now_ms=AT_MS + 6_000_000, rtt_ms=40)
    assert playlog.repair(line, [anchor, replace(anchor, boot=4)]) == Repair(AT_MS, 320)
    assert playlog.repair(line, [replace(anchor, boot=4)]) is None


def context(**changes: object) -> Context:
    known = Context(
        received_ms=AT_MS + 60_000,
        manifests=(AcceptedManifest(world.manifest(), AT_MS - 60_000),),
        commitments=(Commitment(AT_MS + 30_000, 2, "ab" * 32),),
        heads={2: "ab" * 32},
    )
    return replace(known, **changes)  # type: ignore[arg-type]  # fields of Context


def grade(line: Line, **changes: object) -> tuple[str, str]:
    found = playlog.verdict(line, context=context(**changes))
    return found.grade, found.reason


def test_a_play_that_agrees_and_was_committed_to_is_corroborated() -> None:
    assert playlog.verdict(play(), context=context()) == Verdict("corroborated", "agrees")


def test_a_filler_that_the_timeline_plans_is_corroborated() -> None:
    digest = world.manifest().items[1].digest
    began = (
        AT_MS + 3 * HOUR_MS
    )  # the window has ended; the filler loop of 8 s, counted from an hour before the window, starts anew
    filler = play(item="notice", content=digest, class_="filler", slot="", from_ms=began, shown_ms=8_000)
    poll = Commitment(began + 9_000, 2, "ab" * 32)
    assert grade(filler, received_ms=began + 60_000, commitments=(poll,)) == ("corroborated", "agrees")


def test_a_frozen_renderer_turns_corroborated_into_claimed() -> None:
    assert grade(play(shown_ms=4_000)) == ("claimed", "shown_short")
    assert grade(play(shown_ms=9_499)) == ("claimed", "shown_short")
    assert grade(play(shown_ms=9_500)) == ("corroborated", "agrees")


def test_a_play_cut_by_the_power_keeps_what_was_shown_and_is_claimed() -> None:
    assert grade(play(shown_ms=3_000, end="cut")) == ("claimed", "shown_short")


def test_a_screen_that_joins_a_turn_late_is_measured_from_there() -> None:
    assert grade(play(from_ms=AT_MS + 6_000, shown_ms=4_000)) == ("corroborated", "agrees")


def test_a_play_longer_than_planned_is_claimed() -> None:
    assert grade(play(shown_ms=11_500)) == ("claimed", "shown_long")


def test_a_play_nobody_committed_to_in_time_is_claimed() -> None:
    late = Commitment(AT_MS + 10_000 + 900_001, 2, "ab" * 32)
    other_chain = Commitment(AT_MS + 30_000, 2, "cd" * 32)
    too_early = Commitment(AT_MS + 30_000, 0, "ab" * 32)
    for commitments in ((), (late,), (other_chain,), (too_early,)):
        assert grade(play(), commitments=commitments, heads={0: "ab" * 32, 2: "ab" * 32}) == ("claimed", "uncommitted")


def test_a_weak_clock_is_claimed_unless_it_was_repaired() -> None:
    """T44, T71."""
    weak = play(clock="rtc", from_ms=AT_MS - 50_000_000)
    assert grade(replace(weak, from_ms=AT_MS)) == ("claimed", "clock_weak")
    assert grade(weak, repaired=Repair(AT_MS, 320)) == ("corroborated", "agrees")
    assert grade(weak, repaired=Repair(AT_MS, 2_001)) == ("claimed", "clock_weak")


def test_a_play_of_what_the_plan_did_not_hold_then_is_contradicted() -> None:
    """T70."""
    assert grade(play(from_ms=AT_MS + 13_000)) == ("contradicted", "timeline_other")
    assert grade(play(from_ms=AT_MS + 4 * HOUR_MS + 60_000), received_ms=AT_MS + 5 * HOUR_MS) == (
        "contradicted",
        "timeline_other",
    )


def test_a_line_that_explains_another_item_makes_it_claimed() -> None:
    refusal = Line(
        k="refusal", n=5, boot=3, bundle=1, face=FACE, from_ms=AT_MS + 13_000, mono_ms=73_000, shown_ms=0, clock="hub"
    )
    assert grade(play(from_ms=AT_MS + 13_000), explanations=(refusal,)) == ("claimed", "explained")
    elsewhere = replace(refusal, face="ta-lung-2")
    found = grade(play(from_ms=AT_MS + 13_000), explanations=(elsewhere,))
    assert found == ("contradicted", "timeline_other")  # what one face did explains nothing of another


def test_a_play_beside_a_picture_of_something_else_is_contradicted() -> None:
    for taken in (AT_MS, AT_MS + 9_959):
        assert grade(play(), pictures=(AT_MS - 60_000, taken)) == ("contradicted", "picture_differs")
    for taken in (AT_MS - 1, AT_MS + 9_960):
        assert grade(play(), pictures=(taken,)) == ("corroborated", "agrees")
    gap = replace(play(), k="gap", class_="rest")
    assert grade(gap, pictures=(AT_MS + 1,)) == ("claimed", "not_a_play")


def test_a_picture_is_dated_by_the_clock_of_its_line_whatever_that_is_worth() -> None:
    weak = play(clock="rtc", from_ms=AT_MS - 50_000_000)
    pictures = (AT_MS - 50_000_000 + 4_000,)
    assert grade(weak, pictures=pictures) == ("contradicted", "picture_differs")
    assert grade(weak, pictures=pictures, repaired=Repair(AT_MS, 320)) == ("contradicted", "picture_differs")
    assert grade(weak, pictures=(AT_MS + 4_000,), repaired=Repair(AT_MS, 320)) == ("corroborated", "agrees")


def test_a_play_from_a_bundle_not_yet_or_no_longer_in_force_is_contradicted() -> None:
    not_yet = AcceptedManifest(world.manifest(), AT_MS + 60_000)
    replaced = AcceptedManifest(world.manifest(), AT_MS - 60_000, AT_MS - 30_000)
    assert grade(play(), manifests=(not_yet,)) == ("contradicted", "bundle_not_accepted")
    assert grade(play(), manifests=(replaced,)) == ("contradicted", "bundle_replaced")


def test_a_play_that_a_new_bundle_interrupts_is_measured_up_to_there() -> None:
    replaced = AcceptedManifest(world.manifest(), AT_MS - 60_000, AT_MS + 5_000)
    assert grade(play(shown_ms=4_980, end="replaced"), manifests=(replaced,)) == ("corroborated", "agrees")


@pytest.mark.parametrize(
    ("line", "change", "reason"),
    [
        (play(), {"is_forked": True}, "record_fork"),
        (play(), {"revoked_ms": AT_MS}, "record_after_revocation"),
        (play(), {"is_cloned": True}, "record_clone"),
        (play(), {"received_ms": AT_MS - 300_001}, "record_future"),
        (play(shown_ms=25 * HOUR_MS + 1), {}, "record_overlong"),
        (play(shown_ms=25 * HOUR_MS + 1, clock="floor"), {}, "record_overlong"),
        (play(bundle=9), {}, "record_unknown_bundle"),
        (play(item="ghost"), {}, "record_unknown_item"),
        (play(content="0" * 64), {}, "record_unknown_content"),
        (play(), {"following": play(2, mono_ms=60_000 + 9_859)}, "record_overlap"),
        (play(), {"faces": frozenset({"ta-lung-2"})}, "record_other_face"),
        (play(k="gap", class_="rest"), {"faces": frozenset({"ta-lung-2"})}, "record_other_face"),
    ],
)
def test_a_record_that_cannot_be_is_quarantined(line: Line, change: dict[str, object], reason: str) -> None:
    """T66, T69 and trust F.5."""
    assert grade(line, **change) == ("quarantined", reason)


@pytest.mark.parametrize("extra", [{}, {"x_words": "đ"}], ids=["usual form", "any other"])
def test_a_play_of_a_thousand_years_is_no_line(extra: dict[str, object]) -> None:
    """It ends as `record_malformed` before anybody adds it up; one of days ends as `record_overlong`."""
    longest = play(shown_ms=99_999_999_999, extra=extra)
    assert playlog.parse(playlog.encode(longest)) == longest
    with pytest.raises(BundleRefusal, match="record_malformed"):
        playlog.parse(playlog.encode(play(shown_ms=100_000_000_000, extra=extra)))


def test_the_next_line_may_begin_within_a_tenth_of_a_second() -> None:
    assert grade(play(), following=play(2, mono_ms=60_000 + 9_860))[0] == "corroborated"


def test_standby_is_a_record_but_no_play() -> None:
    rest = play(k="gap", item="", content="", class_="rest", slot="", shown_ms=HOUR_MS)
    assert grade(rest) == ("claimed", "not_a_play")


def test_a_boot_without_signed_time_lies_between_its_neighbours() -> None:
    lines = [play(n=n, mono_ms=n * 10_000, from_ms=n * 10_000, shown_ms=10_000) for n in (1, 2)]
    found = playlog.between(lines, after_ms=AT_MS, before_ms=AT_MS + 60_000)
    assert found == {1: Repair(AT_MS + 20_000, 20_000), 2: Repair(AT_MS + 30_000, 20_000)}


def test_its_own_clock_stands_where_it_lies_between_its_neighbours() -> None:
    own = play(n=1, mono_ms=10_000, from_ms=AT_MS + 1_000, shown_ms=10_000)
    assert playlog.between([own], after_ms=AT_MS, before_ms=AT_MS + 60_000) == {1: Repair(AT_MS + 1_000, 49_000)}


def test_a_boot_longer_than_its_interval_stays_as_it_is() -> None:
    assert playlog.between([play(n=1, shown_ms=10_000)], after_ms=AT_MS, before_ms=AT_MS + 9_999) == {}
