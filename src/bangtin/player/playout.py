"""Decides what the face shows, tells the page, and keeps the record of it: stop 9 of the tour.

The page is a process apart: it says which frames it presented, the daemon says what plays. Order of a change of
segment: the next one is verified and preloaded; just before its instant its record is committed (trust 5.7), then the
page is told; the page's first presented frame of it closes the record before. So recorded segments telescope.
"""

import logging
from collections.abc import Callable
from dataclasses import replace

from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import Item
from bangtin.bundle.timeline import Showing, showing
from bangtin.player.clock import Clock
from bangtin.player.playlog import Playlog, Started
from bangtin.player.screens.server import Message
from bangtin.player.segments import Face, Plan, Screen, Segment

BEAT_MS = 500
LEAD_MS = 150  # the page is told so early, and changes at the instant itself
IDLE_MS = 250
PREPARE_AHEAD_MS = 20_000
MERCY_MS = 30_000
CARD_MS = 60_000
log = logging.getLogger("bangtin.player.playout")


class Playout:
    """The loop of one face. Single-threaded: every method is called in the event loop."""

    def __init__(self, *, face: Face, plan: Plan, playlog: Playlog | None, clock: Clock, boot: int) -> None:
        self.face = face
        self._plan = plan
        self._playlog = playlog
        self._clock = clock
        self._boot = boot
        self._screen: Screen | None = None
        self._count = 0
        self._current: Segment | None = None
        self._leaving: list[Segment] = []
        self._next: Segment | None = None
        self._shunned: dict[str, int] = {}
        self._stale = False
        self.wake: Callable[[], None] = lambda: None
        self.first_frame_ms: int | None = None
        self.needs_media = False

    def connect(self, screen: Screen) -> None:
        """Play on `screen`."""
        self._screen = screen

    def enter(self, face: Face, playlog: Playlog) -> None:
        """The player has been enrolled: play on this face from now on, and keep records."""
        self.face, self._playlog = face, playlog
        for message in self.greeting()[:1]:
            self._send(message)
        self.change()

    def show_code(self, face: Face) -> None:
        """Not enrolled yet: show the code in `face`."""
        self.face = face
        self._current = None
        self._forget_next()
        self.wake()

    @property
    def showing_name(self) -> str | None:
        """Item id, or `standby`, `card`, `code`; None while no page is attached."""
        current = self._current
        return (current.showing.item or current.showing.kind) if current else None

    def change(self) -> None:
        """Another bundle is in force, media have come, or the enrolment changed: look at the plan anew at once."""
        self._shunned.clear()
        self._stale = True
        self.wake()

    def tick(self) -> int:
        """Do what is due now; gives the milliseconds until the next thing is."""
        now_ms = self._clock.now_ms()
        if self._screen is None or not self._screen.has_screen:
            return IDLE_MS
        if self._stale:
            self._stale = False
            self._look_anew(now_ms)
        if self._current is None or now_ms >= self._current.showing.until_ms - LEAD_MS:
            self._advance(now_ms)
        current = self._current
        if current is None:
            return IDLE_MS
        self._beat(now_ms)
        left_ms = current.showing.until_ms - LEAD_MS - self._clock.now_ms()
        if left_ms <= PREPARE_AHEAD_MS:
            self._prepare(current.showing.until_ms)
        return max(1, min(left_ms, BEAT_MS if current.showing.item else IDLE_MS * 4))

    # Listener of the screen server

    def greeting(self) -> list[Message]:
        """The face, and what stands on it."""
        face = {"t": "face", "width": self.face.width, "height": self.face.height, "name": self.face.name}
        messages: list[Message] = [{**face, "now_ms": self._clock.now_ms()}]
        if self._screen is not None and self._screen.has_screen and self._current is not None:
            messages.append(self._show_message(self._current, self._clock.now_ms()))
        return messages

    def attached(self) -> None:
        """A page is there: begin."""
        self.wake()

    def detached(self) -> None:
        """The page is gone: nobody knows what is on the glass, so the running record ends here."""
        for segment in [*self._leaving, *([self._current] if self._current else [])]:
            self._close(segment, end="cut")
        self._leaving.clear()
        self._current = None
        self._forget_next()

    def said(self, message: Message) -> None:
        """A report of the page."""
        kind, name = message.get("t"), message.get("id")
        if kind == "began":
            self._began(str(name), message)
        elif kind == "shown":
            self._shown(str(name), message.get("shown_ms"))
        elif kind == "failed":
            self._failed(str(name), str(message.get("why")))
        self.wake()

    def media_refused(self, digest: str, refusal: BundleRefusal) -> None:
        """A file is not what was approved: name it in the records, fetch it again, show filler (trust 4.5)."""
        log.error("%s", refusal)
        manifests = [one for one in (self._plan.manifest, self._plan.previous) if one is not None]
        items = [item for one in manifests for item in one.items]
        for item in {
            item.id: item for item in items if any(r.file == digest for r in item.content.renditions)
        }.values():
            self._refuse(item, refusal.code, digest)
        self._plan.give_up(digest)
        self.needs_media = True
        if self._current and self._current.item and _uses(self._current.item, digest):
            self._close(self._current, end="failed")
            self._current = None
        if self._next and self._next.item and _uses(self._next.item, digest):
            self._forget_next()
        self.wake()

    # The change of segments

    def _advance(self, now_ms: int) -> None:
        due_ms = max(now_ms, self._current.showing.until_ms) if self._current else now_ms
        segment = self._next
        if segment is None or not self._fits(segment, due_ms):
            self._forget_next()
            segment = self._next = self._make(self._showing(due_ms), due_ms)
        if not segment.is_verified or not self._fits(segment, due_ms):
            return
        self._next = None
        # trust 5.7: the record is on the disk before the first frame
        self._open(segment, due_ms, ahead_ms=due_ms - now_ms)
        if self._current is not None:
            self._leaving.append(self._current)
        self._current = segment
        self._send(self._show_message(segment, due_ms))

    def _fits(self, segment: Segment, at_ms: int) -> bool:
        if not segment.showing.from_ms <= at_ms < segment.showing.until_ms:
            return False
        return segment.item is None or self._can_play(segment.item, segment.showing.class_, at_ms)

    def _prepare(self, at_ms: int) -> None:
        if self._next is None:
            self._next = self._make(self._showing(at_ms), at_ms)

    def _make(self, found: Showing, at_ms: int) -> Segment:
        self._count += 1
        segment = Segment(f"{self._boot}-{self._count}", found, self._item_of(found))
        if segment.item is None or segment.item.content.kind == "text":
            self._verified(segment, None, at_ms)
        else:
            geometry = f"{self.face.width}x{self.face.height}"
            self._plan.verify(segment.item, geometry, lambda refusal: self._verified(segment, refusal, at_ms))
        return segment

    def _verified(self, segment: Segment, refusal: BundleRefusal | None, at_ms: int) -> None:
        if refusal is not None:
            self.media_refused(refusal.subject, refusal)
            if self._next is segment:
                self._forget_next()
        else:
            segment.is_verified = True
            self._send({"t": "prepare", "segment": self._for_page(segment, at_ms)})
        self.wake()

    def _look_anew(self, now_ms: int) -> None:
        self._forget_next()
        current = self._current
        if current is None or self.face.code:
            self._current = None if self.face.code else current
            return
        at_ms = max(now_ms, current.showing.from_ms)
        found = self._showing(at_ms)
        same = (found.kind, found.item, found.slot, found.window) == (
            current.showing.kind,
            current.showing.item,
            current.showing.slot,
            current.showing.window,
        )
        if same and self._item_of(found) == current.item and found.bundle == current.showing.bundle:
            return
        self._next = self._make(found, at_ms)
        current.end = "replaced"
        current.showing = _ending(current.showing, at_ms)

    def _showing(self, at_ms: int) -> Showing:
        manifest = self._plan.manifest
        if self.face.code or manifest is None or self.face.id not in manifest.faces:
            kind = "code" if self.face.code else "card"
            until_ms = at_ms + CARD_MS
            return Showing(kind, None, "", "", "card", at_ms, until_ms, 0, "", manifest.number if manifest else 0)
        return showing(
            manifest,
            face=self.face.id,
            at_ms=at_ms,
            playable=lambda item, class_: self._can_play(item, class_, at_ms),
            previous=self._plan.previous,
        )

    def _can_play(self, item: Item, class_: str, at_ms: int) -> bool:
        if self._shunned.get(item.digest, 0) > self._clock.now_ms():
            return False
        return self._plan.is_playable(item, class_, at_ms)

    def _item_of(self, found: Showing) -> Item | None:
        for manifest in (self._plan.manifest, self._plan.previous):
            if found.item and manifest is not None and manifest.number == found.bundle:
                return manifest.item_by_id[found.item]
        return None

    # Messages to the page

    def _for_page(self, segment: Segment, at_ms: int) -> dict[str, object]:
        found = segment.showing
        told: dict[str, object] = {"id": segment.id, "kind": found.kind, "offset_ms": 0}
        if segment.item is None:
            return {**told, "name": self.face.name, "code": self.face.code}
        content = segment.item.content
        rendition = content.rendition_for(f"{self.face.width}x{self.face.height}")
        told |= {"kind": content.kind, "title": content.title, "language": content.language}
        told["offset_ms"] = max(0, found.position_ms(max(at_ms, found.from_ms)))
        if content.text is not None:
            told["text"] = content.text.to_object()
        elif rendition is not None:
            told["url"] = f"/m/{rendition.file}"
        return told

    def _show_message(self, segment: Segment, due_ms: int) -> Message:
        now_ms = self._clock.now_ms()
        left_ms = min(max(0, segment.showing.until_ms - now_ms), 2**31 - 10_000)
        told = self._for_page(segment, due_ms)
        return {"t": "show", "segment": told, "for_ms": left_ms, "in_ms": max(0, due_ms - now_ms)}

    def _send(self, message: Message) -> None:
        if self._screen is not None:
            self._screen.send(message)

    def _forget_next(self) -> None:
        if self._next is not None:
            self._send({"t": "drop", "id": self._next.id})
        self._next = None

    # Reports of the page

    def _began(self, name: str, message: Message) -> None:
        ended, ended_shown = message.get("ended"), message.get("ended_shown_ms")
        if isinstance(ended, str):
            self._shown(ended, ended_shown)
        ago_ms = _milliseconds(message.get("ago_ms"))
        now_ms, mono_ms = self._clock.now_ms() - ago_ms, self._clock.mono_ms() - ago_ms
        for segment in list(self._leaving):
            # a start that was heard late must not make two records overlap (trust F.5): they telescope
            segment.shown_ms = min(segment.shown_ms, max(0, mono_ms - segment.begun_mono_ms))
            self._close(segment, end=segment.end if segment.has_begun else "failed")
        self._leaving.clear()
        current = self._current
        if current is None or current.id != name:
            return
        if not current.has_begun and self._playlog is not None and current.is_open:
            self._playlog.begin(current.id, from_ms=now_ms, mono_ms=mono_ms)
            current.begun_mono_ms = mono_ms
        current.has_begun = True
        if self.first_frame_ms is None and current.item is not None:
            self.first_frame_ms = now_ms

    def _shown(self, name: str, shown_ms: object) -> None:
        for segment in [*self._leaving, *([self._current] if self._current else [])]:
            if segment.id == name:
                segment.shown_ms = max(segment.shown_ms, _milliseconds(shown_ms))

    def _failed(self, name: str, why: str) -> None:
        for segment in (self._current, self._next):
            if segment is None or segment.id != name or segment.item is None:
                continue
            log.error("the page cannot show %s: %s", segment.item.id, why)
            self._shunned[segment.item.digest] = self._clock.now_ms() + MERCY_MS
            self._refuse(segment.item, "render_failed", why)
            if segment is self._current:
                self._close(segment, end="failed")
                self._current = None
            else:
                self._forget_next()

    # Records

    def _open(self, segment: Segment, at_ms: int, *, ahead_ms: int) -> None:
        segment.beat_at_ms = at_ms
        if self._playlog is None or segment.showing.kind == "code":
            return
        self._explain(segment, at_ms)
        self._playlog.open(segment.id, self._started(segment, at_ms, mono_ms=self._clock.mono_ms() + ahead_ms))
        segment.is_open = True

    def _explain(self, segment: Segment, at_ms: int) -> None:
        """Where the plan holds another item, the record says why it is not shown (trust F.5: else it contradicts)."""
        manifest = self._plan.manifest
        if manifest is None or self.face.id not in manifest.faces:
            return
        planned = showing(manifest, face=self.face.id, at_ms=at_ms, previous=self._plan.previous)
        if planned.item is None or planned.item == segment.showing.item or planned.bundle != manifest.number:
            return
        item = manifest.item_by_id[planned.item]
        why = self._plan.why_not(item, planned.class_, at_ms)
        self._refuse(item, why or "render_failed", planned.slot)

    def _started(self, segment: Segment, at_ms: int, *, mono_ms: int) -> Started:
        found = segment.showing
        item = segment.item
        kinds = {"item": "play", "filler": "play", "standby": "blank", "card": "gap"}
        return Started(
            kind=kinds[found.kind],
            bundle=found.bundle,
            item=item.id if item else "",
            content=item.digest if item else "",
            language=item.content.language if item else "",
            class_=found.class_,
            slot=found.slot,
            face=self.face.id,
            from_ms=at_ms,
            mono_ms=mono_ms,
            clock=self._clock.grade(),
            extra={"x_segment": segment.id},
        )

    def _beat(self, now_ms: int) -> None:
        current = self._current
        if current is None or not current.is_open or self._playlog is None:
            return
        if now_ms - current.beat_at_ms >= BEAT_MS and current.shown_ms != current.written_ms:
            self._playlog.beat(current.id, shown_ms=current.shown_ms)
            current.beat_at_ms, current.written_ms = now_ms, current.shown_ms

    def _close(self, segment: Segment, *, end: str) -> None:
        if segment.is_open and self._playlog is not None:
            self._playlog.close(segment.id, shown_ms=segment.shown_ms, end=end)
        segment.is_open = False

    def _refuse(self, item: Item, code: str, about: str) -> None:
        if self._playlog is None:
            return
        manifest = self._plan.manifest
        started = Started(
            kind="refusal",
            bundle=manifest.number if manifest else 0,
            item=item.id,
            content=item.digest,
            language=item.content.language,
            class_=item.class_,
            slot="",
            face=self.face.id,
            from_ms=self._clock.now_ms(),
            mono_ms=self._clock.mono_ms(),
            clock=self._clock.grade(),
            extra={"x_code": code, "x_about": about[:80]},
        )
        self._playlog.note(started)


def _uses(item: Item, digest: str) -> bool:
    return any(rendition.file == digest for rendition in item.content.renditions)


def _milliseconds(value: object) -> int:
    return max(0, round(value)) if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _ending(found: Showing, at_ms: int) -> Showing:
    return replace(found, until_ms=min(found.until_ms, at_ms))
