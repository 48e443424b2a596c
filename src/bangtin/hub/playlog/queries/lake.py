"""Answers over all records, sealed or not: rows that left the database are read from the lake, others from their table.

Of a day whose newest part is still in the database (`pruned_at` is empty) the database answers for single records and
the lake for sums; a row is never counted twice.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from itertools import groupby
from pathlib import Path

from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet, prefetch_related_objects

from bangtin.hub.kit import reading
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

    `related` are relations to read with them. Sealed rows come without their line.
    """
    found = PlayRecord.objects.filter(cluster=cluster_id, at__gte=from_at, at__lt=until_at)
    rows = list(found.select_related(*related) if related else found)
    parts = pruned([province_of(cluster_id)], local_date(from_at), local_date(until_at))
    old = recalled(
        parts,
        of_cluster(cluster_id, from_at, until_at),
        related=related,
    )
    return sorted([*old, *rows], key=lambda one: (one.at, one.epoch, one.n))


@dataclass(frozen=True)
class Everywhere:
    """The records of one meaning wherever they lie: a query for those in the database, its words for the others.

    They come in order of time, with their lines.
    """

    found: QuerySet[PlayRecord]
    where: str
    parts: tuple[SealedDay, ...]

    def iterator(self) -> Iterator[PlayRecord]:
        """Each record once, a day of the lake in memory at a time."""
        return merge(self.found.order_by("at", "id").iterator(), self._sealed(), key=lambda one: (one.at, one.pk))

    def count(self) -> int:
        """How many there are."""
        return self.found.count() + sum(int(str(count)) for [count] in sums(self.parts, "count(*)", where=self.where))

    def exists(self) -> bool:
        """Whether there is any."""
        return self.found.exists() or self.count() > 0

    def ids(self, column: str) -> set[int]:
        """The numbers that a column of theirs holds, such as `version_id` or `batch_id`."""
        rows = sums(self.parts, column, where=f"({self.where}) AND {column} IS NOT NULL", group=column)
        return {int(str(key)) for key, *_ in rows} | set(
            self.found.exclude(**{column: None}).order_by().values_list(column, flat=True).distinct()
        )

    def _sealed(self) -> Iterator[PlayRecord]:
        for _on, parts in groupby(self.parts, key=lambda one: one.on):
            yield from sorted(
                (row for part in parts for row in whole(part, self.where)), key=lambda one: (one.at, one.pk)
            )


def pruned(
    provinces: Collection[str] | None = None, from_on: date | None = None, until_on: date | None = None
) -> list[SealedDay]:
    """The parts whose rows have left the database, of these provinces and days (both included)."""
    newest = reading.once("newest-pruned-day", _newest_pruned)
    if newest is None or (from_on is not None and from_on > newest):
        return []
    found = SealedDay.objects.exclude(pruned_at=None)
    found = found if provinces is None else found.filter(province__in=provinces)
    found = found if from_on is None else found.filter(on__gte=from_on)
    return list(found if until_on is None else found.filter(on__lte=until_on))


def _newest_pruned() -> date | None:
    """A page asks once; nearly all ask about days that are still in the database."""
    parts = SealedDay.objects.exclude(pruned_at=None).order_by("-on")
    return parts.values_list("on", flat=True).first()


def recalled(parts: Sequence[SealedDay], where: str, *, related: Sequence[str] = ()) -> list[PlayRecord]:
    """The sealed records of these parts that fit, as rows that are in no table any more."""
    if not parts:
        return []
    cells = table.sealed(paths(parts)).filter(where).project(table.READ).fetchall()
    rows = [_record(one) for one in cells]
    if related and rows:
        prefetch_related_objects(rows, *related)
    return rows


def of_cluster(cluster_id: str, from_at: datetime, until_at: datetime) -> str:
    """The records of a cluster that begin in [from_at, until_at), in the words of the lake."""
    return f'cluster_id = {quoted(cluster_id)} AND "at" >= {_instant(from_at)} AND "at" < {_instant(until_at)}'


def paths(parts: Iterable[SealedDay]) -> list[Path]:
    """The Parquet files of parts."""
    return [places.folder(one.province, one.on) / one.plays_file for one in parts]


def sums(parts: Sequence[SealedDay], select: str, *, where: str = "TRUE", group: str = "") -> list[tuple[object, ...]]:
    """The keys of each group, and what is selected of it, over these parts; nothing where there are none."""
    if not parts:
        return []
    asked = ", ".join(filter(None, (group, select if select != group else "")))
    return table.sealed(paths(parts)).filter(where).aggregate(asked, group).fetchall()


def whole(part: SealedDay, where: str) -> Iterator[PlayRecord]:
    """The records of a part that fit, each with the line that its device signed, read from the evidence."""
    by_device: dict[str, list[PlayRecord]] = {}
    for row in recalled([part], where):
        by_device.setdefault(row.device_id, []).append(row)
    for device, rows in by_device.items():
        found = _said(part, device, {row.batch_id for row in rows})
        for row in rows:
            row.line = found.get((row.batch_id, row.n), b"")
            yield row


def lines(device: str, epoch: int, from_n: int, to_n: int, *, batch_id: int | None = None) -> dict[int, bytes]:
    """n to the line of a device's chain, of those that have left the database; of one batch, or of the main chain."""
    parts = pruned()
    if not parts:
        return {}
    whose = "NOT is_fork" if batch_id is None else f"batch_id = {int(batch_id)}"
    where = f"device_id = {table.quoted(device)} AND epoch = {int(epoch)} AND n BETWEEN {int(from_n)} AND {int(to_n)}"
    held = dict(zip(map(str, paths(parts)), parts, strict=True))
    cells = table.sealed(list(map(Path, held))).filter(f"{where} AND {whose}").project("filename, batch_id, n")
    wanted: dict[str, set[tuple[int, int]]] = {}
    for filename, batch, n in cells.fetchall():
        wanted.setdefault(filename, set()).add((batch, n))
    found: dict[int, bytes] = {}
    for filename, numbers in wanted.items():
        said = _said(held[filename], device, {batch for batch, _ in numbers})
        found |= {n: said[batch, n] for batch, n in numbers if (batch, n) in said}
    return found


def _said(part: SealedDay, device: str, batch_ids: Collection[int]) -> dict[tuple[int, int], bytes]:
    """The lines of these batches in a part's evidence, by batch and number."""
    envelopes = Batch.objects.filter(pk__in=batch_ids).values_list("pk", "checkpoint")
    batches = {bytes(envelope): pk for pk, envelope in envelopes}
    return {
        (batches[sent.envelope], n): line
        for sent in sent_by(part, device)
        if sent.envelope in batches
        for n, line in enumerate(sent.lines, start=sent.from_n)
    }


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
