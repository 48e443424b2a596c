"""Decides what the face shows, tells the page, and keeps the record of it: stop 9 of the tour.

The page is a process apart: it says which frames it presented, the daemon says what plays. Order of a change of
segment: the next one is verified and preloaded; just before its instant its record is committed (trust 5.7), then the
page is told; the page's first presented frame of it closes the record before. So recorded segments telescope.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from bangtin.bundle.alerts import AlertNotice
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.gate_codes import SHOWN_MS
from bangtin.bundle.manifest import Item
from bangtin.bundle.timeline import Showing, alert_showing, showing
from bangtin.player import telling
from bangtin.player.clock import Clock
from bangtin.player.playlog import Playlog
from bangtin.player.recording import BEAT_MS, Recorder
from bangtin.player.screens.server import Message
from bangtin.player.segments import Cover, Face, Gate, NoGate, Plan, Screen, Segment

LEAD_MS = 150  # the page is told so early, and changes at the instant itself
IDLE_MS = 250
PREPARE_AHEAD_MS = 20_000
MERCY_MS = 30_000
CARD_MS = 60_000
BLANK_MS = 600_000
log = logging.getLogger("bangtin.player.playout")


class Playout:
    """The loop of one face. Single-threaded: every method is called in the event loop."""

    def __init__(self, *, face: Face, plan: Plan, recorder: Recorder, clock: Clock, boot: int) -> None:
        self.face = face
        self._plan = plan
        self._recorder = recorder
        self._clock = clock
        self._boot = boot
        self._screen: Screen | None = None
        self._count = 0
        self._current: Segment | None = None
        self._leaving: list[Segment] = []
        self._next: Segment | None = None
        self._shunned: dict[str, int] = {}
        self._stale = self._has_moved = False
        self.wake: Callable[[], None] = lambda: None
        self.alerts: Callable[[], Sequence[AlertNotice]] = tuple
        self.is_blanked: Callable[[], bool] = lambda: False
        self.standing: Callable[[], Sequence[Message]] = tuple  # sound, volume, brightness: told when they change
        self.gate: Gate = NoGate()
        self._told: dict[object, Message] = {}
        self.first_frame_ms: int | None = None
        self.needs_media = False

    def connect(self, screen: Screen) -> None:
        """Play on `screen`."""
        self._screen = screen

    def enter(self, face: Face, playlog: Playlog) -> None:
        """The player has been enrolled: play on this face from now on, and keep records."""
        self.face = self._recorder.face = face
        self._recorder.playlog = playlog
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

    def told_now(self) -> dict[str, object]:
        """What stands on the face, for reports: item, state and the segment's name."""
        current = self._current
        if current is None:
            return {"item": "", "state": "no_page", "segment": ""}
        showing = current.showing
        state = "blank" if showing.class_ == "blank" else showing.kind
        return {"item": showing.item or "", "state": state, "segment": current.id}

    @property
    def on_face(self) -> Segment | None:
        """The segment whose frames are presented; None before its first one."""
        return self._current if self._current is not None and self._current.has_begun else None

    def change(self) -> None:
        """Another bundle is in force, media have come, or the enrolment changed: look at the plan anew at once."""
        self._shunned.clear()
        self.alerts_changed()

    def clock_moved(self) -> None:
        """It is another instant than the page was told: look at the plan anew, and tell the page how long."""
        self._has_moved = True
        self.change()

    def alerts_changed(self) -> None:
        """Another emergency notice is on air, or none any more: look anew at once."""
        self._stale = True
        self.wake()

    def tick(self) -> int:
        """Do what is due now; gives the milliseconds until the next thing is."""
        now_ms = self._clock.now_ms()
        if self._screen is None or not self._screen.has_screen:
            return IDLE_MS
        if self._stale:
            self._look_anew(now_ms)
            if self._next is not None:
                return 0  # the page draws it while the record of it goes to the disk
        if self._current is None or now_ms >= self._current.showing.until_ms - LEAD_MS:
            self._advance(now_ms)
        current = self._current
        if current is None:
            return IDLE_MS
        self._recorder.beat(current, now_ms)
        self._tell_levels()
        left_ms = current.showing.until_ms - LEAD_MS - self._clock.now_ms()
        if left_ms <= PREPARE_AHEAD_MS:
            self._prepare(current.showing.until_ms)
        return max(1, min(left_ms, BEAT_MS if current.showing.item else IDLE_MS * 4))

    # Listener of the screen server

    def greeting(self) -> list[Message]:
        """The face, and what stands on it."""
        now_ms = self._clock.now_ms()
        messages: list[Message] = [telling.greeting(self.face, now_ms=now_ms)]
        if self._screen is not None and self._screen.has_screen and self._current is not None:
            messages.append(self._show_message(self._current, now_ms))
        return [*messages, *self._told.values()]

    def attached(self) -> None:
        """A page is there: begin."""
        self.wake()

    def detached(self) -> None:
        """The page is gone: nobody knows what is on the glass, so the running record ends here."""
        for segment in [*self._leaving, *([self._current] if self._current else [])]:
            self._recorder.close(segment, end="cut")
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
            self._recorder.refuse(item, refusal.code, digest)
        self._plan.give_up(digest)
        self.needs_media = True
        if self._current and self._current.item and _uses(self._current.item, digest):
            self._recorder.close(self._current, end="failed")
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
        if segment.notice is not None and self._current is not None and self._is_cut_short(self._current, due_ms):
            self._current.end = "replaced"
        # trust 5.7: the record is on the disk before the first frame
        self._recorder.open(segment, due_ms, ahead_ms=due_ms - now_ms)
        if self._current is not None:
            self._leaving.append(self._current)
        self._current = segment
        self._send(self._show_message(segment, due_ms))

    def _is_cut_short(self, segment: Segment, at_ms: int) -> bool:
        """Whether the plan would have gone on with the segment after `at_ms`, were it not for an alert."""
        manifest, found = self._plan.manifest, segment.showing
        if segment.item is None or manifest is None or self.face.id not in manifest.faces:
            return False
        planned = showing(manifest, face=self.face.id, at_ms=at_ms - 1, previous=self._plan.previous)
        return planned.item == found.item and planned.until_ms > at_ms

    def _fits(self, segment: Segment, at_ms: int) -> bool:
        if not segment.showing.from_ms <= at_ms < segment.showing.until_ms:
            return False
        return segment.item is None or self._can_play(segment.item, segment.showing.class_, at_ms)

    def _prepare(self, at_ms: int) -> None:
        if self._next is None:
            self._next = self._make(self._showing(at_ms), at_ms)

    def _make(self, found: Showing, at_ms: int) -> Segment:
        self._count += 1
        name, cover = f"{self._boot}-{self._count}", self._cover_of(found)
        segment = Segment(name, found, self._item_of(found), self._notice_of(found), cover)
        if segment.item is None or segment.item.content.kind == "text":
            self._verified(segment, None, at_ms)
        else:
            self._plan.verify(segment.item, self.face.geometry, lambda refusal: self._verified(segment, refusal, at_ms))
        return segment

    def _verified(self, segment: Segment, refusal: BundleRefusal | None, at_ms: int) -> None:
        if refusal is not None:
            self.media_refused(refusal.subject, refusal)
            if self._next is segment:
                self._forget_next()
        else:
            segment.is_verified = True
            self._send({"t": "prepare", "segment": telling.drawn(segment, self.face, at_ms=at_ms)})
        self.wake()

    def _look_anew(self, now_ms: int) -> None:
        self._stale = False
        self._forget_next()
        current = self._current
        if current is None or self.face.code:
            self._current = None if self.face.code else current
            return
        # told a little ahead of its instant, no more: a clock that was set back leaves nothing standing for hours
        at_ms = max(now_ms, min(current.showing.from_ms, now_ms + LEAD_MS))
        has_moved, self._has_moved = self._has_moved, False
        found, was = self._showing(at_ms), current.showing
        same_thing = (self._item_of(found), self._notice_of(found)) == (current.item, current.notice)
        same_thing = same_thing and self._cover_of(found) == current.cover
        if same_thing and _identity(found) == _identity(was):
            current.showing = found if has_moved else replace(was, until_ms=found.until_ms)
            # an alert that was to cover it is off: the page must not give it up
            if has_moved or found.until_ms > was.until_ms:
                self._send(self._show_message(current, at_ms))
            return
        self._next = self._make(found, at_ms)
        current.end = "replaced"
        current.showing = replace(was, until_ms=min(was.until_ms, at_ms))

    def _showing(self, at_ms: int) -> Showing:
        manifest, alerts = self._plan.manifest, self.alerts()
        covered = alert_showing(alerts, at_ms, bundle=manifest.number if manifest else 0)
        if covered is not None and not self.face.code:
            return covered
        if self.is_blanked() and not self.face.code:
            # an officer had the face covered: the still card, never black, until it is restored; only an emergency
            # notice stands above that
            number = manifest.number if manifest else 0
            return Showing("card", None, "", "command", "blank", at_ms, at_ms + BLANK_MS, 0, "command", number)
        cover = self._cover_at(at_ms)
        if cover is not None:
            number = manifest.number if manifest else 0
            return Showing("gate", None, "", "", "gate", cover.from_ms, cover.until_ms, 0, "", number)
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
            alerts=alerts,
        )

    def _can_play(self, item: Item, class_: str, at_ms: int) -> bool:
        if self._shunned.get(item.digest, 0) > self._clock.now_ms():
            return False
        return self._plan.is_playable(item, class_, at_ms)

    def _item_of(self, found: Showing) -> Item | None:
        for manifest in (self._plan.manifest, self._plan.previous):
            if found.kind == "alert" or not found.item or manifest is None:
                continue
            if manifest.number == found.bundle:
                return manifest.item_by_id[found.item]
        return None

    def _cover_at(self, at_ms: int) -> Cover | None:
        """The gate code that stands then: one asked for, or that of the day's opening, after the screen has rested."""
        manifest = self._plan.manifest
        asked = self.gate.asked(at_ms)
        if asked is not None or self.face.code or manifest is None or self.face.id not in manifest.faces:
            return asked
        before, now = (
            showing(manifest, face=self.face.id, at_ms=each, previous=self._plan.previous)
            for each in (at_ms - SHOWN_MS, at_ms)
        )
        if before.kind != "standby" or now.kind == "standby":
            return None
        return self.gate.opening(before.until_ms)

    def _cover_of(self, found: Showing) -> Cover | None:
        return self._cover_at(found.from_ms) if found.kind == "gate" else None

    def _notice_of(self, found: Showing) -> AlertNotice | None:
        if found.kind != "alert":
            return None
        return next(one for one in self.alerts() if one.id == found.item)

    # Messages to the page

    def _tell_levels(self) -> None:
        """What is to be heard, how loud, how bright: told when it changes, as when a recording has come."""
        for message in self.standing():
            if message != self._told.get(message["t"]):
                self._told[message["t"]] = message
                self._send(message)

    def _show_message(self, segment: Segment, due_ms: int) -> Message:
        return telling.shown(segment, self.face, due_ms=due_ms, now_ms=self._clock.now_ms())

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
            self._recorder.close(segment, end=segment.end if segment.has_begun else "failed")
        self._leaving.clear()
        current = self._current
        if current is None or current.id != name:
            return
        if not current.has_begun:
            self._recorder.begin(current, from_ms=now_ms, mono_ms=mono_ms)
        current.has_begun = True
        if current.cover is not None:
            self.gate.began(current.cover)
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
            self._recorder.refuse(segment.item, "render_failed", why)
            if segment is self._current:
                self._recorder.close(segment, end="failed")
                self._current = None
            else:
                self._forget_next()


def _uses(item: Item, digest: str) -> bool:
    return any(rendition.file == digest for rendition in item.content.renditions)


def _milliseconds(value: object) -> int:
    return max(0, round(value)) if isinstance(value, int | float) and not isinstance(value, bool) else 0


def _identity(found: Showing) -> tuple[object, ...]:
    """What makes a segment another one; a new bundle beneath an alert does not."""
    return found.kind, found.item, found.slot, found.window, 0 if found.kind == "alert" else found.bundle
