"""`bangtin audit verify`: one byte, one row, two rows, the whole chain; on whichever database the tests run."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from docx import Document

from bangtin.hub.devices.tests.factories import planned, published
from bangtin.hub.kit import audit, chain, files
from bangtin.hub.kit.chain import Head
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.reports.actions import freeze, write_docx
from bangtin.hub.reports.tests.factories import AT, a_year, compiled
from bangtin.hub.schedules.tests.factories import Desk

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 2, 8, 0, 0, 123456, tzinfo=UTC)


def entries(count: int) -> list[AuditEntry]:
    subject = AuditEntry(pk=7)
    return [
        audit.record("lễ.hội", subject, actor=None, at=T0 + timedelta(seconds=n), n=n, words=["Nùng", {"a": 1.5}])
        for n in range(count)
    ]


def run(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    code = 0
    try:
        call_command("audit", "verify", "--json", *options)
    except SystemExit as ended:
        code = int(str(ended.code))
    return code, json.loads(capsys.readouterr().out)


def write(statement: str, *values: str | int | bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def rewritten() -> None:
    """Make the whole chain anew, each entry consistent with the one before."""
    previous = ""
    for entry in AuditEntry.objects.order_by("id"):
        entry.previous, entry.actor_name = previous, "ai khác"
        entry.digest = previous = audit._digest(entry)
        entry.save()


def test_a_chain_as_it_was_written_holds(capsys: pytest.CaptureFixture[str]) -> None:
    made = entries(7)
    code, found = run(capsys)
    assert (code, found["holds"], found["entries"], found["digest"]) == (0, True, 7, made[-1].digest)
    assert chain.head() == Head(7, made[-1].digest)


@pytest.mark.parametrize("column", ["actor_name", "action", "subject_id", "subject_type", "previous", "digest"])
def test_one_changed_byte_of_a_text_is_found_and_named(column: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = entries(5)
    write(f"UPDATE kit_auditentry SET {column} = 'g' || substr({column}, 2) WHERE id = %s", made[2].pk)
    code, found = run(capsys)
    assert code == 1
    assert made[2].pk in [one["entry"] for one in found["breaks"]]


def test_one_changed_value_of_instant_and_details_is_found_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    made = entries(6)
    AuditEntry.objects.filter(pk=made[1].pk).update(at=made[1].at + timedelta(microseconds=1))
    AuditEntry.objects.filter(pk=made[4].pk).update(details={**made[4].details, "n": 40})
    code, found = run(capsys)
    assert code == 1
    assert [(one["entry"], one["code"]) for one in found["breaks"]] == [
        (made[1].pk, "changed"),
        (made[4].pk, "changed"),
    ]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite keeps bytes that are no value of their column")
@pytest.mark.parametrize("column", ["at", "details", "actor_name", "action", "digest"])
def test_every_single_byte_of_a_row_counts(column: str) -> None:
    made = entries(3)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT CAST({column} AS BLOB) FROM kit_auditentry WHERE id = %s", [made[1].pk])
        whole = cursor.fetchone()[0]
    write("PRAGMA ignore_check_constraints = ON")  # who writes into the file is not held up by them
    try:
        for place in range(len(whole)):
            for bit in (0x01, 0x80):
                flipped = whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :]
                write(f"UPDATE kit_auditentry SET {column} = CAST(%s AS TEXT) WHERE id = %s", flipped, made[1].pk)
                assert made[1].pk in [one.entry for one in chain.check().breaks], (place, flipped)
    finally:
        write("PRAGMA ignore_check_constraints = OFF")  # the connection serves the tests that follow


def test_a_removed_entry_is_named_by_its_number(capsys: pytest.CaptureFixture[str]) -> None:
    made = entries(6)
    write("DELETE FROM kit_auditentry WHERE id = %s", made[3].pk)
    code, found = run(capsys)
    assert code == 1
    assert found["breaks"] == [
        {"entry": made[4].pk, "code": "out_of_place", "after": made[2].pk, "missing": [made[3].pk]}
    ]


def test_two_entries_in_each_others_place_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    made = entries(6)
    first, second = made[2].pk, made[3].pk
    for old, new in ((first, 10_000_000), (second, first), (10_000_000, second)):
        write("UPDATE kit_auditentry SET id = %s WHERE id = %s", new, old)
    code, found = run(capsys)
    assert code == 1
    assert {first, second} <= {one["entry"] for one in found["breaks"]}


def test_a_chain_rewritten_as_a_whole_no_longer_has_the_head_of_a_published_bundle(
    desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(desk)
    before = chain.head()
    bundle = published(desk)
    (tmp_path / "targets").mkdir()
    kept = tmp_path / "targets" / "abc.manifest.json"
    kept.write_bytes(bytes(bundle.manifest))
    assert json.loads(kept.read_bytes())["x_audit"] == {"entries": before.entries, "digest": before.digest}
    assert run(capsys, "--against", str(kept))[0] == run(capsys, "--against", str(tmp_path))[0] == 0
    rewritten()
    assert chain.check().breaks == []
    code, found = run(capsys, "--against", str(kept))
    assert code == 1
    assert found["breaks"] == []
    assert {one["holds"] for one in found["against"]} == {False}


def test_entries_taken_from_the_end_are_missed_by_the_head(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    planned(desk)
    bundle = published(desk)
    AuditEntry.objects.filter(pk__gte=AuditEntry.objects.order_by("-pk")[1].pk).delete()
    assert bundle.number == 1
    assert run(capsys)[0] == 1


def test_a_frozen_report_prints_and_carries_the_head_of_its_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    year = a_year()
    report = freeze(report=compiled(year), actor=year.world.users["bao-cao"], at=AT)
    head = Head(report.audit_entries or 0, report.audit_digest)
    assert head.entries == AuditEntry.objects.count() - 1
    entries(2)
    paper = tmp_path / "bao-cao.docx"
    paper.write_bytes(files.path(write_docx(report=report).sha256).read_bytes())
    code, found = run(capsys, "--against", str(paper))
    assert code == 0
    assert {"source": str(paper), **head.to_object(), "found": head.digest, "holds": True} in found["against"]
    last = Document(str(paper)).paragraphs[-1].text
    assert re.search(r"\b[0-9a-f]{64}$", last) and head.digest in last
    rewritten()
    assert run(capsys, "--against", str(paper))[0] == 1


@pytest.mark.parametrize("content", [b"", b"{}", b"nonsense", b'{"x_audit":{"entries":true,"digest":1}}'])
def test_what_carries_no_head_is_bad_input(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "manifest.json"
    file.write_bytes(content)
    for path in (file, tmp_path, tmp_path / "nothing.docx"):
        with pytest.raises(CommandError) as refused:
            call_command("audit", "verify", "--against", str(path))
        assert refused.value.returncode == 2


def test_the_words_name_the_entry(capsys: pytest.CaptureFixture[str]) -> None:
    made = entries(3)
    AuditEntry.objects.filter(pk=made[1].pk).update(action="khác")
    with pytest.raises(SystemExit):
        call_command("audit", "verify")
    assert str(made[1].pk) in capsys.readouterr().out


def test_no_more_rows_are_held_than_one_page(monkeypatch: pytest.MonkeyPatch) -> None:
    made = entries(11)
    monkeypatch.setattr(chain, "ROWS", 4)
    found = chain.check(counts={0, 4, 11, 12})
    assert found.at_counts == {0: "", 4: made[3].digest, 11: made[10].digest}
    assert (found.entries, found.breaks) == (11, [])
