"""Proves sealed days again from their files: digests, every signature and chain, every row against its signed line."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.bundle import playlog
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices.models import Device, DeviceKey
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.playlog.lake import evidence, places, table
from bangtin.hub.playlog.lake.places import Changed, Part
from bangtin.hub.playlog.models import Airtime, Batch, Grade, PlayRecord, SealedDay
from bangtin.hub.playlog.queries import lake

# columns of a row that are the line's own words, and the name they have there
SAID = {
    "boot": "boot", "kind": "k", "bundle": "bundle", "item": "item", "content": "content", "language": "lang",
    "bulletin_class": "class_", "face_id": "face", "from_ms": "from_ms", "mono_ms": "mono_ms",
    "shown_ms": "shown_ms", "clock": "clock", "end": "end",
}  # fmt: skip
_PLACE = {name: place for place, name in enumerate(table.RECORD_NAMES)}
MOST_PROBLEMS = 100
# what a batch is refused for, in words of ours: the wire's own are English (bundle-format 8.2, 8.3)
REFUSED = {
    "batch_unsigned": gettext_noop("the device's key did not sign this batch"),
    "batch_chain": gettext_noop("its lines do not fold to the head that the device signed"),
}
Place = tuple[int, int, bool]


@dataclass(frozen=True)
class Problem:
    """What does not hold: `code`, the file, device or row it is about, and what is wrong in words of ours.

    Codes: part_unaudited, manifest_changed, plays_changed, evidence_changed, evidence_unreadable, batch_unsigned,
    batch_chain, batch_gap, device_unknown, row_unproved, row_differs, line_missing, sums_differ, ledger_differs.
    """

    code: str
    subject: str
    detail: str


@dataclass(frozen=True)
class Checked:
    """A part, what was looked at, and what does not hold."""

    part: SealedDay
    rows: int = 0
    lines: int = 0
    batches: int = 0
    devices: int = 0
    problems: tuple[Problem, ...] = ()

    def to_object(self) -> dict[str, object]:
        """The JSON object of `bangtin playlog verify`."""
        part = self.part
        return {
            "province": part.province,
            "day": part.on.isoformat(),
            "part": part.part,
            "is_pruned": part.pruned_at is not None,
            "rows": self.rows,
            "lines": self.lines,
            "batches": self.batches,
            "devices": self.devices,
            "plays_bytes": part.plays_bytes,
            "evidence_bytes": part.evidence_bytes,
            "ok": not self.problems,
            "problems": [{"code": one.code, "subject": one.subject, "detail": one.detail} for one in self.problems],
        }


@dataclass
class _Count:
    lines: int = 0
    batches: int = 0
    devices: int = 0


def check_day(on: date, *, province: str | None = None) -> list[Checked]:
    """Every part of a day, proved; the day's ledger is held against all of them together with the first."""
    parts = SealedDay.objects.filter(on=on)
    found = []
    for part in parts if province is None else parts.filter(province=province):
        checked = check(part)
        ledger = () if checked.problems or part.part > 1 else tuple(_ledger(part.province, on))
        found.append(Checked(**{**vars(checked), "problems": (*checked.problems, *ledger)}))
    return found


def provinces() -> list[str]:
    """The provinces whose days may be sealed here: those of clusters, and those of parts that are there."""
    of_clusters = {pk.partition("/")[0] for pk in Cluster.objects.values_list("pk", flat=True)}
    return sorted(of_clusters | set(SealedDay.objects.values_list("province", flat=True)))


def check(part: SealedDay) -> Checked:
    """One part: its manifest, its Parquet file, and every device's evidence with each line against its row."""
    count = _Count()
    try:
        told = places.read_part(part.province, part.on, name=part.manifest_file, sha256=part.manifest_sha256)
    except Changed as error:
        return Checked(part, problems=(Problem("manifest_changed", error.name, error.detail),))
    problems = [*_audited(part), *_files(part, told)]
    if any(one.code == "plays_changed" for one in problems):
        return Checked(part, problems=tuple(problems))
    broken = {one.subject for one in problems}
    for kept in told.evidence:
        if kept.name in broken or len(problems) > MOST_PROBLEMS:
            continue
        count.devices += 1
        problems += _device(part, told, kept.device, name=kept.name, count=count)
    problems += [] if broken else _whole(part, told)
    return Checked(part, part.rows, count.lines, count.batches, count.devices, tuple(problems[:MOST_PROBLEMS]))


def bare_rows(part: SealedDay, where: str) -> list[tuple[object, ...]]:
    """The columns of the play records in a part that fit, as the database gives them."""
    return [tuple(getattr(one, name) for name in table.RECORD_NAMES) for one in lake.recalled([part], where)]


def _audited(part: SealedDay) -> Iterator[Problem]:
    """The trail's newest word on the part names this manifest."""
    entry = AuditEntry.objects.filter(
        action="day.sealed", subject_type=SealedDay._meta.label_lower, subject_id=str(part.pk)
    ).last()
    if entry is None or entry.details.get("manifest_sha256") != part.manifest_sha256:
        yield Problem("part_unaudited", str(part), _("the audit trail names another manifest, or none"))


def _files(part: SealedDay, told: Part) -> Iterator[Problem]:
    folder = places.folder(part.province, part.on)
    for code, kept in (("plays_changed", told.plays), *(("evidence_changed", one) for one in told.evidence)):
        try:
            places.checked(folder / kept.name, kept)
        except Changed as error:
            yield Problem(code, error.name, error.detail)


def _device(part: SealedDay, told: Part, device: str, *, name: str, count: _Count) -> Iterator[Problem]:
    """One device: signatures, chain, and its rows against its lines."""
    keys = _keys(device) or told.keys.get(device, {})
    if not keys:
        yield Problem("device_unknown", device, _("no key of this device is known"))
        return
    folder = places.folder(part.province, part.on)
    said: dict[Place, tuple[bytes, playlog.Line | None]] = {}
    forks = _forks(device)
    ends: dict[int, tuple[int, str]] = {}
    try:
        for sent in evidence.unpack((folder / name).read_bytes()):
            key = keys.get(str(sent.epoch), "")
            batch = evidence.check(sent, device=device, key=base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
            checkpoint = batch.checkpoint
            is_fork = (checkpoint.epoch, checkpoint.from_n, checkpoint.head) in forks
            count.batches += 1
            count.lines += len(batch.rows)
            said |= {(checkpoint.epoch, row.n, is_fork): (row.data, row.line) for row in batch.rows}
            if not is_fork:
                yield from _joins(device, checkpoint, ends.get(checkpoint.epoch))
                ends[checkpoint.epoch] = (checkpoint.to_n, checkpoint.head)
    except BundleRefusal as refusal:
        words = _(REFUSED[refusal.code]) if refusal.code in REFUSED else _("what the device sent does not verify")
        yield Problem(refusal.code, f"{name}: {refusal.subject}", words)
        return
    except evidence.Unreadable as error:
        yield Problem("evidence_unreadable", name, str(error))
        return
    yield from _rows(part, device, said)


def _joins(device: str, checkpoint: playlog.Checkpoint, end: tuple[int, str] | None) -> Iterator[Problem]:
    """The batch follows on the one before it: in this file, else by the batches that the hub keeps."""
    where = f"{device} {checkpoint.epoch}/{checkpoint.from_n}"
    if end is None or end[0] != checkpoint.from_n - 1:
        if checkpoint.from_n == 1:
            end = (0, playlog.first_head(device, checkpoint.epoch))
        else:
            stored = Batch.objects.filter(
                device=device, epoch=checkpoint.epoch, to_n=checkpoint.from_n - 1, is_fork=False
            )
            head = stored.values_list("head", flat=True).first()
            end = (checkpoint.from_n - 1, head) if head else None
    if end is not None and end[1] != checkpoint.before:
        yield Problem("batch_gap", where, _("does not begin at the head where the batch before it ended"))


def _rows(part: SealedDay, device: str, said: Mapping[Place, tuple[bytes, playlog.Line | None]]) -> Iterator[Problem]:
    cells = table.sealed(lake.paths([part])).filter(f"device_id = {table.quoted(device)}").project(table.READ)
    seen = set()
    for row in cells.fetchall():
        place = (row[_PLACE["epoch"]], row[_PLACE["n"]], row[_PLACE["is_fork"]])
        seen.add(place)
        where = f"{device} {place[0]}/{place[1]}"
        if place not in said:
            yield Problem("row_unproved", where, _("no signed line stands behind this row"))
            continue
        differing = list(_differing(row, said[place][1]))
        if differing:
            columns = {"columns": ", ".join(differing)}
            yield Problem("row_differs", where, _("not what the device signed: %(columns)s") % columns)
    left = {place for place in said if place not in seen}
    for epoch, n, _fork in sorted(left - _elsewhere(part, device, left)):
        yield Problem("line_missing", f"{device} {epoch}/{n}", _("a signed line has no row, sealed or open"))


def _differing(row: Sequence[object], line: playlog.Line | None) -> Iterator[str]:
    if line is None:
        if row[_PLACE["kind"]] != "malformed" or row[_PLACE["grade"]] != Grade.QUARANTINED:
            yield "kind"
        return
    for column, name in SAID.items():
        wanted = getattr(line, name)
        if row[_PLACE[column]] != (wanted.replace("\0", "") if isinstance(wanted, str) else wanted):
            yield column


def _elsewhere(part: SealedDay, device: str, wanted: set[Place]) -> set[Place]:
    """Those lines of batches over midnight, or of late ones, whose rows are in the database or in another part."""
    if not wanted:
        return set()
    numbers = {n for _, n, _ in wanted}
    rows = PlayRecord.objects.filter(device=device, n__gte=min(numbers), n__lte=max(numbers))
    found = set(rows.values_list("epoch", "n", "is_fork"))
    others = lake.pruned([part.province])
    near = [one for one in others if abs((one.on - part.on).days) <= 1 and one.pk != part.pk]
    for parts in (near, [one for one in others if one not in near and one.pk != part.pk]):
        if wanted - found and parts:
            where = f"device_id = {table.quoted(device)} AND n BETWEEN {min(numbers)} AND {max(numbers)}"
            found |= set(table.sealed(lake.paths(parts)).filter(where).project("epoch, n, is_fork").fetchall())
    return wanted & found


def _whole(part: SealedDay, told: Part) -> Iterator[Problem]:
    """What reports add up follows from the rows, and no device is left out."""
    aired = f"kind = 'play' AND version_id IS NOT NULL AND grade IN ('{Grade.CORROBORATED}', '{Grade.CLAIMED}')"
    shown = f"least(shown_ms, {table.LONGEST_MS})"
    is_odd = f"plays != CAST({aired} AS INTEGER) OR aired_ms != CASE WHEN {aired} THEN {shown} ELSE 0 END"
    counted = table.sealed(lake.paths([part])).aggregate(f"count(*), count(*) FILTER ({is_odd})")
    [(rows, odd)] = counted.fetchall()
    if odd or rows != part.rows or rows != sum(one.rows for one in told.evidence):
        values = {"rows": rows, "sealed": part.rows, "odd": odd}
        said = _("%(rows)d rows of %(sealed)d, %(odd)d with other sums than theirs") % values
        yield Problem("sums_differ", told.plays.name, said)


def _ledger(province: str, on: date) -> Iterator[Problem]:
    """The daily ledger holds what all rows of the day add up to, by face and grade."""
    wanted: dict[tuple[str, str], int] = {}
    is_play = "kind = 'play' AND version_id IS NOT NULL"
    parts = lake.pruned([province], on, on)
    for face, grade, ms in lake.sums(parts, "sum(shown_ms)", where=is_play, group="face_id, grade"):
        wanted[str(face), str(grade)] = int(str(ms))
    begins = lake.midnight(on)
    rows = PlayRecord.objects.filter(
        cluster__pk__startswith=f"{province}/", at__gte=begins, at__lt=begins + lake.DAY, kind="play"
    ).exclude(version=None)
    for face, grade, ms in rows.order_by().values_list("face_id", "grade").annotate(Sum("shown_ms")):
        wanted[face, grade] = wanted.get((face, grade), 0) + ms
    booked = Airtime.objects.filter(cluster__pk__startswith=f"{province}/", on=on).order_by()
    ledger = {(face, grade): ms for face, grade, ms in booked.values_list("face_id", "grade").annotate(Sum("shown_ms"))}
    for key in sorted(set(wanted) | set(ledger)):
        if wanted.get(key, 0) != ledger.get(key, 0):
            values = {"booked": ledger.get(key, 0), "rows": wanted.get(key, 0)}
            said = _("%(booked)d ms booked, %(rows)d ms in the rows") % values
            yield Problem("ledger_differs", f"{on} {key[0]} {key[1]}", said)


def _keys(device: str) -> dict[str, str]:
    own = Device.objects.filter(pk=device).values_list("epoch", "public_key")
    every = [*DeviceKey.objects.filter(device=device).values_list("epoch", "public_key"), *own]
    return {str(epoch): key for epoch, key in every}


def _forks(device: str) -> set[tuple[int, int, str]]:
    return set(Batch.objects.filter(device=device, is_fork=True).values_list("epoch", "from_n", "head"))
