"""Grades stored lines anew when something they lacked has come: a commitment, a clock line, the next line."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from typing import Any

import django_tasks
from django.db import InterfaceError, OperationalError, transaction

from bangtin.bundle import playlog
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.playlog import Line
from bangtin.hub.devices.models import Device
from bangtin.hub.kit import clock, tasks
from bangtin.hub.kit.clock import from_ms, to_ms
from bangtin.hub.playlog.actions import airing, bookkeeping, sealing, writing
from bangtin.hub.playlog.actions.bookkeeping import Entries
from bangtin.hub.playlog.actions.writing import Entry
from bangtin.hub.playlog.models import OPEN_REASONS
from bangtin.hub.playlog.queries import facts, grading, standings
from bangtin.hub.playlog.queries.facts import Sender
from bangtin.hub.playlog.queries.owners import Turn
from bangtin.hub.playlog.queries.standings import Standing

log = logging.getLogger(__name__)
# a commitment counts for lines that ended at most 15 min before; at one line a second that is 900 lines
REACH = 1_000
# the last play of a face lies among the last lines: only clock, boot and refusal lines come between
LAST = 5
COMMITTED_WITHIN_MS = 900_000
# SQLite's waiting writers look every 100 ms at most: a shorter pause lets them starve
PAUSE_S = 0.12
_ROW = (
    "SELECT r.id, r.n, r.line, r.cluster_id, r.face_id, r.at, r.kind, r.grade, r.reason, r.language, r.bulletin_class,"
    " r.slot_id, s.is_outside_hours, r.version_id, r.shown_ms, b.received_at, r.device_id"
    " FROM {} JOIN playlog_batch b ON b.id = r.batch_id LEFT JOIN schedules_slot s ON s.id = r.slot_id"
    " WHERE r.device_id = {} AND r.epoch = {} AND NOT r.is_fork AND r.grade <> 'quarantined'"
)
_STORED = _ROW.format("playlog_playrecord r", "%s", "%s")
_AMONG = _ROW.format("asked CROSS JOIN playlog_playrecord r", "asked.device", "asked.epoch")
_AMONG += " AND r.n >= asked.first AND r.n < asked.until"
_LATEST = "WITH asked (device, epoch, first, until) AS (VALUES {}) " + _AMONG
# as literals, so that the engines see that the index of open rows will do
_OPEN = " AND ({})".format(" OR ".join(f"r.reason = '{reason}'" for reason in OPEN_REASONS))
_RECENT = " AND r.shown_ms + r.from_ms >= %s"
_HEARD = (
    f"WITH asked (device, epoch, first, until, since) AS (VALUES {{}}) {_AMONG}{_OPEN}"
    " AND r.reason = 'uncommitted' AND r.shown_ms + r.from_ms >= asked.since"
)
_SEEN_THEN = " AND r.kind IN ('play', 'alert') AND r.n > %s AND r.from_ms <= %s AND r.shown_ms + r.from_ms > %s"
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
    """As `regrade`, for the polls of many devices: one look for those of whom nothing is open.

    Lines of one that cannot be graded stay as they are; the polls of the others are answered.
    """
    if not devices:
        return 0
    since = to_ms(at) - COMMITTED_WITHIN_MS
    open_ones = f"{_WAITING} AND r.device_id IN {facts.places(len(devices))}"
    waiting = set(facts.rows(open_ones, since, *(one.pk for one in devices)))
    return sum(_tried(one, since=since, at=at) for one in devices if (one.pk, one.epoch) in waiting)


def _tried(device: Device, *, since: int, at: datetime) -> int:
    try:
        return _regrade(device, since=since, at=at)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # a defect of ours
        log.exception("the open lines of %s were not graded anew", device.pk)
        return 0


def _regrade(device: Device, *, since: int, at: datetime) -> int:
    with transaction.atomic(durable=True):
        sender = standings.lock([device.pk])[device.pk]
        found = _read(_STORED + _OPEN + _RECENT + " ORDER BY r.n", device.pk, device.epoch, since)
        if not found:
            return 0
        known = grading.around(grading.Stretch([one.said for one in found], sender, device.epoch, at))
        before = [_grade(one.entry) for one in found]
        _grade_anew(found, known, at=at)
        return sum(was != _grade(one.entry) for was, one in zip(before, found, strict=True))


def look_again(*, device: Device, at: datetime) -> int:
    """Grade anew stored lines that a picture contradicts which came after them; give how many changed.

    They are looked for among the last `REACH` lines: a picture comes within minutes, a line after its turn.
    """
    taken = standings.pictures([device.pk]).get(device.pk)
    if not taken:
        return 0
    with transaction.atomic(durable=True):
        sender = standings.lock([device.pk])[device.pk]
        end = facts.end(device.pk, device.epoch)
        span = (0 if end is None else end.to - REACH, taken[-1], taken[0])
        found = _read(f"{_STORED}{_SEEN_THEN} ORDER BY r.n", device.pk, device.epoch, *span)
        found = [one for one in found if playlog.looks_otherwise(one.said, taken)]
        if not found:
            return 0
        known = grading.around(grading.Stretch([one.said for one in found], sender, device.epoch, at))
        before = [_grade(one.entry) for one in found]
        _grade_anew(found, known, at=at)
        return sum(was != _grade(one.entry) for was, one in zip(before, found, strict=True))


def _grade(row: Entry) -> tuple[str, str, datetime]:
    return row.grade, row.reason, row.at


@dataclass(frozen=True)
class Coming:
    """New lines of a device, at least one, that are not stored yet; where their batch found its chain."""

    device: Sender
    epoch: int
    lines: Sequence[Line]
    standing: Standing


def before_all(coming: Sequence[Coming]) -> dict[str, list[Stored]]:
    """By device the rows just before new lines that these may decide, in the order of n; a step of `ingest`.

    The last line on each face now has a neighbour; open ones may find a commitment, an anchor or an explanation: none
    is read in vain, a backlog is long.
    """
    coming = [one for one in coming if one.lines[0].n > 1]
    latest = [(one.device.pk, one.epoch, one.lines[0].n - LAST, one.lines[0].n) for one in coming]
    found: dict[str, list[Stored]] = {}
    if coming:
        _sort_in(found, standings.asked(_LATEST, latest, casts=("text", "integer", "bigint", "bigint")))
    # heads that can be compared only now, and polls heard since the batch before
    heard = [(one, one.standing.heard_at) for one in coming if one.standing.heard_at is not None]
    values: list[tuple[facts.Value, ...]] = [
        (one.device.pk, one.epoch, one.lines[0].n - REACH, one.lines[0].n - LAST, to_ms(at) - COMMITTED_WITHIN_MS)
        for one, at in heard
    ]
    if values:
        _sort_in(found, standings.asked(_HEARD, values, casts=("text", "integer", "bigint", "bigint", "bigint")))
    for one in coming:
        _sort_in(found, _explained(one))
    return {device: sorted(rows, key=lambda row: row.entry.n) for device, rows in found.items()}


def _explained(coming: Coming) -> list[tuple[Any, ...]]:
    """The open rows that a clock line or an alert among the new lines may decide."""
    wanted: list[str] = []
    parameters: list[facts.Value] = []
    boots = sorted({line.boot for line in coming.lines if line.k == "clock"})
    if boots:
        wanted.append(f"r.reason = 'clock_weak' AND r.boot IN {facts.places(len(boots))}")
        parameters += boots
    if any(line.k in grading.EXPLAINING for line in coming.lines):
        wanted.append("r.reason IN ('timeline_other', 'bundle_replaced')")
    if not wanted:
        return []
    first = coming.lines[0].n
    chosen = " AND r.n >= %s AND r.n < %s AND (" + " OR ".join(f"({one})" for one in wanted) + ")"
    span = (first - REACH, first - LAST)
    return facts.rows(_STORED + _OPEN + chosen, coming.device.pk, coming.epoch, *span, *parameters)


def _sort_in(found: dict[str, list[Stored]], rows: Sequence[tuple[Any, ...]]) -> None:
    for columns in rows:
        row = _stored(columns)
        if row is not None:
            found.setdefault(columns[-1], []).append(row)


def mend_clocks(*, device_id: str, epoch: int, boot: int, before_n: int, at: datetime) -> int:
    """Put right at `at` every stored line of a boot whose signed time came later, from the first on; how many changed.

    A backlog of thirty days is a quarter of a million lines: a thousand a transaction, so that others come between.
    """
    changed, n = 0, 0
    while True:
        with transaction.atomic(durable=True):
            sender = standings.lock([device_id])[device_id]
            parameters = (device_id, epoch, boot, n, before_n, REACH)
            found = _read(f"{_STORED}{_OPEN}{_OF_BOOT} ORDER BY r.n LIMIT %s", *parameters)
            if not found:
                return changed
            came_at = max(one.received_at for one in found)
            known = grading.around(grading.Stretch([one.said for one in found], sender, epoch, came_at))
            before = [_grade(one.entry) for one in found]
            _grade_anew(found, known, at=at)
            changed += sum(was != _grade(one.entry) for was, one in zip(before, found, strict=True))
        n = found[-1].entry.n
        time.sleep(PAUSE_S)


@django_tasks.task()
def mend_later(device_id: str, epoch: int, boot: int, before_n: int) -> None:
    """Task: `mend_clocks`."""
    mend_clocks(device_id=device_id, epoch=epoch, boot=boot, before_n=before_n, at=clock.now())


def wait_for_mending(device: Sender, epoch: int, lines: Sequence[Line]) -> None:
    """Leave to the worker what signed time among these lines puts right further back than `before` reaches."""
    first = lines[0].n - REACH
    for boot in sorted({line.boot for line in lines if line.k == "clock"}) if first > 1 else ():
        if _read(f"{_STORED}{_OPEN}{_OF_BOOT} LIMIT 1", device.pk, epoch, boot, 0, first):
            tasks.enqueue(mend_later, device.pk, epoch, boot, first)


@dataclass
class Moves:
    """What grading rows anew changed: the rows, the ledger's sums, the sheets to read anew, where rows stood before."""

    changed: list[Entry] = field(default_factory=list)
    booked: list[Entries] = field(default_factory=list)
    sheets: list[airing.Sheet] = field(default_factory=list)
    left: list[tuple[str, datetime]] = field(default_factory=list)

    def add(self, row: Entry, now: tuple[str, str, datetime]) -> None:
        """Let a row have another grade, reason and instant."""
        self.booked.append(bookkeeping.totals([row], sign=-1))
        aired = airing.sheets([row])
        self.left.append((row.cluster_id, row.at))
        row.grade, row.reason, row.at = now
        self.booked.append(bookkeeping.totals([row]))
        if airing.sheets([row]) != aired:
            self.sheets += [*aired, *airing.sheets([row])]
        self.changed.append(row)


def judge_anew(found: Sequence[Stored], known: grading.Surroundings, *, into: Moves) -> None:
    """Grade rows anew and note what changes; `write` writes it."""
    for received_at, rows in groupby(found, key=lambda one: one.received_at):
        some = list(rows)
        then = replace(known, received_ms=to_ms(received_at), is_forked=False)
        for one, (verdict, at_ms) in zip(some, grading.grade_all([one.said for one in some], then), strict=True):
            now = (verdict.grade, verdict.reason, from_ms(at_ms))
            if now != _grade(one.entry) and verdict.reason != "record_clone":
                into.add(one.entry, now)


def write(moves: Moves, *, at: datetime) -> Entries:
    """Write what changed, and give the ledger's sums; a step of `ingest` and `regrade`."""
    writing.change_grades(moves.changed)
    sealing.reopen(moves.changed, at=at, moved=moves.left)
    airing.lay_anew(moves.sheets)
    return bookkeeping.merged(*moves.booked)


def _grade_anew(found: Sequence[Stored], known: grading.Surroundings, *, at: datetime) -> None:
    moves = Moves()
    judge_anew(found, known, into=moves)
    bookkeeping.book(write(moves, at=at))


def _read(sql: str, *parameters: facts.Value) -> list[Stored]:
    read = (_stored(columns) for columns in facts.rows(sql, *parameters))
    return [one for one in read if one is not None]


def _stored(columns: tuple[Any, ...]) -> Stored | None:
    """The row; None if its line cannot be read."""
    pk, n, data, cluster_id, face_id, at, kind, grade, reason, language, class_, *owner, came, _device = columns
    slot_id, outside, version_id, shown_ms = owner
    try:
        said = playlog.parse(bytes(data))
    except BundleRefusal:
        return None
    entry = Entry(
        pk=pk,
        n=n,
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
    )
    return Stored(entry, said, facts.instant(came))
