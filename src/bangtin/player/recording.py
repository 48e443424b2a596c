"""The playout's side of the records: a segment's line from its opening to its end, and refusals (trust 5.7, F)."""

from bangtin.bundle.manifest import Item
from bangtin.bundle.timeline import showing
from bangtin.player.clock import Clock
from bangtin.player.playlog import Playlog, Started
from bangtin.player.segments import Face, Plan, Segment

BEAT_MS = 500
KINDS = {"item": "play", "filler": "play", "alert": "alert", "standby": "gap", "card": "gap", "gate": "gap"}


class Recorder:
    """Writes what the face shows into `playlog`; without one (not enrolled yet) it writes nothing."""

    def __init__(self, *, face: Face, plan: Plan, playlog: Playlog | None, clock: Clock) -> None:
        self.face = face
        self.playlog = playlog
        self._plan = plan
        self._clock = clock

    def open(self, segment: Segment, at_ms: int, *, ahead_ms: int) -> None:
        """trust 5.7: the record is on the disk before the first frame."""
        segment.beat_at_ms = at_ms
        if self.playlog is None or segment.showing.kind == "code":
            return
        if segment.notice is None and segment.cover is None:
            self._explain(segment, at_ms)
        self.playlog.open(segment.id, self._started(segment, at_ms, mono_ms=self._clock.mono_ms() + ahead_ms))
        segment.is_open = True

    def begin(self, segment: Segment, *, from_ms: int, mono_ms: int) -> None:
        """Its first frame was presented then."""
        if self.playlog is not None and segment.is_open:
            self.playlog.begin(segment.id, from_ms=from_ms, mono_ms=mono_ms)
            segment.begun_mono_ms = mono_ms

    def beat(self, segment: Segment, now_ms: int) -> None:
        """Twice a second: so much has been presented so far."""
        if not segment.is_open or self.playlog is None:
            return
        if now_ms - segment.beat_at_ms >= BEAT_MS and segment.shown_ms != segment.written_ms:
            self.playlog.beat(segment.id, shown_ms=segment.shown_ms)
            segment.beat_at_ms, segment.written_ms = now_ms, segment.shown_ms

    def close(self, segment: Segment, *, end: str) -> None:
        """The segment is over."""
        if segment.is_open and self.playlog is not None:
            self.playlog.close(segment.id, shown_ms=segment.shown_ms, end=end)
        segment.is_open = False

    def refuse(self, item: Item, code: str, about: str) -> None:
        """The item may not be shown, and why."""
        extra: dict[str, object] = {"x_code": code, "x_about": about[:80]}
        content, language = item.digest, item.content.language
        self._refusal(extra, item=item.id, content=content, language=language, class_=item.class_)

    def refuse_alert(self, extra: dict[str, object]) -> None:
        """An emergency envelope did not verify; `extra` says which, why and how many."""
        self._refusal(extra)

    def _refusal(
        self, extra: dict[str, object], *, item: str = "", content: str = "", language: str = "", class_: str = ""
    ) -> None:
        if self.playlog is None:
            return
        manifest = self._plan.manifest
        started = Started(
            kind="refusal",
            bundle=manifest.number if manifest else 0,
            item=item,
            content=content,
            language=language,
            class_=class_,
            slot="",
            face=self.face.id,
            from_ms=self._clock.now_ms(),
            mono_ms=self._clock.mono_ms(),
            clock=self._clock.grade(),
            extra=extra,
        )
        self.playlog.note(started)

    def _explain(self, segment: Segment, at_ms: int) -> None:
        """Where the plan holds another item, the record says why it is not shown (trust F.5: else it contradicts)."""
        manifest = self._plan.manifest
        if manifest is None or self.face.id not in manifest.faces:
            return
        planned = showing(manifest, face=self.face.id, at_ms=at_ms, previous=self._plan.previous)
        if planned.item is None or planned.item == segment.showing.item or planned.bundle != manifest.number:
            return
        item = manifest.item_by_id[planned.item]
        is_blanked = segment.showing.class_ == "blank"
        why = "command_blank" if is_blanked else self._plan.why_not(item, planned.class_, at_ms)
        self.refuse(item, why or "render_failed", planned.slot)

    def _started(self, segment: Segment, at_ms: int, *, mono_ms: int) -> Started:
        found, item, notice = segment.showing, segment.item, segment.notice
        extra: dict[str, object] = {"x_segment": segment.id}
        if segment.cover is not None:
            extra |= segment.cover.extra
        content, language = (item.digest, item.content.language) if item else ("", "")
        if notice is not None:
            content, language = notice.content_digest(), next(iter(notice.texts), "")
            extra |= {"x_n": notice.n, "x_drill": notice.is_drill}
        return Started(
            kind="blank" if found.class_ == "blank" else KINDS[found.kind],
            bundle=found.bundle,
            item=item.id if item else notice.id if notice else "",
            content=content,
            language=language,
            class_=found.class_,
            slot=found.slot,
            face=self.face.id,
            from_ms=at_ms,
            mono_ms=mono_ms,
            clock=self._clock.grade(),
            extra=extra,
        )
