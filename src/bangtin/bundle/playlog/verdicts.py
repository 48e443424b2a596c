"""What a play record is worth: the four grades, first rule that fits (trust F.5)."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, cast

from bangtin.bundle import instants, timeline
from bangtin.bundle.alerts import Aired
from bangtin.bundle.canonical import MAX_INTEGER
from bangtin.bundle.manifest import Manifest
from bangtin.bundle.playlog.lines import Line
from bangtin.bundle.playlog.repairs import Repair

Grade = Literal["corroborated", "claimed", "contradicted", "quarantined"]

TOLERANCE_MS = 2_000
FUTURE_MS = 300_000
OVERLONG_MS = 25 * 3_600_000
COMMITTED_WITHIN_MS = 900_000
OVERLAP_MS = 100
LONGER_MS = 1_000
SHOWN_PERCENT = 95
MOST_SEGMENTS = 4_000
ON_FACE = frozenset({"play", "gap", "alert", "blank"})
_Segment = tuple[int, int, timeline.Showing]


@dataclass(frozen=True)
class AcceptedManifest:
    """A manifest as the device had it: accepted at `from_ms`, replaced at `until_ms` (None: not yet)."""

    manifest: Manifest
    from_ms: int
    until_ms: int | None = None


@dataclass(frozen=True)
class Commitment:
    """A poll heard at `received_ms` that carried `Bangtin-Head: n.head`."""

    received_ms: int
    n: int
    head: str


@dataclass(frozen=True)
class Context:
    """What the hub knows around one line; everything in UTC milliseconds.

    received_ms   when the hub received the line
    manifests     those the device accepted, by any order; unknown bundle = none has its number
    commitments   head commitments of this device and epoch received after the line's start
    heads         n → head of the stored chain, at least for the n of `commitments`
    repaired      clock repair of the line, if it was needed and possible
    revoked_ms    since when the device's key is revoked
    is_cloned     whether two devices seem to live under this key
    is_forked     whether another line with this epoch and n is stored
    previous, following   the neighbouring lines on the line's face
    explanations  alert, blank and refusal lines near it, which may explain another item
    alerts        what was on air for this face around the line, by the envelopes the hub signed (`alerts.history`);
                  None: not known
    faces         those the device drives: it cannot know what another one shows; None: not known
    pictures      by the device's own clock, in order: when a picture of its face did not look as planned
    """

    received_ms: int
    manifests: Sequence[AcceptedManifest] = ()
    commitments: Sequence[Commitment] = ()
    heads: Mapping[int, str] = field(default_factory=dict)
    repaired: Repair | None = None
    revoked_ms: int | None = None
    is_cloned: bool = False
    is_forked: bool = False
    previous: Line | None = None
    following: Line | None = None
    explanations: Sequence[Line] = ()
    alerts: Sequence[Aired] | None = None
    faces: Collection[str] | None = None
    pictures: Sequence[int] = ()


@dataclass(frozen=True)
class Verdict:
    """The grade of a line and the code of the rule that gave it."""

    grade: Grade
    reason: str


AGREES = Verdict("corroborated", "agrees")
UNCOMMITTED = Verdict("claimed", "uncommitted")


def verdict(line: Line, *, context: Context) -> Verdict:
    """The grade of `line` in `context`; rows are never dropped, whatever it says.

    corroborated  "agrees": with the plan (an alert: with what was on air), and committed to at once
    quarantined   record_fork, record_after_revocation, record_clone, record_other_face, record_future, record_overlong
                  (a play or a notice of more than a day and an hour: no plan has one), record_unknown_bundle,
                  record_unknown_item, record_unknown_alert, record_unknown_content, record_overlap
    contradicted  picture_differs (what stood there looked otherwise, whatever its clock is worth), bundle_not_accepted,
                  bundle_replaced, timeline_other, alert_not_then
    claimed       not_a_play, explained, alert_on_air (a play beneath an alert that this face had not got),
                  alert_after_end (shown on after its cancel), clock_weak, shown_short, shown_long, uncommitted
    """
    is_seen_otherwise = looks_otherwise(line, context.pictures)  # before repair: pictures are dated by the same clock
    if context.repaired is not None:
        line = replace(line, from_ms=context.repaired.from_ms)
    accepted = _accepted(line, context)
    found = _quarantine(line, context, accepted)
    if found is not None:
        return found
    if is_seen_otherwise:
        return Verdict("contradicted", "picture_differs")
    planned = _planned(line, accepted) if accepted is not None and line.k == "play" else None
    return _contradiction(line, context, accepted, planned) or _doubt(line, context, accepted, planned) or AGREES


def looks_otherwise(line: Line, pictures: Sequence[int]) -> bool:
    """Whether one of these pictures, each of something else than planned, was taken while the line stood."""
    if not pictures or line.k not in ("play", "alert"):
        return False
    place = bisect_left(pictures, line.from_ms)
    return place < len(pictures) and pictures[place] < line.until_ms


def _quarantine(line: Line, context: Context, accepted: AcceptedManifest | None) -> Verdict | None:
    reason = _of_the_chain(line, context)
    if not reason and line.k == "play":
        reason = _of_the_bundle(line, accepted)
    elif not reason and _is_alert(line, context):
        reason = _of_the_notice(line, context)
    if not reason and _overlaps(line, context):
        reason = "record_overlap"
    return Verdict("quarantined", reason) if reason else None


def _of_the_chain(line: Line, context: Context) -> str:
    """Why no line of this device is believed, or none of that time; empty if they are."""
    if context.is_forked:
        return "record_fork"
    if context.revoked_ms is not None and line.from_ms >= context.revoked_ms:
        return "record_after_revocation"
    if context.is_cloned:
        return "record_clone"
    if context.faces is not None and line.k in ON_FACE and line.face not in context.faces:
        return "record_other_face"
    if line.k in ("play", "alert") and line.shown_ms > OVERLONG_MS:
        return "record_overlong"
    # trust F.5: after repair; of a clock that nobody vouches for, the future says no more than the past
    is_future = line.from_ms > context.received_ms + FUTURE_MS and not _is_weak(line, context)
    return "record_future" if is_future else ""


def _of_the_bundle(line: Line, accepted: AcceptedManifest | None) -> str:
    if accepted is None:
        return "record_unknown_bundle"
    item = accepted.manifest.item_by_id.get(line.item)
    if item is None:
        return "record_unknown_item"
    return "" if item.digest == line.content else "record_unknown_content"


def _of_the_notice(line: Line, context: Context) -> str:
    if not _named(line, context):
        return "record_unknown_alert"
    return "record_unknown_content" if _aired(line, context) is None else ""


def _contradiction(
    line: Line, context: Context, accepted: AcceptedManifest | None, planned: timeline.Showing | None
) -> Verdict | None:
    if _is_weak(line, context):
        return None  # when it was is not known: the plan of another instant contradicts nothing
    if _is_alert(line, context) and not _is_during(line, context):
        return Verdict("contradicted", "alert_not_then")
    if line.k != "play" or accepted is None:
        return None
    if line.from_ms + TOLERANCE_MS < accepted.from_ms:
        return Verdict("contradicted", "bundle_not_accepted")
    is_replaced = accepted.until_ms is not None and line.from_ms > accepted.until_ms + TOLERANCE_MS
    if not is_replaced and planned is not None:
        return None
    if any(one.face == line.face and _is_near(line, one) for one in context.explanations):
        return Verdict("claimed", "explained")
    return Verdict("contradicted", "bundle_replaced" if is_replaced else "timeline_other")


def _doubt(
    line: Line, context: Context, accepted: AcceptedManifest | None, planned: timeline.Showing | None
) -> Verdict | None:
    if _is_alert(line, context):
        return _doubt_of_alert(line, context)
    if line.k != "play" or accepted is None:
        return Verdict("claimed", "not_a_play")
    if _is_weak(line, context):
        return Verdict("claimed", "clock_weak")
    if context.alerts:
        planned = _planned(line, accepted, context.alerts)
    if planned is None:
        return Verdict("claimed", "alert_on_air")
    until_ms = planned.until_ms if accepted.until_ms is None else min(planned.until_ms, accepted.until_ms)
    planned_ms = until_ms - max(planned.from_ms, line.from_ms)
    if line.shown_ms * 100 < planned_ms * SHOWN_PERCENT:
        return Verdict("claimed", "shown_short")
    if line.shown_ms > planned_ms + LONGER_MS:
        return Verdict("claimed", "shown_long")
    if not _is_committed(line, context):
        return UNCOMMITTED
    return None


def _doubt_of_alert(line: Line, context: Context) -> Verdict | None:
    aired = _aired(line, context)
    if _is_weak(line, context):
        return Verdict("claimed", "clock_weak")
    if aired is not None and line.until_ms > instants.to_ms(aired.ends) + TOLERANCE_MS:
        return Verdict("claimed", "alert_after_end")
    return None if _is_committed(line, context) else UNCOMMITTED


def _is_weak(line: Line, context: Context) -> bool:
    return line.clock != "hub" and (context.repaired is None or context.repaired.error_ms > TOLERANCE_MS)


def _is_alert(line: Line, context: Context) -> bool:
    return line.k == "alert" and context.alerts is not None


def _named(line: Line, context: Context) -> list[Aired]:
    return [one for one in context.alerts or () if one.id == line.item]


def _aired(line: Line, context: Context) -> Aired | None:
    """The notice of the line's id and content that it is a showing of."""
    same = [one for one in _named(line, context) if one.notice.content_digest() == line.content]
    return next(iter(same), None)


def _is_during(line: Line, context: Context) -> bool:
    """Whether the notice could stand then: a face that heard of no cancel goes on to the notice's own end."""
    aired = _aired(line, context)
    if aired is None:
        return False
    starts_ms, ends_ms = instants.to_ms(aired.starts), instants.to_ms(aired.own_ends)
    return line.from_ms >= starts_ms - TOLERANCE_MS and line.until_ms <= ends_ms + TOLERANCE_MS


def _accepted(line: Line, context: Context) -> AcceptedManifest | None:
    same = [one for one in context.manifests if one.manifest.number == line.bundle]
    # a bundle may be accepted again (a re-enrolment): the period nearest to the line counts
    return min(same, key=lambda one: _distance(line.from_ms, one), default=None)


def _distance(at_ms: int, accepted: AcceptedManifest) -> int:
    if at_ms < accepted.from_ms:
        return accepted.from_ms - at_ms
    if accepted.until_ms is not None and at_ms > accepted.until_ms:
        return at_ms - accepted.until_ms
    return 0


def _overlaps(line: Line, context: Context) -> bool:
    following = context.following
    # A turn that was cut before its first frame overlaps nothing: its start was still to come.
    if following is None or line.k not in ("play", "alert") or line.shown_ms == 0:
        return False
    if following.boot == line.boot:
        return line.shown_ms > following.mono_ms - line.mono_ms + OVERLAP_MS
    return following.clock == "hub" and line.until_ms > following.from_ms + TOLERANCE_MS


def _planned(line: Line, accepted: AcceptedManifest, alerts: Sequence[Aired] = ()) -> timeline.Showing | None:
    """The planned segment that `line` is a play of, within the tolerance, as far as no alert covers it; else None."""
    if line.face not in accepted.manifest.faces:
        return None
    wanted = (line.item, line.class_, line.slot)
    fitting: list[timeline.Showing] = []
    for step_ms in (0, -TOLERANCE_MS, TOLERANCE_MS):
        one = _showing(accepted.manifest, line.face, line.from_ms + step_ms, alerts)
        if (one.item, one.class_, one.slot) == wanted and one not in fitting:
            fitting.append(one)
    # an item that follows itself: the turn that the line covers most
    return fitting[0] if len(fitting) == 1 else max(fitting, key=lambda one: _shared_ms(line, one), default=None)


def _showing(manifest: Manifest, face: str, at_ms: int, alerts: Sequence[Aired]) -> timeline.Showing:
    """The segment at an instant; without alerts each is computed once, for lines of one stretch meet the same ones."""
    if alerts:
        return timeline.showing(manifest, face=face, at_ms=at_ms, alerts=alerts)
    known = cast("list[_Segment]", manifest.computed.setdefault(f"segments of {face}", []))
    place = bisect_right(known, (at_ms, MAX_INTEGER))
    if place and known[place - 1][1] > at_ms:
        return known[place - 1][2]
    found = timeline.showing(manifest, face=face, at_ms=at_ms)
    if len(known) >= MOST_SEGMENTS:
        manifest.computed[f"segments of {face}"] = known = []
    # a thread that looks on meanwhile finds each segment or misses it: it is then computed again
    insort(known, (found.from_ms, found.until_ms, found), key=_edges)
    return found


def _edges(segment: _Segment) -> tuple[int, int]:
    return segment[:2]


def _shared_ms(line: Line, segment: timeline.Showing) -> int:
    return min(line.until_ms, segment.until_ms) - max(line.from_ms, segment.from_ms)


def _is_near(line: Line, other: Line) -> bool:
    return other.from_ms - TOLERANCE_MS <= line.until_ms and line.from_ms <= other.until_ms + TOLERANCE_MS


def _is_committed(line: Line, context: Context) -> bool:
    latest_ms = line.until_ms + COMMITTED_WITHIN_MS
    return any(
        one.n >= line.n and one.received_ms <= latest_ms and context.heads.get(one.n) == one.head
        for one in context.commitments
    )
