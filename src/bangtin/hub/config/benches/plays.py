"""Ten million plays: raw rows, and the ledgers folded from them by the functions that ingest folds with."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Sum

from bangtin.hub.config.benches.town import Screen, insert
from bangtin.hub.kit.clock import local_date, to_ms
from bangtin.hub.playlog.actions import airing, bookkeeping
from bangtin.hub.playlog.models import Airtime, Batch, OnAir, PlayRecord
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.models import Slot
from bangtin.rulebook import airtime, hours
from bangtin.rulebook.shapes import Regulation

TURN_MS = 100_000
MORNING = timedelta(hours=0, minutes=30)  # 07:30 in Viet Nam
AFTERNOON = timedelta(hours=6, minutes=30)  # 13:30
LOOP = 12
BUILDING_KIB, USUAL_KIB = 400_000, 2_000
WORDS = (
    "INSERT INTO playlog_playrecord (batch_id, device_id, cluster_id, n, language, version_id, face_id, from_ms,"
    ' "at", shown_ms, grade, epoch, boot, bundle, mono_ms, is_fork, kind, item, content, bulletin_class, clock,'
    ' "end", reason, line) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s,'
    " 1, 1, 1, 0, 0, 'play', 'i', '', 'ordinary', 'hub', 'end', '', x'')"
)
Cell = str | int | None


@dataclass(slots=True)
class Play:
    """What the folds read of a play record."""

    n: int
    version_id: int | None
    cluster_id: str
    face_id: str
    at: datetime
    grade: str
    language: str = "vi"
    kind: str = "play"
    shown_ms: int = TURN_MS
    bulletin_class: str = "ordinary"
    slot: Slot | None = None


def build(screens: Sequence[Screen], *, first: date, days: int, plays_a_day: int) -> None:
    """Write every screen's plays of these days and the ledgers, one screen after the other."""
    _drop_indexes()
    _cache(BUILDING_KIB)
    for place, screen in enumerate(screens):
        rows, booked, shown = [], [], []
        for day in range(days):
            some = _day(screen, first + timedelta(days=day), day, plays_a_day, is_short=(place + day) % 10 == 0)
            batch = place * days + day + 1
            rows += [_row(one, screen.device_id, batch) for one in some]
            booked += [
                {**key._asdict(), "plays": n, "shown_ms": ms} for key, (n, ms) in bookkeeping.totals(some).items()
            ]
            shown += [{**key._asdict(), "spans": spans} for key, spans in airing.sheets(some).items()]
        with transaction.atomic():
            insert(Batch, _batches(screen, place * days + 1, days, plays_a_day))
            _raw(rows)
            insert(Airtime, booked)
            insert(OnAir, shown)
    _cache(USUAL_KIB)


def _day(screen: Screen, on: date, day: int, count: int, *, is_short: bool) -> list[Play]:
    """A morning and an afternoon of turns, a few in doubt; a short day's last turns are in doubt too."""
    midnight = datetime(on.year, on.month, on.day, tzinfo=UTC)
    half, versions = (count + 1) // 2, screen.versions
    found = []
    for n in range(count):
        begins = MORNING + timedelta(milliseconds=n * TURN_MS)
        if n >= half:
            begins = AFTERNOON + timedelta(milliseconds=(n - half) * TURN_MS)
        is_doubted = is_short and n >= count - 20
        grade = "contradicted" if is_doubted else "claimed" if n % 50 == 0 else "corroborated"
        version = versions[(day * LOOP + n % LOOP) % len(versions)]
        found.append(Play(day * count + n + 1, version, screen.cluster_id, screen.face_id, midnight + begins, grade))
    return found


def _row(play: Play, device: str, batch: int) -> tuple[Cell, ...]:
    return (
        batch,
        device,
        play.cluster_id,
        play.n,
        play.language,
        play.version_id,
        play.face_id,
        to_ms(play.at),
        play.at.replace(tzinfo=None).isoformat(" ", "seconds"),
        play.shown_ms,
        play.grade,
    )


def _batches(screen: Screen, first: int, days: int, count: int) -> Iterator[dict[str, object]]:
    for day in range(days):
        yield {
            "id": first + day,
            "device_id": screen.device_id,
            "epoch": 1,
            "from_n": day * count + 1,
            "to_n": (day + 1) * count,
            "before": "",
            "head": str(day),
            "checkpoint": b"",
            "received_at": datetime(2026, 1, 1, tzinfo=UTC),
        }


def _raw(rows: Sequence[tuple[Cell, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(WORDS, rows)


def _cache(size_kib: int) -> None:
    """Room in memory for the database's pages: much while building, the usual 2 MiB when the year is timed."""
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA cache_size = -{size_kib}")


def _drop_indexes() -> None:
    """The judged year never reads the raw rows: their indexes would only cost time and room here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE tbl_name='playlog_playrecord' AND type='index'")
        names = [name for (name,) in cursor.fetchall() if not name.startswith("sqlite_")]
        for name in names:
            cursor.execute(f'DROP INDEX "{name}"')


def count() -> int:
    """How many raw rows there are."""
    return PlayRecord.objects.count()


def ledger_difference_ms() -> int:
    """By how many milliseconds the ledger and all raw rows differ, over grades and faces."""
    raw = PlayRecord.objects.order_by().values_list("face_id", "grade").annotate(Sum("shown_ms"))
    found = Counter({(face, grade): ms for face, grade, ms in raw})
    found.subtract(
        {
            (face, grade): ms
            for face, grade, ms in Airtime.objects.order_by().values_list("face_id", "grade").annotate(Sum("shown_ms"))
        }
    )
    on_air: int = sum(end - start for (spans,) in OnAir.objects.values_list("spans") for start, end in spans)
    aired: int = PlayRecord.objects.filter(grade__in=airing.AIRED).aggregate(total=Sum("shown_ms"))["total"]
    return sum(abs(ms) for ms in found.values()) + abs(on_air - aired)


def judge_raw(pack: Regulation, *, share: int) -> float:
    """Seconds to judge every day from the raw rows: measured on one of `share` parts of them, times `share`."""
    rule, calendar = hours.of(pack, pack.clusters[0].id), regulations.calendar()
    last = PlayRecord.objects.order_by("-pk").values_list("pk", flat=True)[0]
    began = time.perf_counter()
    by_day: dict[tuple[str, date], list[airtime.Span]] = {}
    rows = PlayRecord.objects.filter(pk__lte=last // share, grade__in=airing.AIRED).order_by()
    for face, at, shown_ms in rows.values_list("face_id", "at", "shown_ms").iterator(chunk_size=10_000):
        start = (to_ms(at) // 1000 + 7 * 3600) % 86_400
        by_day.setdefault((face, local_date(at)), []).append((start, start + shown_ms // 1000))
    for (_face, on), spans in by_day.items():
        airtime.judge(hours.day(rule, calendar, on), spans)
    return (time.perf_counter() - began) * share
