"""Grades stored lines anew when something they lacked has come: a commitment, a clock line, the next line."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from bangtin.bundle.playlog import Line
from bangtin.hub.devices.models import Commitment, Device
from bangtin.hub.kit.clock import from_ms, to_ms
from bangtin.hub.playlog.actions import airing, bookkeeping
from bangtin.hub.playlog.actions.bookkeeping import Entries
from bangtin.hub.playlog.models import OPEN_REASONS, Batch, Grade, PlayRecord
from bangtin.hub.playlog.queries import chain, grading

# a commitment counts for lines that ended at most 15 min before; at one line a second that is 900 lines
REACH = 1_000
# the last play of a face lies among the last lines: only clock, boot and refusal lines come between
LAST = 5
COMMITTED_WITHIN_MS = 900_000


def regrade(*, device: Device, at: datetime) -> int:
    """Grade anew the open rows that a poll at `at` may confirm; give how many changed. The ledger moves with them.

    Cheap where nothing is open: one indexed look.
    """
    return regrade_all(devices=[device], at=at)


def regrade_all(*, devices: Sequence[Device], at: datetime) -> int:
    """As `regrade`, for the polls of many devices: one look for those of whom nothing is open."""
    open_rows = PlayRecord.objects.filter(is_fork=False, reason__in=OPEN_REASONS).filter(_recent(at))
    found = open_rows.filter(device__in=[one.pk for one in devices]).order_by().values_list("device_id", "epoch")
    waiting = set(found.distinct())
    return sum(_regrade(one, at=at) for one in devices if (one.pk, one.epoch) in waiting)


def _regrade(device: Device, *, at: datetime) -> int:
    open_rows = PlayRecord.objects.filter(device=device, epoch=device.epoch, is_fork=False, reason__in=OPEN_REASONS)
    with transaction.atomic(durable=True):
        locked = Device.objects.select_for_update().select_related("face").get(pk=device.pk)
        rows = list(open_rows.filter(_recent(at)).select_related("slot", "batch").order_by("n"))
        changed, moves = _regraded(locked, rows, at=at)
        bookkeeping.book(moves)
    return changed


def _recent(at: datetime) -> Q:
    return Q(shown_ms__gte=to_ms(at) - COMMITTED_WITHIN_MS - F("from_ms"))


def look_again(device: Device, *, epoch: int, lines: Sequence[Line], at: datetime) -> Entries:
    """Grade anew the rows just before new lines that these may decide, and give the ledger's moves; a step of `ingest`.

    The last line on each face now has a neighbour; open ones may find a commitment, an anchor or an explanation.
    """
    if not lines:
        return {}
    first = lines[0].n
    near = PlayRecord.objects.filter(device=device, epoch=epoch, is_fork=False, n__lt=first, n__gte=first - REACH)
    near = near.filter(_decided_by(device, epoch, lines)).exclude(grade=Grade.QUARANTINED)
    rows = list(near.select_related("slot", "batch").order_by("n"))
    return _regraded(device, rows, at=at)[1]


def _decided_by(device: Device, epoch: int, lines: Sequence[Line]) -> Q:
    """Which stored rows the new lines may decide: none is read in vain, a backlog is long."""
    wanted = Q(n__gte=lines[0].n - LAST)
    # heads that can be compared only now, and polls heard since the batch before
    before = Batch.objects.filter(device=device, epoch=epoch, is_fork=False, to_n__lt=lines[0].n).order_by("-to_n")
    heard = Q(n__range=(lines[0].n, lines[-1].n))
    if since := before.values_list("received_at", flat=True).first():
        heard |= Q(n__range=(lines[0].n - REACH, lines[-1].n), received_at__gte=since)
    commitments = Commitment.objects.filter(heard, device=device, epoch=epoch)
    earliest = commitments.order_by("received_at").values_list("received_at", flat=True).first()
    if earliest is not None:
        ended_since = Q(shown_ms__gte=to_ms(earliest) - COMMITTED_WITHIN_MS - F("from_ms"))
        wanted |= Q(reason="uncommitted") & ended_since
    boots = {line.boot for line in lines if line.k == "clock"}
    if boots:
        wanted |= Q(reason="clock_weak", boot__in=boots)
    if any(line.k in grading.EXPLAINING for line in lines):
        wanted |= Q(reason__in=("timeline_other", "bundle_replaced"))
    return wanted


def _regraded(device: Device, rows: list[PlayRecord], *, at: datetime) -> tuple[int, Entries]:
    read = [(row, line) for row in rows if (line := chain.line_of(row)) is not None]
    if not read:
        return 0, {}
    known = grading.around([line for _, line in read], device=device, epoch=rows[0].epoch, received_at=at)
    before: list[Entries] = []
    after: list[Entries] = []
    changed: list[PlayRecord] = []
    moved: list[airing.Sheet] = []
    for row, line in read:
        graded = grading.grade(line, replace(known, received_ms=to_ms(row.batch.received_at)))
        found = (graded.verdict.grade, graded.verdict.reason, from_ms(graded.at_ms(line)))
        if found == (row.grade, row.reason, row.at) or graded.verdict.reason == "record_clone":
            continue
        before.append(bookkeeping.totals([row], sign=-1))
        aired = airing.sheets([row])
        row.grade, row.reason, row.at = found
        after.append(bookkeeping.totals([row]))
        if airing.sheets([row]) != aired:
            moved += [*aired, *airing.sheets([row])]
        changed.append(row)
    PlayRecord.objects.bulk_update(changed, ["grade", "reason", "at"], batch_size=500)
    airing.lay_anew(moved)
    return len(changed), bookkeeping.merged(*before, *after)
