"""The process of `bangtin bench ingest` beside its database: lays down what screens will say, and judges what came."""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Sum

from bangtin.bundle import playlog
from bangtin.hub.config.benches import screens
from bangtin.hub.devices.actions import keys
from bangtin.hub.kit import clock
from bangtin.hub.playlog.models import Airtime, Batch, Grade, PlayRecord

TABLE, TWIN = "playlog_playrecord", "bench_twin"
HUNDRED = 100


def main() -> None:
    """`seed` or `judge`, the file of batches, screens, batches a screen, lines a batch; one JSON object on stdout."""
    deed, path, *numbers = sys.argv[1:]
    count, batches, lines = map(int, numbers)
    if deed == "seed":
        keys.load_or_make([])  # the hub signs each answer
        found = screens.build(screens=count, batches=batches, lines=lines, at=clock.now())
        text = "".join(f"{one.device_id} {one.seed.hex()} {one.body.hex()}\n" for one in found)
        Path(path).write_text(text)
        _tell({"batches": len(found)})
    else:
        _tell(_judge())


def _tell(found: Mapping[str, float]) -> None:
    sys.stdout.write(json.dumps(found) + "\n")


def _judge() -> dict[str, float]:
    graded = PlayRecord.objects.filter(grade__in=Grade.values).exclude(reason="")
    booked = Airtime.objects.aggregate(total=Sum("shown_ms"))["total"] or 0
    shown = PlayRecord.objects.filter(kind="play").aggregate(total=Sum("shown_ms"))["total"] or 0
    return {
        "stored": PlayRecord.objects.count(),
        "graded": graded.count(),
        "corroborated": graded.filter(grade=Grade.CORROBORATED).count(),
        "broken": sum(1 for device in set(Batch.objects.values_list("device_id", flat=True)) if not _is_whole(device)),
        "ledger_difference_ms": abs(booked - shown),
        "plain_s": _plain(),
    }


def _is_whole(device: str) -> bool:
    """Whether the stored lines fold to the head of every batch."""
    heads = dict(Batch.objects.filter(device_id=device).values_list("to_n", "head"))
    head = playlog.first_head(device, 1)
    for n, line in PlayRecord.objects.filter(device_id=device).order_by("n").values_list("n", "line").iterator():
        head = playlog.fold(head, bytes(line))
        if heads.get(n, head) != head:
            return False
    return True


def _plain() -> float:
    """Seconds to write the same rows as plainly as the engine can, a hundred a transaction, into a table alike."""
    _make_twin()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {TABLE} ORDER BY id")  # noqa: S608 - our own names
        columns = [f'"{one[0]}"' for one in cursor.description]
        rows = cursor.fetchall()
    if connection.vendor == "sqlite":
        rows = [tuple(str(cell) if hasattr(cell, "tzinfo") else cell for cell in row) for row in rows]
    began = time.perf_counter()
    for some in _hundreds(rows):
        with transaction.atomic(), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {TWIN} ({', '.join(columns)}) FROM STDIN") as copy:
                    for row in some:
                        copy.write_row(row)
            else:
                places = ", ".join(["%s"] * len(columns))
                cursor.executemany(
                    f"INSERT INTO {TWIN} ({', '.join(columns)}) VALUES ({places})",  # noqa: S608 - our own names
                    some,
                )
    return time.perf_counter() - began


def _hundreds(rows: Sequence[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    left = iter(rows)
    while some := list(islice(left, HUNDRED)):
        yield some


def _make_twin() -> None:
    """An empty table with the same columns and indexes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"CREATE TABLE {TWIN} (LIKE {TABLE} INCLUDING ALL)")
            return
        cursor.execute("SELECT sql FROM sqlite_master WHERE tbl_name = %s AND sql IS NOT NULL", [TABLE])
        for place, (sql,) in enumerate(cursor.fetchall()):
            made = sql.replace(f'"{TABLE}"', TWIN)
            if "INDEX" in made.split("(")[0]:
                head, tail = made.split(" ON ", 1)
                made = f"{head.rsplit(' ', 1)[0]} twin_{place} ON {tail}"
            cursor.execute(made)
