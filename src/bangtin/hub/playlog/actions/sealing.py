"""Seals closed days into the lake, and lets their rows leave the database once what was sealed is proved."""

import logging
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Protocol

import django_tasks
from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, QuerySet

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices.models import Device, DeviceKey
from bangtin.hub.kit import audit, clock
from bangtin.hub.playlog.actions.airing import AIRED
from bangtin.hub.playlog.lake import evidence, places, table
from bangtin.hub.playlog.lake.evidence import Sent
from bangtin.hub.playlog.lake.places import Kept, Part
from bangtin.hub.playlog.models import Batch, PlayRecord, SealedDay, Sealing
from bangtin.hub.playlog.queries import lake, sealed
from bangtin.hub.playlog.queries.keeping import open_holds

log = logging.getLogger(__name__)
# a day is closed when another whole day has passed: what was shown then has been sent and graded by its polls
CLOSED_AFTER = timedelta(days=2)
AT_ONCE = 500
# rows that keep coming for a day leave it to the next night
TRIES = 3
_JOINED = (
    "version__programme__code", "version__programme__agency_id", "version__programme__category",
    "slot__is_outside_hours",
)  # fmt: skip
_PLACE = {name: place for place, name in enumerate(table.RECORD_NAMES)}


class Placed(Protocol):
    """What tells the day of a row."""

    cluster_id: str
    at: datetime


@django_tasks.task()
def seal_by_itself() -> None:
    """Seal what is closed and let go what may go; the daily timer queues it."""
    at = clock.now()
    seal_due(at=at)
    prune_due(at=at)


def seal_due(*, at: datetime, only: date | None = None) -> list[SealedDay]:
    """Seal every closed day that has rows outside the lake, or the day `only`; gives the parts that were made."""
    last = clock.local_date(at) - CLOSED_AFTER
    held = set(SealedDay.objects.filter(pruned_at=None).values_list("province", "on"))
    due = sorted(one for one in _days(last) - held if only is None or one[1] == only)
    made = (seal(province=province, on=on, at=at) for province, on in due)
    return [one for one in made if one is not None]


def seal(*, province: str, on: date, at: datetime) -> SealedDay | None:
    """Write a province's day, as it is in the database now, and what its screens sent; in place of its open part.

    None where rows came to it or left it each time while it was written: it is due again.
    """
    for _try in range(TRIES):
        made = _sealed(province, on, begun=_begin(province, on, at=at), at=at)
        if made is not None:
            return made
    log.warning("%s %s was not sealed: its rows still change", province, on)
    return None


def _begin(province: str, on: date, *, at: datetime) -> Sealing:
    """From here on whatever changes the day's rows is noticed: see `reopen`."""
    with transaction.atomic(durable=True):
        # who holds one of these may be changing rows of the day and could not see what follows: wait for them
        list(Device.objects.select_for_update().order_by("pk").values_list("pk"))
        Sealing.objects.filter(province=province, on=on).delete()
        return Sealing.objects.create(province=province, on=on, begun_at=at)


def _sealed(province: str, on: date, *, begun: Sealing, at: datetime) -> SealedDay | None:
    """The files are on the disk before the row that names them. Its manifest's digest enters the audit trail.

    None, and nothing is recorded, where the rows are not those that were read.
    """
    done = SealedDay.objects.filter(province=province, on=on).exclude(pruned_at=None)
    number = (done.aggregate(last=Max("part"))["last"] or 0) + 1
    part = _written(province, on, number=number)
    folder = places.folder(province, on)
    name, sha256 = places.keep(part.encode(), into=folder, stem=f"_sealed-{number}", ending="json")
    with transaction.atomic(durable=True):
        is_as_read, _each = Sealing.objects.filter(pk=begun.pk).delete()
        if not is_as_read:
            return None
        row, _made = SealedDay.objects.update_or_create(
            province=province,
            on=on,
            part=number,
            defaults={
                "rows": part.rows,
                "plays_file": part.plays.name,
                "plays_bytes": part.plays.size_bytes,
                "evidence_bytes": sum(one.size_bytes for one in part.evidence),
                "manifest_file": name,
                "manifest_sha256": sha256,
                "sealed_at": at,
            },
        )
        audit.record("day.sealed", row, actor=None, at=at, day=str(row), rows=part.rows, manifest_sha256=sha256)
        kept = {name, part.plays.name, *(one.name for one in part.evidence)}
        transaction.on_commit(lambda: places.remove(places.of_part(folder, number) - {folder / one for one in kept}))
    return row


def prune_due(*, at: datetime, kept_days: int | None = None) -> list[SealedDay]:
    """Let the rows of sealed days leave the database that are older than the setting says; gives those parts.

    What is under a legal hold stays. Nothing leaves that is not proved: see `prune`.
    """
    kept = settings.RECORDS_KEPT_DAYS if kept_days is None else kept_days
    if kept <= 0:
        return []
    last = clock.local_date(at) - max(timedelta(days=kept), CLOSED_AFTER)
    parts = SealedDay.objects.filter(pruned_at=None, on__lt=last)
    return [part for part in parts if not _is_held(part) and prune(part=part, at=at)]


def prune(*, part: SealedDay, at: datetime) -> bool:
    """Let a sealed part's rows leave the database; False, and nothing leaves, where they are not what was sealed.

    Every row is compared with the Parquet file, and the part with its evidence, before the first row goes.
    """
    if sealed.check(part).problems:
        return False
    with transaction.atomic(durable=True):
        found = SealedDay.objects.select_for_update().filter(pk=part.pk).first()
        if found is None:  # lines came for its day since it was chosen: see `reopen`
            return False
        if found.pruned_at is not None or not _is_as_sealed(found):
            SealedDay.objects.filter(pk=found.pk, pruned_at=None).delete()  # the next sealing makes it anew
            return False
        part = found
        # those that were compared and no others: a row may have come meanwhile
        compared = iter(table.sealed(lake.paths([part])).project("id").fetchall())
        while some := [pk for (pk,) in islice(compared, AT_ONCE)]:
            PlayRecord.objects.filter(pk__in=some).delete()
        part.pruned_at = at
        part.save(update_fields=["pruned_at"])
        audit.record("day.pruned", part, actor=None, at=at, day=str(part), rows=part.rows)
    return True


def reopen(rows: Iterable[Placed], *, at: datetime, moved: Iterable[tuple[str, datetime]] = ()) -> None:
    """Forget the open parts of closed days that these rows came to or left by `at`, now; a step of ingest and regrade.

    The next sealing makes them anew. Costs nothing for rows of yesterday and today.
    """
    closed_by = at - timedelta(days=1)
    places_ = {(one.cluster_id, one.at) for one in rows if one.at < closed_by}
    places_ |= {(cluster_id, then) for cluster_id, then in moved if then < closed_by}
    days = {(lake.province_of(cluster_id), clock.local_date(then)) for cluster_id, then in places_}
    for province, on in sorted(days):  # in one order by everyone: two groups may be under way
        Sealing.objects.filter(province=province, on=on).delete()  # first: else it might become a part in between
        SealedDay.objects.filter(province=province, on=on, pruned_at=None).delete()


def _is_as_sealed(part: SealedDay) -> bool:
    """Whether the day's rows are those in the Parquet file, each column of each; a cluster in memory at a time."""
    count = 0
    for cluster_id in Cluster.objects.filter(pk__startswith=f"{part.province}/").values_list("pk", flat=True):
        rows = _of_day(part.province, part.on).filter(cluster=cluster_id).order_by("pk")
        held = sorted(sealed.bare_rows(part, f"cluster_id = {lake.quoted(cluster_id)}"))
        if held != list(rows.values_list(*table.RECORD_NAMES)):
            return False
        count += len(held)
    return count == part.rows


def _days(last: date) -> set[tuple[str, date]]:
    """Province and day of every row up to the end of `last`, stepping from day to day through the index."""
    found: set[tuple[str, date]] = set()
    ends = lake.midnight(last + lake.DAY)
    for cluster_id in Cluster.objects.values_list("pk", flat=True):
        rows = PlayRecord.objects.filter(cluster=cluster_id, at__lt=ends)
        begins = rows.aggregate(first=Min("at"))["first"]
        while begins is not None:
            on = clock.local_date(begins)
            found.add((lake.province_of(cluster_id), on))
            begins = rows.filter(at__gte=lake.midnight(on + lake.DAY)).aggregate(first=Min("at"))["first"]
    return found


def _of_day(province: str, on: date) -> QuerySet[PlayRecord]:
    begins = lake.midnight(on)
    clusters = Cluster.objects.filter(pk__startswith=f"{province}/").values("pk")
    return PlayRecord.objects.filter(cluster__in=clusters, at__gte=begins, at__lt=begins + lake.DAY).order_by()


def _rows(province: str, on: date) -> Iterator[tuple[object, ...]]:
    """The day's rows in the order of the table's columns."""
    for row in _of_day(province, on).values_list(*table.RECORD_NAMES, *_JOINED).iterator(chunk_size=5_000):
        record, (code, agency, category, is_outside) = row[: len(_PLACE)], row[len(_PLACE) :]
        is_aired = (
            record[_PLACE["kind"]] == "play"
            and record[_PLACE["version_id"]] is not None
            and record[_PLACE["grade"]] in AIRED
        )
        aired_ms = min(record[_PLACE["shown_ms"]], table.LONGEST_MS) if is_aired else 0
        yield *record, code or "", agency or "", category or "", bool(is_outside), int(is_aired), aired_ms


def _written(province: str, on: date, *, number: int) -> Part:
    """Write the Parquet file and the evidence of every device; gives what the manifest tells."""
    folder = places.folder(province, on)
    by_device: dict[str, Counter[int]] = {}

    def counted() -> Iterator[tuple[object, ...]]:
        for row in _rows(province, on):
            batches = by_device.setdefault(str(row[_PLACE["device_id"]]), Counter())
            batches[int(str(row[_PLACE["batch_id"]]))] += 1
            yield row

    making = folder / f"_plays-{number}.{os.getpid()}.new"
    table.write(counted(), making)
    rows = sum(batches.total() for batches in by_device.values())
    name, sha256 = places.settle(making, into=folder, stem=f"plays-{number}", ending="parquet")
    plays = Kept(name, sha256, (folder / name).stat().st_size, rows)
    kept = []
    for device, batches in sorted(by_device.items()):
        stem = places.evidence_name(device, number)
        name, sha256 = places.keep(evidence.pack(_sent(batches)), into=folder, stem=stem, ending="jsonl.gz")
        kept.append(Kept(name, sha256, (folder / name).stat().st_size, batches.total(), device))
    return Part(province, on, number, rows, plays, tuple(kept), _keys(by_device))


def _sent(batch_ids: Iterable[int]) -> Iterator[Sent]:
    """These batches whole, as received, in the order of the chain; lines that have left the database from the lake."""
    for batch in Batch.objects.filter(pk__in=batch_ids).order_by("epoch", "from_n", "pk"):
        stored = dict(batch.records.values_list("n", "line"))
        wanted = range(batch.from_n, batch.to_n + 1)
        if len(stored) < len(wanted):  # sealed anew by the device under another batch, or gone to the lake
            others = PlayRecord.objects.filter(
                device=batch.device_id, epoch=batch.epoch, is_fork=False, n__range=(batch.from_n, batch.to_n)
            )
            before = lake.lines(batch.device_id, batch.epoch, batch.from_n, batch.to_n, batch_id=batch.pk)
            stored = {**dict(others.values_list("n", "line")), **before, **stored}
        if len(stored) < len(wanted):
            stored = {**lake.lines(batch.device_id, batch.epoch, batch.from_n, batch.to_n), **stored}
        if len(stored) == len(wanted):
            lines = tuple(bytes(stored[n]) for n in wanted)
            yield Sent(bytes(batch.checkpoint), lines, batch.epoch, batch.from_n)
        else:
            log.error("batch %s is not whole; its rows will stay in the database", batch)


def _keys(devices: Iterable[str]) -> dict[str, dict[str, str]]:
    """The public keys by device and epoch: with them the evidence is checked without this database."""
    found: dict[str, dict[str, str]] = {}
    names = sorted(devices)
    for device, epoch, key in DeviceKey.objects.filter(device__in=names).values_list("device", "epoch", "public_key"):
        found.setdefault(device, {})[str(epoch)] = key
    for device, epoch, key in Device.objects.filter(pk__in=names).values_list("pk", "epoch", "public_key"):
        found.setdefault(device, {})[str(epoch)] = key
    return found


def _is_held(part: SealedDay) -> bool:
    """Whether a legal hold lies on a cluster of the province or on a programme that was shown on the day."""
    for one in open_holds():
        if one.cluster_id is not None and lake.province_of(one.cluster_id) == part.province:
            return True
        if one.programme_id is not None and _of_day(part.province, part.on).filter(version__programme=one.programme_id):
            return True
    return False
