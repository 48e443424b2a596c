"""trust C.5: what a face shows at an instant, and why."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangtin.bundle import canonical, timeline
from bangtin.bundle import manifest as manifests
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import LoopEntry, Manifest, Window
from bangtin.bundle.tests import world
from bangtin.bundle.tests.world import AT_MS, FACE, HOUR_MS


def plan() -> Manifest:
    """Ordinary hour 0–3, rest hour 2–5 (lower rank), priority hour 1–2; nothing after hour 5."""
    made = world.manifest()
    urgent = world.item(world.notice(), name="urgent", class_="priority")
    return replace(
        made,
        items=(*made.items, urgent),
        loops={**made.loops, "urgent": (LoopEntry("urgent", "slot-9", 8_000),)},
        windows=(
            Window("w", AT_MS, AT_MS + 3 * HOUR_MS, "ordinary", "8.1.a", "morning"),
            Window("p", AT_MS + HOUR_MS, AT_MS + 2 * HOUR_MS, "priority", "7.1", "urgent"),
            Window("r", AT_MS + 2 * HOUR_MS, AT_MS + 5 * HOUR_MS, "rest", "8.1.a"),
        ),
    )


def at(hour: float, **changes: object) -> timeline.Showing:
    at_ms = AT_MS + int(hour * HOUR_MS)
    return timeline.showing(plan(), face=FACE, at_ms=at_ms, **changes)  # type: ignore[arg-type]  # its arguments


def without(*gone: str) -> timeline.Playable:
    return lambda item, _class: item.id not in gone


def test_a_loop_goes_round_from_the_clock_alone() -> None:
    showing = timeline.showing(plan(), face=FACE, at_ms=AT_MS + 18_000 + 12_500)
    assert (showing.kind, showing.item, showing.slot, showing.class_) == ("item", "notice", "slot-2", "ordinary")
    assert (showing.from_ms, showing.until_ms) == (AT_MS + 28_000, AT_MS + 36_000)
    assert showing.position_ms(AT_MS + 30_500) == 2_500


def test_priority_goes_before_ordinary_and_ordinary_before_rest() -> None:
    assert [at(hour).window for hour in (0.5, 1.5, 2.5, 3.5)] == ["w", "p", "w", "r"]


def test_rest_is_standby_dark_on_purpose_and_says_so() -> None:
    showing = at(4)
    assert (showing.kind, showing.item, showing.class_, showing.basis) == ("standby", None, "rest", "8.1.a")
    assert (showing.from_ms, showing.until_ms) == (AT_MS + 3 * HOUR_MS, AT_MS + 5 * HOUR_MS)


def test_inside_hours_without_a_slot_filler_plays() -> None:
    showing = at(6)
    assert (showing.kind, showing.item, showing.class_, showing.slot) == ("filler", "notice", "filler", "")


def test_a_window_cuts_the_item_it_interrupts_and_the_plan_does_not_shift() -> None:
    hour_end = AT_MS + HOUR_MS
    before = timeline.showing(plan(), face=FACE, at_ms=hour_end - 1)
    after = timeline.showing(plan(), face=FACE, at_ms=AT_MS + 2 * HOUR_MS)
    assert before.until_ms == hour_end
    assert after.offset_ms == (2 * HOUR_MS) % 18_000 - (10_000 if after.item == "notice" else 0)


def test_an_item_that_cannot_be_shown_gives_filler_for_its_own_interval_only() -> None:
    segments = list(
        timeline.segments(plan(), face=FACE, from_ms=AT_MS, until_ms=AT_MS + 36_000, playable=without("clip"))
    )
    assert {one.kind for one in segments if one.until_ms <= AT_MS + 10_000} == {"filler"}
    assert [one.item for one in segments if one.kind == "item"] == ["notice", "notice"]
    assert all(one.slot == "slot-1" for one in segments if one.kind == "filler")


def test_without_filler_of_its_own_the_previous_bundle_helps_and_then_the_card() -> None:
    previous = replace(world.manifest(), number=7)
    bare = replace(plan(), filler=(), number=8)
    hour6 = AT_MS + 6 * HOUR_MS
    helped = timeline.showing(bare, face=FACE, at_ms=hour6, previous=previous)
    card = timeline.showing(bare, face=FACE, at_ms=hour6)
    assert (helped.kind, helped.item, helped.bundle) == ("filler", "notice", 7)
    assert (card.kind, card.item, card.class_) == ("card", None, "card")
    assert card.until_ms - card.from_ms == timeline.CARD_MS


def test_an_item_without_a_rendition_for_the_face_is_not_shown() -> None:
    made = plan()
    small = replace(made, faces={FACE: manifests.Face(1024, 512)})
    assert timeline.showing(small, face=FACE, at_ms=AT_MS).kind == "card"


def test_windows_of_other_faces_do_not_concern_this_one() -> None:
    made = plan()
    faces = {FACE: made.faces[FACE], "ta-lung-2": made.faces[FACE]}
    windows = (replace(made.windows[0], faces=("ta-lung-2",)),)
    both = replace(made, faces=faces, windows=windows)
    assert timeline.showing(both, face=FACE, at_ms=AT_MS).kind == "filler"
    assert timeline.showing(both, face="ta-lung-2", at_ms=AT_MS).kind == "item"


def test_what_follows_is_the_first_other_thing_however_often_one_comes_round() -> None:
    made = plan()
    now = timeline.showing(made, face=FACE, at_ms=AT_MS)
    found = timeline.following(made, face=FACE, at_ms=AT_MS)
    assert found is not None and found.item != now.item
    assert (found.from_ms, found.until_ms) == (
        now.until_ms,
        timeline.showing(made, face=FACE, at_ms=now.until_ms).until_ms,
    )


def test_what_follows_a_loop_of_one_item_comes_when_its_window_ends() -> None:
    made = plan()
    clip = next(entry for entry in made.loops[made.windows[0].loop] if entry.item == "clip")
    alone = replace(made, loops={made.windows[0].loop: (clip,)}, windows=(made.windows[0],), filler=("notice",))
    found = timeline.following(alone, face=FACE, at_ms=AT_MS)
    assert found is not None and (found.kind, found.item, found.from_ms) == (
        "filler",
        "notice",
        alone.windows[0].until_ms,
    )
    assert timeline.following(alone, face=FACE, at_ms=alone.windows[0].until_ms) is None


@given(st.integers(0, 8 * HOUR_MS))
def test_nothing_else_comes_before_what_follows(past_ms: int) -> None:
    made, at_ms = plan(), AT_MS - HOUR_MS + past_ms
    now, found = timeline.showing(made, face=FACE, at_ms=at_ms), timeline.following(made, face=FACE, at_ms=at_ms)
    until_ms = found.from_ms if found is not None else made.ends_ms
    shown = timeline.segments(made, face=FACE, from_ms=at_ms, until_ms=min(until_ms, at_ms + 600_000))
    assert {(one.kind, one.item) for one in shown} == {(now.kind, now.item)}


OVERLAPPING = (
    Window("a", AT_MS, AT_MS + 9, "rest", ""),
    Window("b", AT_MS + 8, AT_MS + 20, "rest", ""),
)


@st.composite
def windows(draw: st.DrawFn) -> tuple[Window, ...]:
    """Windows of each class that do not overlap within it, at edges that need not be whole seconds."""
    found = []
    for class_ in ("rest", "ordinary", "priority"):
        edges = sorted(draw(st.sets(st.integers(0, 400_000), max_size=8)))
        for index, (start, stop) in enumerate(zip(edges[::2], edges[1::2], strict=False)):
            loop = {"rest": "", "ordinary": "morning", "priority": "urgent"}[class_]
            found.append(Window(f"{class_}{index}", AT_MS + start, AT_MS + stop, class_, "", loop))
    return tuple(found)


GONE = st.sets(st.sampled_from(["clip", "notice", "urgent"]))
SPAN = st.tuples(st.integers(-50_000, 450_000), st.integers(0, 200_000))


@given(windows(), GONE, SPAN, st.booleans())
def test_segments_tile_the_interval_and_agree_with_showing(
    drawn: tuple[Window, ...], gone: set[str], span: tuple[int, int], has_previous: bool
) -> None:
    made = replace(plan(), windows=drawn)
    from_ms, until_ms = AT_MS + span[0], AT_MS + span[0] + span[1]
    playable, previous = without(*gone), plan() if has_previous else None
    segments = list(
        timeline.segments(made, face=FACE, from_ms=from_ms, until_ms=until_ms, playable=playable, previous=previous)
    )
    at_ms = from_ms
    for one in segments:
        assert one.from_ms == at_ms < one.until_ms
        at_ms = one.until_ms
        for probe in (one.from_ms, (one.from_ms + one.until_ms) // 2, one.until_ms - 1):
            shown = timeline.showing(made, face=FACE, at_ms=probe, playable=playable, previous=previous)
            assert shown.from_ms <= one.from_ms < one.until_ms <= shown.until_ms
            assert (shown.kind, shown.item, shown.slot) == (one.kind, one.item, one.slot)
            assert shown.position_ms(probe) == one.position_ms(probe) or one.item is None
        assert one.item not in gone
    assert at_ms == until_ms or not segments


@given(windows(), SPAN)
def test_a_window_of_higher_rank_always_wins(drawn: tuple[Window, ...], span: tuple[int, int]) -> None:
    made = replace(plan(), windows=drawn)
    at_ms = AT_MS + span[0]
    covering = [one for one in drawn if one.from_ms <= at_ms < one.until_ms]
    expected = max(covering, key=lambda one: manifests.WINDOW_RANK[one.class_], default=None)
    assert timeline.showing(made, face=FACE, at_ms=at_ms).window == (expected.id if expected else "")


@given(windows())
def test_a_manifest_comes_back_from_its_bytes(drawn: tuple[Window, ...]) -> None:
    made = replace(plan(), windows=drawn)
    assert manifests.read(made.encode()) == made


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"windows": OVERLAPPING}, "timeline_invalid"),
        ({"windows": ()}, "timeline_invalid"),
        ({"filler": ("ghost",)}, "timeline_invalid"),
        ({"loops": {"morning": ()}}, "timeline_invalid"),
        ({"files": ()}, "timeline_invalid"),
        ({"ends_ms": AT_MS - HOUR_MS}, "manifest_over"),
        ({"province": "../cao-bang"}, "name_unsafe"),
        ({"cluster": "cao-bang/../x"}, "name_unsafe"),
    ],
)  # fmt: skip
def test_a_manifest_that_contradicts_itself_is_refused(change: dict[str, object], code: str) -> None:
    """T24, T76."""
    made = replace(world.manifest(), **change)  # type: ignore[arg-type]  # fields of Manifest
    with pytest.raises(BundleRefusal) as caught:
        manifests.parse(made.encode())
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["../x", "/etc/passwd", "a\x00b", "", "a/b", ".hidden", "x" * 81])
def test_a_name_that_could_be_a_path_is_refused(name: str) -> None:
    """T24."""
    made = world.manifest()
    items = (replace(made.items[0], id=name), made.items[1])
    loops = {"morning": (LoopEntry(name, "slot-1", 1_000), LoopEntry("notice", "slot-2", 1_000))}
    with pytest.raises(BundleRefusal, match="name_unsafe"):
        manifests.parse(replace(made, items=items, loops=loops).encode())


def test_an_unknown_key_is_refused_unless_it_says_it_may_be_ignored() -> None:
    value = world.manifest().to_object()
    read = manifests.parse(canonical.encode({**value, "x_note": 1}))
    assert read == replace(world.manifest(), extensions={"x_note": 1})
    assert canonical.decode(read.encode()) == {**value, "x_note": 1}
    with pytest.raises(BundleRefusal, match="manifest_malformed"):
        manifests.parse(canonical.encode({**value, "note": 1}))
