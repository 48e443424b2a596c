"""Answers over all records, sealed or not: rows that left the database are read from the lake, others from their table.

Of a day whose newest part is still in the database (`pruned_at` is empty) the database answers for single records and
the lake for sums; a row is never counted twice.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet, prefetch_related_objects

from bangtin.hub.kit.clock import LOCAL, local_date
from bangtin.hub.playlog.lake import evidence, places, table
from bangtin.hub.playlog.models import Batch, PlayRecord, SealedDay

DAY = timedelta(days=1)
quoted = table.quoted
_AT = table.RECORD_NAMES.index("at")


def province_of(cluster_id: str) -> str:
    """The province of a cluster by its id."""
    return cluster_id.split("/", 1)[0]


def midnight(on: date) -> datetime:
    """When a day begins in Viet Nam."""
    return datetime.combine(on, time(), LOCAL)


def records(cluster_id: str, from_at: datetime, until_at: datetime, *, related: Sequence[str] = ()) -> list[PlayRecord]:
    """The records of a cluster that begin in [from_at, until_at), in order of time, wherever they lie.

    `related` are relations to read with them. Sealed rows come without their line: `with_lines` reads it.
    """
    found = PlayRecord.objects.filter(cluster=cluster_id, at__gte=from_at, at__lt=until_at)
    rows = list(found.select_related(*related) if related else found)
    parts = pruned([province_of(cluster_id)], local_date(from_at), local_date(until_at))
    old = recalled(
        parts,
        f'cluster_id = {table.quoted(cluster_id)} AND "at" >= {_instant(from_at)} AND "at" < {_instant(until_at)}',
        related=related,
    )
    return sorted([*old, *rows], key=lambda one: (one.at, one.epoch, one.n))


def matching(found: QuerySet[PlayRecord], where: str, *, within: Iterable[SealedDay]) -> list[PlayRecord]:
    """The open rows of a query and the sealed ones of the same meaning (`where` in SQL), in order of time."""
    return sorted([*recalled(list(within), where), *found], key=lambda one: (one.at, one.pk))


def pruned(
    provinces: Collection[str] | None = None, from_on: date | None = None, until_on: date | None = None
) -> list[SealedDay]:
    """The parts whose rows have left the database, of these provinces and days (both included)."""
    found = SealedDay.objects.exclude(pruned_at=None)
    found = found if provinces is None else found.filter(province__in=provinces)
    found = found if from_on is None else found.filter(on__gte=from_on)
    return list(found if until_on is None else found.filter(on__lte=until_on))


def recalled(parts: Sequence[SealedDay], where: str, *, related: Sequence[str] = ()) -> list[PlayRecord]:
    """The sealed records of these parts that fit, as rows that are in no table any more."""
    if not parts:
        return []
    cells = table.sealed(paths(parts)).filter(where).project(table.READ).fetchall()
    rows = [_record(one) for one in cells]
    if related and rows:
        prefetch_related_objects(rows, *related)
    return rows


def paths(parts: Iterable[SealedDay]) -> list[Path]:
    """The Parquet files of parts."""
    return [places.folder(one.province, one.on) / one.plays_file for one in parts]


def sums(parts: Sequence[SealedDay], *, select: str, where: str, group: str) -> list[tuple[object, ...]]:
    """What a grouped statement over these parts gives; nothing where there are none."""
    if not parts:
        return []
    return table.sealed(paths(parts)).filter(where).aggregate(f"{group}, {select}", group).fetchall()


def with_lines(rows: Iterable[PlayRecord]) -> Iterator[PlayRecord]:
    """The same rows, those from the lake with the line their device signed, read from its evidence."""
    for (device, epoch, batch_id), some in groupby(rows, key=lambda one: (one.device_id, one.epoch, one.batch_id)):
        group = list(some)
        if any("line" in one.get_deferred_fields() for one in group):
            known = lines(device, epoch, min(one.n for one in group), max(one.n for one in group), batch_id=batch_id)
            for one in group:
                one.line = known.get(one.n, b"")
        yield from group


def lines(device: str, epoch: int, from_n: int, to_n: int, *, batch_id: int | None = None) -> dict[int, bytes]:
    """n to the line of a device's chain, of those that have left the database; of one batch, or of the main chain."""
    parts = pruned()
    if not parts:
        return {}
    whose = "NOT is_fork" if batch_id is None else f"batch_id = {int(batch_id)}"
    where = f"device_id = {table.quoted(device)} AND epoch = {int(epoch)} AND n BETWEEN {int(from_n)} AND {int(to_n)}"
    held = dict(zip(map(str, paths(parts)), parts, strict=True))
    cells = table.sealed(list(map(Path, held))).filter(f"{where} AND {whose}").project("filename, batch_id, n")
    wanted: dict[tuple[str, int], list[int]] = {}
    for filename, batch, n in cells.fetchall():
        wanted.setdefault((filename, batch), []).append(n)
    envelopes = dict(Batch.objects.filter(pk__in={pk for _, pk in wanted}).values_list("pk", "checkpoint"))
    found: dict[int, bytes] = {}
    for (filename, batch), numbers in wanted.items():
        for sent in sent_by(held[filename], device):
            if sent.envelope == bytes(envelopes[batch]):
                found |= {n: sent.lines[n - sent.from_n] for n in numbers}
    return found


def sent_by(part: SealedDay, device: str) -> list[evidence.Sent]:
    """The batches of one device in a part's evidence. Raises: places.Changed, evidence.Unreadable."""
    told = places.read_part(part.province, part.on, name=part.manifest_file, sha256=part.manifest_sha256)
    folder = places.folder(part.province, part.on)
    return [
        sent
        for one in told.evidence
        if one.device == device
        for sent in evidence.unpack((folder / one.name).read_bytes())
    ]


def _record(cells: Sequence[object]) -> PlayRecord:
    at = cells[_AT]
    assert isinstance(at, datetime)
    values = [*cells[:_AT], at.replace(tzinfo=UTC), *cells[_AT + 1 :]]
    return PlayRecord.from_db(DEFAULT_DB_ALIAS, table.RECORD_NAMES, values)


def _instant(at: datetime) -> str:
    return f"TIMESTAMP '{at.astimezone(UTC).replace(tzinfo=None).isoformat(' ')}'"
