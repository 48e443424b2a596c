"""Grades stored lines anew when something they lacked has come: a commitment, a clock line, the next line."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import django_tasks
from django.db import transaction

from bangtin.bundle import playlog
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.playlog import Line
from bangtin.hub.devices.models import Device
from bangtin.hub.kit import tasks
from bangtin.hub.kit.clock import from_ms, to_ms
from bangtin.hub.playlog.actions import airing, bookkeeping, sealing, writing
from bangtin.hub.playlog.actions.bookkeeping import Entries
from bangtin.hub.playlog.actions.writing import Entry
from bangtin.hub.playlog.models import OPEN_REASONS
from bangtin.hub.playlog.queries import facts, grading
from bangtin.hub.playlog.queries.facts import End, Sender
from bangtin.hub.playlog.queries.owners import Turn

# a commitment counts for lines that ended at most 15 min before; at one line a second that is 900 lines
REACH = 1_000
# the last play of a face lies among the last lines: only clock, boot and refusal lines come between
LAST = 5
COMMITTED_WITHIN_MS = 900_000
NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_STORED = (
    "SELECT r.id, r.n, r.line, r.cluster_id, r.face_id, r.at, r.kind, r.grade, r.reason, r.language, r.bulletin_class,"
    " r.slot_id, s.is_outside_hours, r.version_id, r.shown_ms, b.received_at"
    " FROM playlog_playrecord r JOIN playlog_batch b ON b.id = r.batch_id"
    " LEFT JOIN schedules_slot s ON s.id = r.slot_id"
    " WHERE r.device_id = %s AND r.epoch = %s AND NOT r.is_fork AND r.grade <> 'quarantined'"
)
# as literals, so that the engines see that the index of open rows will do
_OPEN = " AND r.reason IN ({})".format(", ".join(f"'{reason}'" for reason in OPEN_REASONS))
_RECENT = " AND r.shown_ms + r.from_ms >= %s"
_OF_BOOT = " AND r.reason = 'clock_weak' AND r.boot = %s AND r.n > %s AND r.n < %s"
_WAITING = f"SELECT DISTINCT r.device_id, r.epoch FROM playlog_playrecord r WHERE NOT r.is_fork{_OPEN}{_RECENT}"  # noqa: S608 - our own names


@dataclass(frozen=True)
class Stored:
    """A stored row that may be graded anew: what it says, what it is worth so far, when its batch came."""

    entry: Entry
    said: Line
    received_at: datetime


def regrade(*, device: Device, at: datetime) -> int:
    """Grade anew the open rows that a poll at `at` may confirm; give how many changed. The ledger moves with them.

    Cheap where nothing is open: one indexed look.
    """
    return regrade_all(devices=[device], at=at)


def regrade_all(*, devices: Sequence[Device], at: datetime) -> int:
    """As `regrade`, for the polls of many devices: one look for those of whom nothing is open."""
    if not devices:
        return 0
    since = to_ms(at) - COMMITTED_WITHIN_MS
    open_ones = f"{_WAITING} AND r.device_id IN {facts.places(len(devices))}"
    waiting = set(facts.rows(open_ones, since, *(one.pk for one in devices)))
    return sum(_regrade(one, since=since, at=at) for one in devices if (one.pk, one.epoch) in waiting)


def _regrade(device: Device, *, since: int, at: datetime) -> int:
    with transaction.atomic(durable=True):
        sender = facts.lock(device.pk)
        found = _read(_STORED + _OPEN + _RECENT + " ORDER BY r.n", device.pk, device.epoch, since)
        if not found:
            return 0
        known = grading.around([one.said for one in found], device=sender, epoch=device.epoch, received_at=at)
        before = [_grade(one.entry) for one in found]
        bookkeeping.book(grade_anew(found, known))
        return sum(was != _grade(one.entry) for was, one in zip(before, found, strict=True))


def _grade(row: Entry) -> tuple[str, str, datetime]:
    return row.grade, row.reason, row.at


def before(device: Sender, epoch: int, lines: Sequence[Line], *, last: End | None) -> list[Stored]:
    """The rows just before new lines that these may decide, in the order of n; a step of `ingest`.

    The last line on each face now has a neighbour; open ones may find a commitment, an anchor or an explanation: none
    is read in vain, a backlog is long.
    """
    first, newest = lines[0].n, lines[-1].n
    if first == 1:
        return []
    wanted: list[str] = []
    parameters: list[facts.Value] = []
    # heads that can be compared only now, and polls heard since the batch before
    numbers = (first - REACH, newest, first)
    earliest = facts.heard_since(device.pk, epoch, numbers=numbers, since=last.received_at if last else NEVER)
    if earliest is not None:
        wanted.append("r.reason = 'uncommitted' AND r.shown_ms + r.from_ms >= %s")
        parameters.append(to_ms(earliest) - COMMITTED_WITHIN_MS)
    boots = sorted({line.boot for line in lines if line.k == "clock"})
    if boots:
        wanted.append(f"r.reason = 'clock_weak' AND r.boot IN {facts.places(len(boots))}")
        parameters += boots
    if any(line.k in grading.EXPLAINING for line in lines):
        wanted.append("r.reason IN ('timeline_other', 'bundle_replaced')")
    latest = _read(f"{_STORED} AND r.n >= %s AND r.n < %s", device.pk, epoch, first - LAST, first)
    if wanted:
        chosen = " AND r.n >= %s AND r.n < %s AND (" + " OR ".join(f"({one})" for one in wanted) + ")"
        latest += _read(_STORED + _OPEN + chosen, device.pk, epoch, first - REACH, first - LAST, *parameters)
    return sorted(latest, key=lambda one: one.entry.n)


def mend_clocks(*, device_id: str, epoch: int, boot: int, before_n: int) -> int:
    """Put right every stored line of a boot whose signed time came later, from the first on; give how many changed.

    A backlog of thirty days is a quarter of a million lines: a thousand a transaction, so that others come between.
    """
    changed, n = 0, 0
    while True:
        with transaction.atomic(durable=True):
            sender = facts.lock(device_id)
            parameters = (device_id, epoch, boot, n, before_n, REACH)
            found = _read(f"{_STORED}{_OPEN}{_OF_BOOT} ORDER BY r.n LIMIT %s", *parameters)
            if not found:
                return changed
            at = max(one.received_at for one in found)
            known = grading.around([one.said for one in found], device=sender, epoch=epoch, received_at=at)
            before = [_grade(one.entry) for one in found]
            bookkeeping.book(grade_anew(found, known))
            changed += sum(was != _grade(one.entry) for was, one in zip(before, found, strict=True))
        n = found[-1].entry.n


@django_tasks.task()
def mend_later(device_id: str, epoch: int, boot: int, before_n: int) -> None:
    """Task: `mend_clocks`."""
    mend_clocks(device_id=device_id, epoch=epoch, boot=boot, before_n=before_n)


def wait_for_mending(device: Sender, epoch: int, lines: Sequence[Line]) -> None:
    """Leave to the worker what signed time among these lines puts right further back than `before` reaches."""
    first = lines[0].n - REACH
    for boot in sorted({line.boot for line in lines if line.k == "clock"}) if first > 1 else ():
        if _read(f"{_STORED}{_OPEN}{_OF_BOOT} LIMIT 1", device.pk, epoch, boot, 0, first):
            tasks.enqueue(mend_later, device.pk, epoch, boot, first)


def grade_anew(found: Sequence[Stored], known: grading.Surroundings) -> Entries:
    """Write what of these rows changed, and give the ledger's moves; a step of `ingest` and `regrade`."""
    moves: list[Entries] = []
    changed: list[Entry] = []
    moved: list[airing.Sheet] = []
    left: list[tuple[str, datetime]] = []
    for one in found:
        row = one.entry
        graded = grading.grade(one.said, replace(known, received_ms=to_ms(one.received_at), is_forked=False))
        now = (graded.verdict.grade, graded.verdict.reason, from_ms(graded.at_ms(one.said)))
        if now == _grade(row) or graded.verdict.reason == "record_clone":
            continue
        moves.append(bookkeeping.totals([row], sign=-1))
        aired = airing.sheets([row])
        left.append((row.cluster_id, row.at))
        row.grade, row.reason, row.at = now
        moves.append(bookkeeping.totals([row]))
        if airing.sheets([row]) != aired:
            moved += [*aired, *airing.sheets([row])]
        changed.append(row)
    writing.change_grades(changed)
    sealing.reopen(changed, at=from_ms(known.received_ms), moved=left)
    airing.lay_anew(moved)
    return bookkeeping.merged(*moves)


def _read(sql: str, *parameters: facts.Value) -> list[Stored]:
    read = (_stored(columns) for columns in facts.rows(sql, *parameters))
    return [one for one in read if one is not None]


def _stored(columns: tuple[Any, ...]) -> Stored | None:
    """The row; None if its line cannot be read."""
    pk, n, data, cluster_id, face_id, at, kind, grade, reason, language, class_, *owner, came = columns
    slot_id, outside, version_id, shown_ms = owner
    try:
        said = playlog.parse(bytes(data))
    except BundleRefusal:
        return None
    entry = Entry(
        n=n,
        line=b"",
        cluster_id=cluster_id,
        face_id=face_id,
        at=facts.instant(at),
        kind=kind,
        grade=grade,
        reason=reason,
        language=language,
        bulletin_class=class_,
        slot=None if slot_id is None else Turn(slot_id, bool(outside)),
        version_id=version_id,
        shown_ms=shown_ms,
        pk=pk,
    )
    return Stored(entry, said, facts.instant(came))
