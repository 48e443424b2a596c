"""What a face shows at an instant, and why (trust C.5). Preview, player and proof all ask here.

The answer depends on the manifest and the clock alone: no state, so every screen of a cluster
computes the same frame, and a screen that reboots in the middle of a loop joins it where it is.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import NamedTuple, cast

from bangtin.bundle.alerts.turns import OnAir, Turn, turn_at
from bangtin.bundle.canonical import MAX_INTEGER
from bangtin.bundle.manifest import WINDOW_RANK, Item, LoopEntry, Manifest, Window

ALERT_CLASS = "emergency"
CARD_MS = 60_000  # the card is looked at anew each minute: media may have come meanwhile

Playable = Callable[[Item, str], bool]
"""Whether an item can be shown now as "priority", "ordinary" or "filler" (media here, class not
stale, approval still running). Without one every item that fits the face counts as playable."""


@dataclass(frozen=True)
class Showing:
    """One play of one item, or one stretch of standby or card, over [from_ms, until_ms).

    kind      "alert" (an emergency notice, over everything),
              "item" (planned), "filler" (approved, where nothing is planned or the planned item
              cannot be shown), "card" (the player's built-in last resort), "standby" (dark on purpose)
    item      id of the item in the manifest numbered `bundle`, or of the alert; None for card and standby
    class_    "priority" or "ordinary" for an item, else "emergency", "filler", "card", "rest"
    offset_ms where the item stands at `from_ms`: more than 0 if a window's edge cut off its head
    basis     why: the window's basis; "" where no window covers the instant
    """

    kind: str
    item: str | None
    slot: str
    window: str
    class_: str
    from_ms: int
    until_ms: int
    offset_ms: int
    basis: str
    bundle: int

    def position_ms(self, at_ms: int) -> int:
        """Where the item stands at the instant `at_ms`: what a renderer seeks to."""
        return at_ms - self.from_ms + self.offset_ms


def showing(
    manifest: Manifest,
    *,
    face: str,
    at_ms: int,
    playable: Playable | None = None,
    previous: Manifest | None = None,
    alerts: Sequence[OnAir] = (),
) -> Showing:
    """What `face` shows at `at_ms`: the whole segment that covers the instant.

    `previous` is the manifest accepted before this one: its filler, as far as this one holds the
    item too, is the second rung of the ladder. `alerts` are the emergency notices for this face:
    one that is on air covers all else and wakes it from standby; the plan goes on beneath and is
    rejoined where it then is.
    Raises: KeyError if the manifest has no such face.
    """
    return _Face(manifest, face, playable, previous, alerts).showing(at_ms)


def alert_showing(alerts: Sequence[OnAir], at_ms: int, *, bundle: int) -> Showing | None:
    """The notice of `alerts` that rules at `at_ms`; None if none does. `bundle`: what it covers, 0 if nothing."""
    turn = turn_at(alerts, at_ms)
    if turn.notice is None:
        return None
    return Showing(
        kind="alert",
        item=turn.notice.id,
        slot="",
        window="",
        class_=ALERT_CLASS,
        from_ms=turn.from_ms,
        until_ms=turn.until_ms,
        offset_ms=0,
        basis="",
        bundle=bundle,
    )


def segments(
    manifest: Manifest,
    *,
    face: str,
    from_ms: int,
    until_ms: int,
    playable: Playable | None = None,
    previous: Manifest | None = None,
    alerts: Sequence[OnAir] = (),
) -> Iterator[Showing]:
    """Every segment of [from_ms, until_ms) in order, without gap or overlap.

    The first and the last are clipped to the interval (`offset_ms` of the first moves with it);
    each other one equals `showing()` at any instant inside it.
    """
    of_face = _Face(manifest, face, playable, previous, alerts)
    at_ms = from_ms
    while at_ms < until_ms:
        segment = of_face.showing(at_ms)
        yield replace(
            segment,
            from_ms=at_ms,
            until_ms=min(segment.until_ms, until_ms),
            offset_ms=segment.position_ms(at_ms) if segment.item else 0,
        )
        at_ms = segment.until_ms


def following(manifest: Manifest, *, face: str, at_ms: int) -> Showing | None:
    """What `face` shows next by its plan that is not what it shows at `at_ms`; None: nothing else to the bundle's end.

    Raises: KeyError if the manifest has no such face.
    """
    of_face = _Face(manifest, face, None, None, ())
    now = of_face.showing(at_ms)
    at_ms = now.until_ms
    while at_ms < manifest.ends_ms:
        stretch = of_face.stretch_at(at_ms)
        for _turn in range(of_face.most_turns(stretch)):
            found = of_face.showing(at_ms)
            if (found.kind, found.item) != (now.kind, now.item):
                return found
            at_ms = found.until_ms
            if at_ms >= stretch.until_ms:
                break
        at_ms = max(at_ms, stretch.until_ms)  # the loop came round, and nothing else is in it
    return None


class Segment(NamedTuple):
    """What a record is held against: of a `Showing` its edges, its item and on whose account it is."""

    from_ms: int
    until_ms: int
    item: str | None
    class_: str
    slot: str


class Segments:
    """The segments of a face's plan as `showing` gives them, in a tenth of its time: a hub asks for each of a million.

    Raises: KeyError if the manifest has no such face.
    """

    def __init__(self, manifest: Manifest, face: str) -> None:
        self._face = _Face(manifest, face, None, None, ())
        self._starts = [one.from_ms for one in self._face.stretches]
        self._shown: dict[str, bool] = {}

    def at(self, at_ms: int) -> Segment:
        """The segment that covers the instant."""
        stretch = self._face.stretches[bisect_right(self._starts, at_ms) - 1]
        window = stretch.window
        if window is not None and window.class_ != "rest":
            loop = _loop_of(self._face.manifest, window.loop)
            turn, began_ms = loop.turn_at(at_ms, since_ms=window.from_ms)
            if self._is_shown(turn.item, window.class_):
                from_ms, until_ms = max(began_ms, stretch.from_ms), min(began_ms + turn.dur_ms, stretch.until_ms)
                return Segment(from_ms, until_ms, turn.item, window.class_, turn.slot)
        one = self._face.showing(at_ms)
        return Segment(one.from_ms, one.until_ms, one.item, one.class_, one.slot)

    def _is_shown(self, item: str, class_: str) -> bool:
        found = self._shown.get(item)
        if found is None:
            found = self._shown[item] = self._face.can_show(self._face.manifest.item_by_id[item], class_)
        return found


def segments_of(manifest: Manifest, face: str) -> Segments:
    """The face's segments, sorted out once a manifest."""
    key = f"plain segments of {face}"
    if key not in manifest.computed:
        manifest.computed[key] = Segments(manifest, face)
    return cast(Segments, manifest.computed[key])


@dataclass(frozen=True)
class _Stretch:
    """[from_ms, until_ms) over which one window rules a face, or none does."""

    window: Window | None
    from_ms: int
    until_ms: int


class _Face:
    """The timeline of one face, with what can be shown on it now."""

    def __init__(  # what `showing` is given, each a fact of its own
        self,
        manifest: Manifest,
        face: str,
        playable: Playable | None,
        previous: Manifest | None,
        alerts: Sequence[OnAir],
    ) -> None:
        self.manifest = manifest
        self.alerts = alerts
        self.geometry = manifest.faces[face].geometry
        self.stretches = _stretches_of(manifest, face)
        self.playable = playable
        self.ladder = [one for one in (manifest, previous) if one is not None]

    def showing(self, at_ms: int) -> Showing:
        """The segment that covers `at_ms`."""
        if not self.alerts:
            return self._planned(at_ms)
        covered = alert_showing(self.alerts, at_ms, bundle=self.manifest.number)
        return covered or _within(self._planned(at_ms), turn_at(self.alerts, at_ms))

    def stretch_at(self, at_ms: int) -> "_Stretch":
        """The stretch that covers the instant."""
        return self.stretches[bisect_right(self.stretches, at_ms, key=_start) - 1]

    def most_turns(self, stretch: "_Stretch") -> int:
        """After so many segments of the stretch everything that it shows has been met."""
        window = stretch.window
        turns = len(_loop_of(self.manifest, window.loop).turns) if window and window.class_ != "rest" else 0
        return (turns + 1) * (len(self.manifest.filler) + 1)

    def _planned(self, at_ms: int) -> Showing:
        stretch = self.stretch_at(at_ms)
        window = stretch.window
        if window is None:
            return self._filler(at_ms, stretch, slot="")
        if window.class_ == "rest":
            return _plain("standby", stretch, class_="rest", bundle=self.manifest.number)
        # trust C.5c: every screen computes the same turn from the clock alone
        turn, began_ms = _loop_of(self.manifest, window.loop).turn_at(at_ms, since_ms=window.from_ms)
        inner = _Stretch(
            window,
            max(began_ms, stretch.from_ms),
            min(began_ms + turn.dur_ms, stretch.until_ms),
        )
        if not self.can_show(self.manifest.item_by_id[turn.item], window.class_):
            # trust C.5d: filler for the rest of that interval only; the plan does not shift
            return self._filler(at_ms, inner, slot=turn.slot)
        return Showing(
            kind="item",
            item=turn.item,
            slot=turn.slot,
            window=window.id,
            class_=window.class_,
            from_ms=inner.from_ms,
            until_ms=inner.until_ms,
            offset_ms=inner.from_ms - began_ms,
            basis=window.basis,
            bundle=self.manifest.number,
        )

    def can_show(self, item: Item, class_: str) -> bool:
        """Whether the item has a rendition for the face, and may play now."""
        if item.content.rendition_for(self.geometry) is None:
            return False
        return self.playable is None or self.playable(item, class_)

    def _filler(self, at_ms: int, stretch: _Stretch, *, slot: str) -> Showing:
        """The first rung of the ladder that has anything to show at `at_ms`."""
        for manifest in self.ladder:
            turns = self._filler_loop(manifest)
            if not turns:
                continue
            turn, began_ms = _loop(turns).turn_at(at_ms, since_ms=manifest.filler_from_ms)
            from_ms = max(began_ms, stretch.from_ms)
            return Showing(
                kind="filler",
                item=turn.item,
                slot=slot,
                window=stretch.window.id if stretch.window else "",
                class_="filler",
                from_ms=from_ms,
                until_ms=min(began_ms + turn.dur_ms, stretch.until_ms),
                offset_ms=from_ms - began_ms,
                basis=stretch.window.basis if stretch.window else "",
                bundle=manifest.number,
            )
        minute = _Stretch(
            stretch.window,
            max(at_ms - at_ms % CARD_MS, stretch.from_ms),
            min(at_ms - at_ms % CARD_MS + CARD_MS, stretch.until_ms),
        )
        card = _plain("card", minute, class_="card", bundle=self.manifest.number)
        return replace(card, slot=slot)

    def _filler_loop(self, manifest: Manifest) -> list[LoopEntry]:
        items = [manifest.item_by_id[name] for name in manifest.filler]
        if manifest is not self.manifest:  # what the newest bundle lacks may have been taken down
            kept = {item.digest for item in self.manifest.items}
            items = [item for item in items if item.digest in kept]
        fitting = [(item, item.content.rendition_for(self.geometry)) for item in items]
        return [
            LoopEntry(item=item.id, slot="", dur_ms=rendition.duration_ms)
            for item, rendition in fitting
            if rendition is not None and self.can_show(item, "filler")
        ]


def _within(segment: Showing, gap: Turn[OnAir]) -> Showing:
    """What of a planned segment is seen between two alerts."""
    from_ms = max(segment.from_ms, gap.from_ms)
    offset_ms = segment.position_ms(from_ms) if segment.item else 0
    return replace(segment, from_ms=from_ms, until_ms=min(segment.until_ms, gap.until_ms), offset_ms=offset_ms)


@dataclass(frozen=True)
class _Loop:
    """Segments that go round, and where in a round each of them ends."""

    turns: Sequence[LoopEntry]
    ends_ms: Sequence[int]

    def turn_at(self, at_ms: int, *, since_ms: int) -> tuple[LoopEntry, int]:
        """The turn at `at_ms` of a loop that began at `since_ms`, and the instant that turn began."""
        position = (at_ms - since_ms) % self.ends_ms[-1]
        number = bisect_right(self.ends_ms, position)
        turn = self.turns[number]
        return turn, at_ms - position + self.ends_ms[number] - turn.dur_ms


def _loop(turns: Sequence[LoopEntry]) -> _Loop:
    """Raises: ValueError for a loop that never comes round."""
    ends_ms = tuple(accumulate(turn.dur_ms for turn in turns))
    if not ends_ms or ends_ms[-1] <= 0:
        raise ValueError("expected a loop whose durations add up to more than 0")
    return _Loop(turns, ends_ms)


def _loop_of(manifest: Manifest, name: str) -> _Loop:
    """A loop of the manifest, added up once."""
    key = f"loop {name}"
    if key not in manifest.computed:
        manifest.computed[key] = _loop(manifest.loops[name])
    return cast(_Loop, manifest.computed[key])


def _stretches_of(manifest: Manifest, face: str) -> Sequence[_Stretch]:
    """The stretches of `face`, sorted out once a manifest: 4,000 windows take 40 ms."""
    key = f"timeline of {face}"
    if key not in manifest.computed:
        windows = [one for one in manifest.windows if not one.faces or face in one.faces]
        manifest.computed[key] = tuple(_stretches(windows))
    return cast(Sequence[_Stretch], manifest.computed[key])


def _start(stretch: _Stretch) -> int:
    return stretch.from_ms


def _stretches(windows: Sequence[Window]) -> Iterator[_Stretch]:
    """All of time, cut where the ruling window changes: priority over ordinary over rest."""
    edges = sorted({edge for one in windows for edge in (one.from_ms, one.until_ms)})
    coming = sorted(windows, key=lambda one: one.from_ms, reverse=True)
    running: list[Window] = []
    began_ms, rules = -MAX_INTEGER, None
    for edge in edges:
        while coming and coming[-1].from_ms <= edge:
            running.append(coming.pop())
        running = [one for one in running if one.until_ms > edge]
        winner = max(running, key=lambda one: WINDOW_RANK[one.class_], default=None)
        if winner != rules:
            yield _Stretch(rules, began_ms, edge)
            began_ms, rules = edge, winner
    yield _Stretch(rules, began_ms, MAX_INTEGER)


def _plain(kind: str, stretch: _Stretch, *, class_: str, bundle: int) -> Showing:
    window = stretch.window
    return Showing(
        kind=kind,
        item=None,
        slot="",
        window=window.id if window else "",
        class_=class_,
        from_ms=stretch.from_ms,
        until_ms=stretch.until_ms,
        offset_ms=0,
        basis=window.basis if window else "",
        bundle=bundle,
    )
