"""`bangtin obligations`: last days on time as the law counts them, statuses, evidence, and what is asked wrongly."""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bangtin.hub.kit.testing import local
from bangtin.hub.obligations.actions import record_evidence
from bangtin.hub.regulations.tests.factories import cao_bang

CAO_BANG, LAI_CHAU, HA_TINH = "cao-bang/31-2020-qd-ubnd", "lai-chau/20-2024-qd-ubnd", "ha-tinh/2432-qd-ubnd"
KEYS = [
    *("id", "clauses", "agency", "period_start", "period_end", "phrase"),
    *("last_on_time_on", "rolled_from", "status", "evidence"),
]
Found = list[dict[str, Any]]


def asked(capsys: pytest.CaptureFixture[str], instrument: str, *arguments: str) -> Found:
    call_command("obligations", "--instrument", instrument, "--json", *arguments)
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    found: Found = json.loads(out)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("instrument", "duty", "period_end", "last_on_time_on", "rolled_from"),
    [
        (CAO_BANG, "cao-bang/yearly-report", "2024-12-14", "2024-12-16", "2024-12-14"),
        (CAO_BANG, "cao-bang/yearly-report", "2025-12-14", "2025-12-15", "2025-12-14"),
        (CAO_BANG, "cao-bang/yearly-report", "2026-12-14", "2026-12-14", None),
        (CAO_BANG, "cao-bang/consolidated-report", "2025-12-14", "2025-12-19", None),
        (CAO_BANG, "cao-bang/consolidated-report", "2026-12-14", "2026-12-21", "2026-12-19"),
        (LAI_CHAU, "lai-chau/quarterly-products", "2026-06-30", "2026-06-22", "2026-06-20"),
        (LAI_CHAU, "lai-chau/press-items", "2026-02-28", "2026-02-23", "2026-02-20"),
        (HA_TINH, "ha-tinh/monthly-material", "2025-01-31", "2025-01-06", "2025-01-04"),
        (HA_TINH, "ha-tinh/monthly-material", "2027-02-28", "2027-02-11", "2027-02-04"),
    ],
)
def test_the_last_day_on_time_rolls_over_days_off(
    capsys: pytest.CaptureFixture[str],
    instrument: str,
    duty: str,
    period_end: str,
    last_on_time_on: str,
    rolled_from: str | None,
) -> None:
    found = asked(capsys, instrument, "--from", last_on_time_on, "--to", last_on_time_on)
    some = [one for one in found if one["id"].startswith(f"{duty}@") and one["period_end"] == period_end]
    assert some
    assert {(one["last_on_time_on"], one["rolled_from"]) for one in some} == {(last_on_time_on, rolled_from)}
    assert list(some[0]) == KEYS


@pytest.mark.django_db
def test_lai_chau_s_december_items_fall_into_the_reporting_year_that_follows(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = asked(capsys, LAI_CHAU, "--from", "2026-12-01", "--to", "2026-12-31")
    report = next(one for one in found if one["id"].startswith("lai-chau/yearly-report@"))
    items = [one for one in found if one["id"].startswith("lai-chau/press-items@")]
    assert (report["period_start"], report["period_end"]) == ("2025-12-15", "2026-12-14")
    assert {one["last_on_time_on"] for one in items} == {"2026-12-21"}  # the 20th is a Sunday


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        ("2026-12-05", "not_due"),
        ("2026-12-14", "due_soon"),
        ("2026-12-15", "overdue"),
        ("2026-12-17", "done_late"),
        ("2026-12-31", "done_late"),
    ],
)
def test_a_past_day_asked_again_knows_only_what_was_done_by_then(
    capsys: pytest.CaptureFixture[str], as_of: str, status: str
) -> None:
    agency = cao_bang().agencies["ubnd-quang-hoa"]
    record_evidence(
        obligation_id="cao-bang/yearly-report",
        agency=agency,
        period_start=date(2025, 12, 15),
        subject=agency,
        at=local("2026-12-17 16:00"),
    )
    days = ("--from", "2026-12-14", "--to", "2026-12-14", "--as-of", as_of, "--agency", agency.pk)
    (found,) = asked(capsys, CAO_BANG, *days)
    assert found["status"] == status
    assert [one["type"] for one in found["evidence"]] == (["agencies.agency"] if "late" in status else [])


@pytest.mark.django_db
def test_what_has_no_day_is_listed_by_the_end_of_its_period_and_is_not_fixed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = asked(capsys, CAO_BANG, "--from", "2026-12-31", "--to", "2026-12-31", "--as-of", "2027-06-01")
    plan = next(one for one in found if one["id"].startswith("cao-bang/production-plan@"))
    assert (plan["last_on_time_on"], plan["status"]) == (None, "not_fixed")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--instrument", "cao-bang/1", "--from", "2026-01-01", "--to", "2026-12-31"), "cao-bang/31-2020-qd-ubnd"),
        (("--instrument", CAO_BANG, "--from", "2026-02-30", "--to", "2026-12-31"), "2026-02-30"),
        (("--instrument", CAO_BANG, "--from", "20260101", "--to", "2026-12-31"), "--from"),
        (("--instrument", CAO_BANG, "--from", "2026-12-31", "--to", "2026-01-01"), "2026-12-31"),
        (
            ("--instrument", CAO_BANG, "--from", "2026-01-01", "--to", "2026-12-31", "--agency", "cao-bang/x"),
            "cao-bang/so-tttt",
        ),
    ],
)
def test_what_is_asked_wrongly_is_named_with_what_is_possible(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words) as caught:
        call_command("obligations", *arguments)
    assert caught.value.returncode == 2


@pytest.mark.django_db
def test_the_table_is_in_vietnamese(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGTIN_LANGUAGE", "vi")
    days = ("--from", "2026-12-21", "--to", "2026-12-21", "--as-of", "2026-12-22")
    call_command("obligations", "--instrument", CAO_BANG, *days)
    assert "21/12/2026  Quá hạn               Sở Thông tin và Truyền thông: Báo cáo" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_period_before_the_regulation_was_used_here_is_not_known_and_no_line_is_cut(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGTIN_LANGUAGE", "vi")
    monkeypatch.setenv("COLUMNS", "60")
    cao_bang()  # taken into use on 1 January 2026
    days = ("--from", "2025-10-01", "--to", "2026-12-21", "--as-of", "2026-12-22")
    call_command("obligations", "--instrument", CAO_BANG, *days)
    lines = capsys.readouterr().out.splitlines()
    assert any("Quá hạn" in line for line in lines)
    assert any("chưa rõ" in line for line in lines)
    assert all("chưa rõ" in line for line in lines if line[3:10] == "10/2025")
    assert max(len(line) for line in lines) > 60


def test_it_works_in_an_empty_data_directory_and_leaves_no_database_there(tmp_path: Path) -> None:
    environment = {**os.environ, "BANGTIN_DATA_DIR": str(tmp_path), "BANGTIN_DATABASE_URL": ""}
    environment.pop("BANGTIN_DATABASE_URL")
    command = [sys.executable, "-m", "bangtin.hub.config.main", "obligations", "--instrument", LAI_CHAU, "--json"]
    days = ["--from", "2026-11-01", "--to", "2026-11-30"]
    done = subprocess.run([*command, *days], env=environment, capture_output=True, text=True, timeout=120, check=False)
    found = json.loads(done.stdout)
    assert (done.returncode, done.stdout.count("\n")) == (0, 1)
    assert found
    assert all(one["evidence"] == [] for one in found)
    assert not list(tmp_path.glob("*.sqlite3"))
