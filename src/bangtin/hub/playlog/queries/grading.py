"""Grades lines: gathers what the hub knows around them and asks `bundle.playlog.verdict` (trust F.5)."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bangtin.bundle import playlog
from bangtin.bundle.alerts import Aired
from bangtin.bundle.playlog import AcceptedManifest, Line, Repair, Verdict
from bangtin.hub.kit.clock import from_ms as instant
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.queries import alerts, bundles, chain, clocks, facts
from bangtin.hub.playlog.queries.facts import Sender

COMMITTED_WITHIN = timedelta(milliseconds=900_000)
# what fills a face's time, and what may explain that another item was due
ON_FACE = frozenset({"play", "gap", "alert", "blank"})
EXPLAINING = frozenset({"alert", "blank", "refusal"})
MOST_COMMITMENTS = 20
LAST_MS = 253_370_000_000_000  # in December 9998: a later instant may not fit a datetime in every zone


@dataclass(frozen=True)
class Surroundings:
    """What the hub knows around a run of lines of one device and epoch; `commitments` are in the order of n."""

    received_ms: int
    manifests: Sequence[AcceptedManifest]
    commitments: Sequence[playlog.Commitment]
    heads: Mapping[int, str]
    repairs: Mapping[int, Repair]
    explanations: Sequence[Line]
    following: Mapping[int, Line]
    revoked_ms: int | None
    is_cloned: bool
    alerts: Sequence[Aired]
    is_forked: bool = False


@dataclass(frozen=True)
class Graded:
    """A line's verdict and its clock repair, if it needed one."""

    verdict: Verdict
    repaired: Repair | None

    def at_ms(self, line: Line) -> int:
        """The start after clock repair, within what a datetime holds."""
        return min(self.repaired.from_ms if self.repaired else line.from_ms, LAST_MS)


def around(  # every argument is one fact of the batch; each is named at the call
    lines: Sequence[Line],
    *,
    device: Sender,
    epoch: int,
    received_at: datetime,
    heads: Mapping[int, str] | None = None,
    is_forked: bool = False,
    is_last: bool = False,
) -> Surroundings:
    """Gather the surroundings of `lines` (in the order of n); stored lines after them count as neighbours.

    `heads` are those of lines that are not stored yet; `is_last`: nothing is stored after these lines.
    """
    repairs = clocks.repairs(lines, device_id=device.pk, epoch=epoch, received_ms=to_ms(received_at))
    starts = [repairs[line.n].from_ms if line.n in repairs else line.from_ms for line in lines]
    first_ms = min(starts, default=0)
    last_ms = max((start + line.shown_ms for start, line in zip(starts, lines, strict=True)), default=0)
    commitments = _commitments(device, epoch, lines, last_ms=min(last_ms, LAST_MS))
    stored = chain.heads(device.pk, epoch, {one.n for one in commitments} - set(heads or {}))
    after = [] if is_last else _stored_after(device, epoch, lines)
    return Surroundings(
        received_ms=to_ms(received_at),
        manifests=bundles.accepted(
            device.pk,
            cluster_id=device.cluster_id,
            numbers={line.bundle for line in lines if line.k == "play"},
            from_ms=first_ms,
            until_ms=last_ms,
        ),
        commitments=commitments,
        heads={**stored, **(heads or {})},
        repairs=repairs,
        explanations=[line for line in (*lines, *after) if line.k in EXPLAINING],
        following=_following([*lines, *after]),
        revoked_ms=_revoked_ms(device, epoch),
        is_cloned=device.is_clone_suspected,
        alerts=alerts.aired(device, from_ms=first_ms, until_ms=min(last_ms, LAST_MS)) if lines else (),
        is_forked=is_forked,
    )


def grade(line: Line, known: Surroundings) -> Graded:
    """The verdict on one of the lines that `known` surrounds."""
    repaired = known.repairs.get(line.n)
    begins = bisect_left(known.commitments, line.n, key=lambda one: one.n)
    context = playlog.Context(
        received_ms=known.received_ms,
        manifests=known.manifests,
        commitments=known.commitments[begins : begins + MOST_COMMITMENTS],
        heads=known.heads,
        repaired=repaired,
        revoked_ms=known.revoked_ms,
        is_cloned=known.is_cloned,
        is_forked=known.is_forked,
        following=known.following.get(line.n),
        explanations=known.explanations,
        alerts=known.alerts,
    )
    return Graded(playlog.verdict(line, context=context), repaired)


def _revoked_ms(device: Sender, epoch: int) -> int | None:
    """Since when the key of that enrolment is revoked: with the device, or by the enrolment after it."""
    since = [at for at in (device.revoked_at, facts.revoked(device.pk, epoch)) if at is not None]
    return to_ms(min(since)) if since else None


def _commitments(device: Sender, epoch: int, lines: Sequence[Line], *, last_ms: int) -> list[playlog.Commitment]:
    if not lines:
        return []
    found = facts.polls(device.pk, epoch, from_n=lines[0].n, until=instant(last_ms) + COMMITTED_WITHIN)
    return [playlog.Commitment(to_ms(at), n, head) for at, n, head in found]


def _stored_after(device: Sender, epoch: int, lines: Sequence[Line]) -> list[Line]:
    if not lines:
        return []
    rows = PlayRecord.objects.filter(device_id=device.pk, epoch=epoch, is_fork=False, n__gt=lines[-1].n).order_by("n")
    return chain.lines_of(rows[:10])


def _following(lines: Sequence[Line]) -> dict[int, Line]:
    """n to the next line on the same face."""
    found: dict[int, Line] = {}
    next_on: dict[str, Line] = {}
    for line in reversed(lines):
        if line.k in ON_FACE:
            if line.face in next_on:
                found[line.n] = next_on[line.face]
            next_on[line.face] = line
    return found
