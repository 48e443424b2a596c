"""Grades lines: gathers what the hub knows around them and asks `bundle.playlog.verdict` (trust F.5)."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bangtin.bundle import playlog
from bangtin.bundle.alerts import Aired
from bangtin.bundle.playlog import AcceptedManifest, Line, Repair, Verdict
from bangtin.hub.kit.clock import from_ms as instant
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.queries import alerts, bundles, chain, clocks, standings
from bangtin.hub.playlog.queries.facts import Sender

COMMITTED_WITHIN = timedelta(milliseconds=900_000)
# what fills a face's time, and what may explain that another item was due
ON_FACE = frozenset({"play", "gap", "alert", "blank"})
EXPLAINING = frozenset({"alert", "blank", "refusal"})
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
    faces: frozenset[str]
    is_forked: bool = False
    pictures: Sequence[int] = ()


@dataclass(frozen=True)
class Graded:
    """A line's verdict and its clock repair, if it needed one."""

    verdict: Verdict
    repaired: Repair | None

    def at_ms(self, line: Line) -> int:
        """The start after clock repair, within what a datetime holds."""
        return _within(self.repaired.from_ms if self.repaired else line.from_ms)


@dataclass(frozen=True)
class Stretch:
    """Lines of one device and epoch, in the order of n, that are to be graded.

    `heads` are those of lines that are not stored yet or are known; `is_last`: nothing is stored after these lines.
    """

    lines: Sequence[Line]
    device: Sender
    epoch: int
    received_at: datetime
    heads: Mapping[int, str] = field(default_factory=dict)
    is_forked: bool = False
    is_last: bool = False


@dataclass(frozen=True)
class _Timed:
    """A stretch and when it was: its clock repairs, its first and last instant."""

    asked: Stretch
    repairs: Mapping[int, Repair]
    first_ms: int
    last_ms: int


def around(stretch: Stretch) -> Surroundings:
    """What the hub knows around one stretch."""
    return around_all([stretch])[0]


def around_all(stretches: Sequence[Stretch]) -> list[Surroundings]:
    """Gather the surroundings of stretches of different devices; stored lines after them count as neighbours."""
    timed = [_timed(one) for one in stretches]
    spoken = [one for one in timed if one.asked.lines]
    if not spoken:
        return [_quiet(one) for one in timed]
    polls = standings.polls(
        [
            (one.asked.device.pk, one.asked.epoch, one.asked.lines[0].n, instant(one.last_ms) + COMMITTED_WITHIN)
            for one in spoken
        ]
    )
    manifests = bundles.accepted([_wanted(one) for one in spoken])
    keys = standings.revoked([one.asked.device.pk for one in spoken])
    pictures = standings.pictures([one.asked.device.pk for one in spoken])
    has_alerts = alerts.are_any(min(one.first_ms for one in spoken), max(one.last_ms for one in spoken))
    found = []
    for one in timed:
        device, name = one.asked.device, one.asked.device.pk
        if not one.asked.lines:
            found.append(_quiet(one))
            continue
        known = replace(
            _quiet(one),
            manifests=manifests[name],
            commitments=[playlog.Commitment(to_ms(at), n, head) for at, n, head in polls.get(name, ())],
            revoked_ms=_revoked_ms(device, keys.get((name, one.asked.epoch))),
            alerts=alerts.aired(device, from_ms=one.first_ms, until_ms=one.last_ms) if has_alerts else (),
            pictures=pictures.get(name, ()),
        )
        found.append(replace(known, heads=_heads(one.asked, known.commitments)))
    return found


def _timed(stretch: Stretch) -> _Timed:
    lines = stretch.lines
    received_ms = to_ms(stretch.received_at)
    repairs = clocks.repairs(lines, device_id=stretch.device.pk, epoch=stretch.epoch, received_ms=received_ms)
    starts = [repairs[line.n].from_ms if line.n in repairs else line.from_ms for line in lines]
    last_ms = max((start + line.shown_ms for start, line in zip(starts, lines, strict=True)), default=0)
    return _Timed(stretch, repairs, _within(min(starts, default=0)), _within(last_ms))


def _within(instant_ms: int) -> int:
    """The instant, or the nearest that is between 1970 and `LAST_MS`: a device writes what it likes."""
    return max(0, min(instant_ms, LAST_MS))


def _quiet(one: _Timed) -> Surroundings:
    """The surroundings as far as the lines themselves and their neighbours tell."""
    asked = one.asked
    after = [] if asked.is_last else _stored_after(asked)
    every = [*asked.lines, *after]
    return Surroundings(
        received_ms=to_ms(asked.received_at),
        manifests=(),
        commitments=(),
        heads=asked.heads,
        repairs=one.repairs,
        explanations=[line for line in every if line.k in EXPLAINING],
        following=_following(every),
        revoked_ms=None,
        is_cloned=asked.device.is_clone_suspected,
        alerts=(),
        faces=frozenset({asked.device.face_id}),
        is_forked=asked.is_forked,
    )


def _wanted(one: _Timed) -> bundles.Wanted:
    device = one.asked.device
    numbers = frozenset(line.bundle for line in one.asked.lines if line.k == "play")
    return bundles.Wanted(device.pk, device.cluster_id, numbers, one.first_ms, one.last_ms)


def _heads(asked: Stretch, commitments: Sequence[playlog.Commitment]) -> dict[int, str]:
    wanted = {one.n for one in commitments} - asked.heads.keys()
    if asked.is_last:  # polls run ahead of the records
        wanted = {n for n in wanted if n <= asked.lines[-1].n}
    stored = chain.heads(asked.device.pk, asked.epoch, wanted) if wanted else {}
    return {**stored, **asked.heads}


def grade(line: Line, known: Surroundings) -> Graded:
    """The verdict on one of the lines that `known` surrounds."""
    repaired = known.repairs.get(line.n)
    begins = bisect_left(known.commitments, line.n, key=lambda one: one.n)
    context = playlog.Context(
        received_ms=known.received_ms,
        manifests=known.manifests,
        commitments=known.commitments[begins : begins + playlog.MOST_COMMITMENTS],
        heads=known.heads,
        repaired=repaired,
        revoked_ms=known.revoked_ms,
        is_cloned=known.is_cloned,
        is_forked=known.is_forked,
        following=known.following.get(line.n),
        explanations=known.explanations,
        alerts=known.alerts,
        faces=known.faces,
        pictures=known.pictures,
    )
    return Graded(playlog.verdict(line, context=context), repaired)


def grade_all(lines: Iterable[Line], known: Surroundings) -> Iterator[tuple[Verdict, int]]:
    """Verdict and start after clock repair of each of these lines; as `grade`, most at a fifth of its time."""
    run = playlog.Run(
        playlog.Context(
            received_ms=known.received_ms,
            manifests=known.manifests,
            commitments=known.commitments,
            heads=known.heads,
            revoked_ms=known.revoked_ms,
            is_cloned=known.is_cloned,
            is_forked=known.is_forked,
            alerts=known.alerts,
            faces=known.faces,
            pictures=known.pictures,
        ),
        following=known.following,
        repairs=known.repairs,
    )
    for line in lines:
        usual = run.verdict(line)
        if usual is not None:
            yield usual, line.from_ms
        else:
            graded = grade(line, known)
            yield graded.verdict, graded.at_ms(line)


def _revoked_ms(device: Sender, key_revoked_at: datetime | None) -> int | None:
    """Since when the key of that enrolment is revoked: with the device, or by the enrolment after it."""
    since = [at for at in (device.revoked_at, key_revoked_at) if at is not None]
    return to_ms(min(since)) if since else None


def _stored_after(asked: Stretch) -> list[Line]:
    if not asked.lines:
        return []
    rows = PlayRecord.objects.filter(
        device_id=asked.device.pk, epoch=asked.epoch, is_fork=False, n__gt=asked.lines[-1].n
    )
    return chain.lines_of(rows.order_by("n")[:10])


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
