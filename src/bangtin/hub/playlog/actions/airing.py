"""Keeps the ledger of when faces showed content equal to their records; steps of ingest and regrade."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple, Protocol

from django.db import connection
from django.db.models import Q

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL, from_ms, to_ms
from bangtin.hub.playlog.models import Grade, OnAir, PlayRecord
from bangtin.hub.playlog.queries import facts, lake, standings
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations

AIRED = frozenset({Grade.CORROBORATED.value, Grade.CLAIMED.value})
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
# no play is longer: what began earlier than this before midnight is not looked for
LONGEST = timedelta(days=1)

Span = tuple[int, int]
_LAID = """
WITH asked (face, day, is_advertising) AS (VALUES {})
SELECT o.id, o.face_id, o."on", o.is_advertising, o.spans
FROM asked CROSS JOIN playlog_onair o
WHERE o.face_id = asked.face AND o."on" = asked.day AND o.is_advertising = asked.is_advertising
ORDER BY o.cluster_id, o.face_id, o."on", o.is_advertising
"""
_LEAF = (
    "INSERT INTO playlog_onair (cluster_id, face_id, \"on\", is_advertising, spans) VALUES (%s, %s, %s, %s, '[]')"
    " ON CONFLICT DO NOTHING"
)
_LAY = "UPDATE playlog_onair SET spans = %s WHERE id = %s"


class Sheet(NamedTuple):
    """The key of one row."""

    cluster_id: str
    face_id: str
    on: date
    is_advertising: bool


Sheets = dict[Sheet, list[Span]]


class Played(Protocol):
    """What the fold reads of a record."""

    kind: str
    version_id: int | None
    cluster_id: str
    face_id: str
    at: datetime
    shown_ms: int
    grade: str


def is_aired(record: Played) -> bool:
    """Whether it shows that content of ours was on air."""
    return record.kind == "play" and record.version_id is not None and record.shown_ms > 0 and record.grade in AIRED


def joined(spans: Iterable[Iterable[int]]) -> list[Span]:
    """The spans without overlaps, those that touch joined, in order."""
    found: list[Span] = []
    for start, end in sorted((start, end) for start, end in spans):
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def sheets(records: Iterable[Played], *, advertising: Collection[int] = ()) -> Sheets:
    """When these records showed content, by face and day; `advertising` are the versions that advertise.

    A play over midnight stands in both days.
    """
    found: dict[Sheet, list[Span]] = defaultdict(list)
    for record in records:
        if is_aired(record):
            key = record.cluster_id, record.face_id, record.version_id in advertising
            spread(key, to_ms(record.at), record.shown_ms, into=found)
    return {sheet: joined(spans) for sheet, spans in found.items()}


def spread(key: tuple[str, str, bool], at_ms: int, shown_ms: int, *, into: dict[Sheet, list[Span]]) -> None:
    """Add a play to the sheets of the days it was in; `key` is cluster, face and whether it advertises."""
    cluster_id, face_id, is_advertising = key
    on, midnight_ms = hour(at_ms // HOUR_MS)
    start, left = at_ms - midnight_ms, shown_ms
    while left > 0:
        end = min(start + left, DAY_MS)
        into.setdefault(Sheet(cluster_id, face_id, on, is_advertising), []).append((start, end))
        left -= end - start
        on, start = on + timedelta(days=1), 0


@lru_cache(maxsize=4096)
def hour(number: int) -> tuple[date, int]:
    """The local day of an hour since 1970, and when by the wall clock of that hour the day began, in milliseconds."""
    local = from_ms(number * HOUR_MS).astimezone(LOCAL)
    wall_ms = ((local.hour * 60 + local.minute) * 60 + local.second) * 1000
    return local.date(), number * HOUR_MS - wall_ms


def lay(added: Mapping[Sheet, Sequence[Span]]) -> None:
    """Add these spans, joined and in order, to the ledger.

    Rows are touched in one order by everyone (see `bookkeeping.book`).
    """
    wanted = sorted(added)
    if not wanted:
        return
    rows = _laid(wanted)
    missing = [sheet for sheet in wanted if sheet[1:] not in rows]
    if missing:
        with connection.cursor() as cursor:
            leaves = [(one.cluster_id, one.face_id, facts.day(one.on), one.is_advertising) for one in missing]
            cursor.executemany(_LEAF, leaves)
        rows = _laid(wanted)
    changed = [(_added(rows[sheet[1:]][1], added[sheet]), rows[sheet[1:]][0]) for sheet in wanted]
    with connection.cursor() as cursor:
        cursor.executemany(_LAY, changed)


def _laid(wanted: Sequence[Sheet]) -> dict[tuple[str, date, bool], tuple[int, str]]:
    """Number and spans of the rows of these keys, each locked; by face, day and whether it advertises."""
    ending = " FOR UPDATE OF o" if connection.features.has_select_for_update_of else ""
    values = [(one.face_id, facts.day(one.on), one.is_advertising) for one in wanted]
    found = standings.asked(_LAID + ending, values, casts=("text", "date", "boolean"))
    return {(face, _date(on), bool(flag)): (pk, text) for pk, face, on, flag, text in found}


def _date(value: object) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _added(text: str, spans: Sequence[Span]) -> str:
    """A row's spans with these: what follows its last span is put behind it without reading all the others."""
    last = text.rfind("[")
    if last <= 0:
        return json.dumps(joined(spans))
    tail = json.loads(text[last:-1])
    if spans[0][0] < tail[0]:
        return json.dumps(joined([*json.loads(text), *spans]))
    return text[:last] + json.dumps(joined([tail, *spans]))[1:]


def lay_anew(touched: Iterable[Sheet]) -> None:
    """Read the days of these sheets anew from their records: something no longer counts, or stands elsewhere."""
    for cluster_id, face_id, on in sorted({(each.cluster_id, each.face_id, each.on) for each in touched}):
        held = {sheet: spans for sheet, spans in _from_records(cluster_id, face_id, on).items() if sheet.on == on}
        there = OnAir.objects.filter(face_id=face_id, on=on).values_list("is_advertising", flat=True)
        for row in _rows({*held, *(Sheet(cluster_id, face_id, on, flag) for flag in there)}):
            row.spans = held.get(_sheet(row), [])
            row.save(update_fields=["spans"])


def _from_records(cluster_id: str, face_id: str, on: date) -> Sheets:
    begins = datetime.combine(on, time(), LOCAL)
    found = PlayRecord.objects.filter(
        cluster_id=cluster_id,
        face_id=face_id,
        kind="play",
        grade__in=AIRED,
        at__gte=begins - LONGEST,
        at__lt=begins + timedelta(days=1),
    )
    records = list(found.only("kind", "version_id", "cluster_id", "face_id", "at", "shown_ms", "grade"))
    parts = lake.pruned([lake.province_of(cluster_id)], on - timedelta(days=1), on)
    records += lake.recalled(parts, f"face_id = {lake.quoted(face_id)} AND cluster_id = {lake.quoted(cluster_id)}")
    return sheets(records, advertising=advertising_of(records))


def advertising_of(records: Iterable[Played]) -> frozenset[int]:
    """The versions among these that advertise, by the category their programme was sent under."""
    by_cluster: dict[str, set[int]] = defaultdict(set)
    for record in records:
        if record.version_id is not None:
            by_cluster[record.cluster_id].add(record.version_id)
    found: set[int] = set()
    for cluster in Cluster.objects.in_bulk(by_cluster).values():
        adverts = {one.id for one in regulations.of_cluster(cluster).categories if one.is_advertising}
        if adverts:
            rows = ProgrammeVersion.objects.filter(pk__in=by_cluster[cluster.pk], programme__category__in=adverts)
            found.update(rows.values_list("pk", flat=True))
    return frozenset(found)


def _sheet(row: OnAir) -> Sheet:
    return Sheet(row.cluster_id, row.face_id, row.on, row.is_advertising)


def _rows(wanted: Iterable[Sheet]) -> list[OnAir]:
    """The rows of these keys, made where they are missing, locked in their order."""
    keys = sorted(wanted)
    if not keys:
        return []
    OnAir.objects.bulk_create([OnAir(**key._asdict(), spans=[]) for key in keys], ignore_conflicts=True)
    picked = Q()
    for key in keys:
        picked |= Q(**key._asdict())
    return list(OnAir.objects.select_for_update().filter(picked).order_by("cluster_id", "face_id", "on"))
