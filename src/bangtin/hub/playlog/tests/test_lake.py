"""Closed days are sealed, proved, let go of the database, and answered for as before."""

import gzip
import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bangtin.bundle import playlog
from bangtin.hub.kit import audit
from bangtin.hub.kit.clock import local_date, to_ms
from bangtin.hub.playlog.actions import ingest, regrading, sealing
from bangtin.hub.playlog.lake import places, table
from bangtin.hub.playlog.models import PlayRecord, SealedDay, Sealing
from bangtin.hub.playlog.queries import lake, sealed
from bangtin.hub.playlog.tests.factories import START, Screen, screen

pytestmark = pytest.mark.django_db
DAY = START.date()
LATER = START + timedelta(days=3)
MUCH_LATER = START + timedelta(days=120)


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def played(*, turns: int = 20, batch: int = 5) -> Screen:
    """A screen that has played and sent its records as it went."""
    found = screen()
    for first in range(0, turns, batch):
        body = found.say(*(found.play(turn) for turn in range(first, first + batch)))
        at = START + timedelta(seconds=10 * (first + batch))
        found.commit(at=at)
        ingest(device=found.device, body=body, at=at)
    return found


def sealed_away() -> tuple[Screen, SealedDay]:
    """The same, with the day sealed and its rows out of the database."""
    found = played()
    [part] = sealing.seal_due(at=LATER)
    assert sealing.prune_due(at=MUCH_LATER) == [part]
    part.refresh_from_db()
    return found, part


def problems(part: SealedDay) -> list[str]:
    """The codes of what does not hold."""
    return [one.code for one in sealed.check(part).problems]


def test_a_day_is_sealed_when_a_whole_day_lies_behind_it() -> None:
    played()
    assert sealing.seal_due(at=START + timedelta(days=1)) == []
    [part] = sealing.seal_due(at=START + timedelta(days=2))
    assert (part.province, part.on, part.part, part.rows) == ("cao-bang", DAY, 1, 20)
    assert sealing.seal_due(at=LATER) == []


def test_a_sealed_day_proves_itself_before_and_after_its_rows_are_gone() -> None:
    played()
    [_part] = sealing.seal_due(at=LATER)
    assert [(one.rows, one.lines, one.batches, one.problems) for one in sealed.check_day(DAY)] == [(20, 20, 4, ())]
    sealing.prune_due(at=MUCH_LATER)
    assert not PlayRecord.objects.exists()
    assert [(one.rows, one.lines, one.batches, one.problems) for one in sealed.check_day(DAY)] == [(20, 20, 4, ())]


def test_rows_stay_until_the_setting_lets_them_go(settings: Any) -> None:
    played()
    sealing.seal_due(at=LATER)
    assert sealing.prune_due(at=START + timedelta(days=90)) == []
    settings.RECORDS_KEPT_DAYS = 0
    assert sealing.prune_due(at=MUCH_LATER) == []
    assert PlayRecord.objects.count() == 20


def test_sealed_rows_come_back_as_they_were() -> None:
    found = played()
    before = list(PlayRecord.objects.order_by("at", "epoch", "n"))
    lines = [bytes(one.line) for one in before]
    cluster = found.slot.cluster_id
    sealing.seal_due(at=LATER)
    sealing.prune_due(at=MUCH_LATER)
    rows = lake.records(cluster, START, LATER, related=("version__programme", "slot"))
    assert [[getattr(one, name) for name in table.RECORD_NAMES] for one in rows] == [
        [getattr(one, name) for name in table.RECORD_NAMES] for one in before
    ]
    everywhere = lake.Everywhere(PlayRecord.objects.all(), "TRUE", tuple(lake.pruned()))
    assert [one.line for one in everywhere.iterator()] == lines
    assert (everywhere.count(), everywhere.ids("version_id")) == (20, {found.version.pk})
    assert rows[0].version == found.version


def test_what_comes_late_for_a_pruned_day_is_its_second_part() -> None:
    found, _part = sealed_away()
    late = found.play(20)
    ingest(device=found.device, body=found.say(late), at=MUCH_LATER)
    assert len(lake.records(found.slot.cluster_id, START, LATER)) == 21
    [second] = sealing.seal_due(at=MUCH_LATER)
    assert (second.part, second.rows) == (2, 1)
    assert [one.problems for one in sealed.check_day(DAY)] == [(), ()]
    sealing.prune_due(at=MUCH_LATER)
    assert len(lake.records(found.slot.cluster_id, START, LATER)) == 21


def test_the_same_batch_sent_years_later_adds_nothing() -> None:
    found, _part = sealed_away()
    again = found.sealed(found.lines[:5], first=1, before=playlog.first_head(found.device.pk, 1), head=_head(found, 5))
    assert ingest(device=found.device, body=again, at=MUCH_LATER).outcome == "known"
    assert not PlayRecord.objects.exists()


def test_a_batch_over_midnight_stands_whole_in_both_days() -> None:
    found = screen()
    night = replace(found.play(0), from_ms=found.play(0).from_ms + 86_400_000)
    ingest(device=found.device, body=found.say(found.play(0), found.play(1), night), at=START + timedelta(days=1))
    assert len(sealing.seal_due(at=LATER + timedelta(days=1))) == 2
    sealing.prune_due(at=MUCH_LATER)
    for on in (DAY, DAY + timedelta(days=1)):
        assert [(one.lines, one.problems) for one in sealed.check_day(on)] == [(3, ())]


def test_a_day_under_a_legal_hold_stays_in_the_database() -> None:
    from bangtin.hub.programmes.keeping import LegalHold

    found = played()
    sealing.seal_due(at=LATER)
    LegalHold.objects.create(
        cluster=found.slot.cluster, reason="thanh tra", basis="QĐ 1", from_on=local_date(LATER),
        placed_by=found.world.users["an-toan"], placed_at=LATER,
    )  # fmt: skip
    assert sealing.prune_due(at=MUCH_LATER) == []


@pytest.mark.parametrize("place", [0, 40, -5])
def test_one_changed_byte_of_the_parquet_file_is_named(place: int) -> None:
    _found, part = sealed_away()
    path = lake.paths([part])[0]
    _flip(path, place)
    [problem] = sealed.check(part).problems
    assert (problem.code, problem.subject) == ("plays_changed", part.plays_file)


def test_one_changed_byte_of_an_evidence_file_is_named() -> None:
    _found, part = sealed_away()
    [path] = (places.folder(part.province, part.on) / places.EVIDENCE).iterdir()
    _flip(path, 200)
    assert [(one.code, one.subject) for one in sealed.check(part).problems] == [
        ("evidence_changed", f"{places.EVIDENCE}/{path.name}")
    ]


def test_a_missing_file_is_named() -> None:
    _found, part = sealed_away()
    lake.paths([part])[0].unlink()
    assert problems(part) == ["plays_changed"]


def test_a_changed_manifest_is_named() -> None:
    _found, part = sealed_away()
    _flip(places.folder(part.province, part.on) / part.manifest_file, 30)
    assert problems(part) == ["manifest_changed"]


def test_who_rewrites_rows_manifest_and_database_is_found_by_the_signatures() -> None:
    _found, part = sealed_away()
    _resealed(part, lambda row: [*row[:20], 999_999, *row[21:]] if row[5] == 7 else row)
    found = sealed.check(part)
    assert {"row_differs", "part_unaudited"} <= {one.code for one in found.problems}
    assert any("d-1 1/7" in one.subject and "shown_ms" in one.detail for one in found.problems)


def test_who_leaves_a_row_out_is_found_by_its_line() -> None:
    _found, part = sealed_away()
    _resealed(part, lambda row: None if row[5] == 7 else row)
    assert ("line_missing", "d-1 1/7") in [(one.code, one.subject) for one in sealed.check(part).problems]


def test_who_rewrites_a_line_of_the_evidence_is_found_by_the_chain() -> None:
    _found, part = sealed_away()
    told = places.read_part(part.province, part.on, name=part.manifest_file, sha256=part.manifest_sha256)
    folder = places.folder(part.province, part.on)
    data = gzip.decompress((folder / told.evidence[0].name).read_bytes()).replace(
        b'"shown_ms":10000', b'"shown_ms":20000', 1
    )
    packed = gzip.compress(data, mtime=0)
    name, sha256 = places.keep(packed, into=folder, stem=f"{places.EVIDENCE}/d-1-1", ending="jsonl.gz")
    _told_anew(part, replace(told, evidence=(places.Kept(name, sha256, len(packed), 20, "d-1"),)))
    assert "batch_chain" in problems(part)


def test_the_ledger_is_held_against_the_sealed_rows() -> None:
    from bangtin.hub.playlog.models import Airtime

    _found, _part = sealed_away()
    Airtime.objects.update(shown_ms=1)
    [checked] = sealed.check_day(DAY)
    assert [one.code for one in checked.problems] == ["ledger_differs"]


def test_rows_that_differ_from_what_was_sealed_never_leave() -> None:
    played()
    [part] = sealing.seal_due(at=LATER)
    PlayRecord.objects.filter(n=3).update(grade="claimed", reason="x")
    assert sealing.prune_due(at=MUCH_LATER) == []
    assert PlayRecord.objects.count() == 20
    sealing.seal_due(at=MUCH_LATER)
    assert [one.on for one in sealing.prune_due(at=MUCH_LATER)] == [part.on]


def test_a_day_that_is_forgotten_while_it_is_about_to_leave_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    found = played()
    [part] = sealing.seal_due(at=LATER)
    check = sealed.check

    def meanwhile(one: SealedDay) -> sealed.Checked:
        """A line for the day comes in after the day was chosen."""
        was = check(one)
        ingest(device=found.device, body=found.say(found.play(20)), at=MUCH_LATER)
        return was

    monkeypatch.setattr(sealed, "check", meanwhile)
    assert sealing.prune_due(at=MUCH_LATER) == []
    assert PlayRecord.objects.count() == 21
    assert not SealedDay.objects.filter(pk=part.pk).exists()
    [anew] = sealing.seal_due(at=MUCH_LATER)
    assert anew.rows == 21


def _late_while_written(found: Screen, monkeypatch: pytest.MonkeyPatch, *, times: int) -> None:
    """Let a line for the day come in each time after its rows were read, so many times."""
    write, left = sealing._written, list(range(times))

    def meanwhile(*asked: Any, **named: Any) -> places.Part:
        made = write(*asked, **named)
        if left:
            ingest(device=found.device, body=found.say(found.play(20 + left.pop())), at=LATER)
        return made

    monkeypatch.setattr(sealing, "_written", meanwhile)


def test_what_comes_while_a_day_is_being_sealed_is_sealed_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = played()
    _late_while_written(found, monkeypatch, times=2)
    [part] = sealing.seal_due(at=LATER)
    assert (part.part, part.rows) == (1, 22)
    assert [one.problems for one in sealed.check_day(DAY)] == [()]
    assert not Sealing.objects.exists()


def test_a_day_whose_rows_do_not_come_to_rest_is_left_to_the_next_night(monkeypatch: pytest.MonkeyPatch) -> None:
    found = played()
    _late_while_written(found, monkeypatch, times=sealing.TRIES)
    assert sealing.seal_due(at=LATER) == []
    assert not SealedDay.objects.exists()
    [part] = sealing.seal_due(at=LATER)
    assert part.rows == 20 + sealing.TRIES


def test_clocks_put_right_have_a_sealed_day_sealed_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(regrading, "REACH", 5)
    found = screen()
    weak = [found.play(turn, clock="rtc", from_ms=turn * 10_000) for turn in range(20)]
    ingest(device=found.device, body=found.say(*weak), at=START + timedelta(minutes=5))
    said = playlog.clock_line(n=1, boot=1, mono_ms=60_000, now_ms=to_ms(START), rtt_ms=20)
    ingest(device=found.device, body=found.say(said), at=LATER)
    assert sealing.seal_due(at=LATER)
    assert regrading.mend_clocks(device_id=found.device.pk, epoch=1, boot=1, before_n=16, at=LATER) > 0
    assert not SealedDay.objects.exists()
    sealing.seal_due(at=LATER)
    assert [one.problems for one in sealed.check_day(DAY)] == [()]


def _flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(bytes(data))


def _head(found: Screen, count: int) -> str:
    head = playlog.first_head(found.device.pk, 1)
    for data in found.lines[:count]:
        head = playlog.fold(head, data)
    return head


def _resealed(part: SealedDay, change: Any) -> None:
    """Everything that someone with the disk and the database can rewrite, but the signatures and the trail."""
    told = places.read_part(part.province, part.on, name=part.manifest_file, sha256=part.manifest_sha256)
    folder = places.folder(part.province, part.on)
    columns = ", ".join(f'"{name}"' for name, _kind in table.COLUMNS)
    rows = table.sealed(lake.paths([part])).project(columns).fetchall()
    kept = [row for row in map(change, rows) if row is not None]
    table.write([_aware(row) for row in kept], folder / "new")
    name, sha256 = places.settle(folder / "new", into=folder, stem="plays-1", ending="parquet")
    size = (folder / name).stat().st_size
    part.plays_file, part.rows = name, len(kept)
    evidence = tuple(replace(one, rows=len(kept)) for one in told.evidence)
    plays = places.Kept(name, sha256, size, len(kept))
    _told_anew(part, replace(told, rows=len(kept), plays=plays, evidence=evidence))


def _aware(row: Any) -> list[Any]:
    from datetime import UTC, datetime

    return [cell.replace(tzinfo=UTC) if isinstance(cell, datetime) else cell for cell in row]


def _told_anew(part: SealedDay, told: places.Part) -> None:
    folder = places.folder(part.province, part.on)
    name, sha256 = places.keep(told.encode(), into=folder, stem="_sealed-1", ending="json")
    part.manifest_file, part.manifest_sha256 = name, sha256
    part.save()


def test_the_trail_holds_the_digest_of_what_was_sealed() -> None:
    _found, part = sealed_away()
    manifest = places.folder(part.province, part.on) / part.manifest_file
    assert hashlib.sha256(manifest.read_bytes()).hexdigest() == part.manifest_sha256
    assert json.loads(manifest.read_bytes())["province"] == "cao-bang"
    assert list(audit.broken()) == []


def test_what_comes_late_for_a_sealed_day_has_it_sealed_anew(django_capture_on_commit_callbacks: Any) -> None:
    found = played()
    sealing.seal_due(at=LATER)
    ingest(device=found.device, body=found.say(found.play(20)), at=LATER)
    assert not SealedDay.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        [part] = sealing.seal_due(at=LATER)
    assert (part.part, part.rows) == (1, 21)
    assert len([one for one in places.folder("cao-bang", DAY).rglob("*") if one.is_file()]) == 3
    assert [one.problems for one in sealed.check_day(DAY)] == [()]


def test_lines_sealed_anew_by_the_screen_after_they_left_the_database_count_once() -> None:
    found, _part = sealed_away()
    again = found.sealed(found.lines[:3], first=1, before=playlog.first_head(found.device.pk, 1), head=_head(found, 3))
    ingest(device=found.device, body=again, at=MUCH_LATER)
    assert not PlayRecord.objects.exists()
    assert len(lake.records(found.slot.cluster_id, START, LATER)) == 20
