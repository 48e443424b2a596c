"""`bangtin hours`: each way a regulation speaks of hours, what is not set, and what is asked wrongly."""

import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from bangtin.hub.kit.testing import local
from bangtin.hub.regulations.models import LocalValue
from bangtin.hub.regulations.tests.factories import cao_bang
from bangtin.hub.schedules.models import DayWindow

pytestmark = pytest.mark.django_db


def hours(capsys: pytest.CaptureFixture[str], cluster: str, on: str) -> dict[str, Any]:
    call_command("hours", "--cluster", cluster, "--on", on, "--json")
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_working_day_in_cao_bang_has_the_windows_of_the_regulation(capsys: pytest.CaptureFixture[str]) -> None:
    found = hours(capsys, "cao-bang/ta-lung", "2026-12-14")
    assert (found["day_type"], found["mode"]) == ("working", "fixed")
    assert found["windows"] == [["07:30", "11:00"], ["13:30", "18:00"]]
    assert found["clauses"][0] == "cao-bang/8.1.a"
    assert (found["minimum_minutes"], found["tolerance_minutes"], found["local"]) == (None, None, [])


def test_a_weekend_in_cao_bang_has_the_windows_that_the_operator_set(capsys: pytest.CaptureFixture[str]) -> None:
    assert hours(capsys, "cao-bang/ta-lung", "2026-12-12")["windows"] is None
    world = cao_bang()
    DayWindow.objects.create(
        cluster=world.clusters["ta-lung"],
        starts_at=local("2026-12-12 18:00"),
        ends_at=local("2026-12-12 21:00"),
        set_by=world.users["xep-lich"],
        set_at=local("2026-12-01 08:00"),
    )
    found = hours(capsys, "cao-bang/ta-lung", "2026-12-12")
    assert (found["day_type"], found["mode"], found["windows"]) == ("weekend", "operator_sets", [["18:00", "21:00"]])


def test_lai_chau_asks_for_six_hours_three_before_noon_and_three_after(capsys: pytest.CaptureFixture[str]) -> None:
    found = hours(capsys, "lai-chau/ma-lu-thang", "2026-06-20")
    assert (found["minimum_minutes"], found["morning_minutes"], found["afternoon_minutes"]) == (360, 180, 180)
    assert (found["windows"], found["mode"]) == (None, "minimum")
    assert "lai-chau/8.1-1" in found["clauses"]


def test_ha_tinh_runs_round_the_clock_and_has_no_tolerance_until_the_province_sets_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    found = hours(capsys, "ha-tinh/vung-ang", "2026-12-14")
    assert (found["windows"], found["tolerance_minutes"]) == ([["00:00", "24:00"]], None)
    assert found["local"] == ["hours.tolerance"]
    call_command("regulation", "install", "ha-tinh/2432-qd-ubnd")
    capsys.readouterr()
    LocalValue.objects.create(
        instrument_id="ha-tinh/2432-qd-ubnd",
        parameter="hours.tolerance",
        since="2026-01-01",
        value="15",
        basis="Công văn 12/UBND-TTTT",
        recorded_at=local("2026-01-01 08:00"),
    )
    found = hours(capsys, "ha-tinh/vung-ang", "2026-12-14")
    assert (found["tolerance_minutes"], found["local"]) == (15, [])


@pytest.mark.parametrize(
    ("cluster", "on", "words"),
    [
        ("cao-bang/x", "2026-12-14", "cao-bang/ta-lung"),
        ("cao-bang/ta-lung", "2026-12-32", "2026-12-32"),
        ("lai-chau/ma-lu-thang", "2024-06-30", "01/07/2024"),
    ],
)
def test_what_is_asked_wrongly_is_named_with_what_is_possible(cluster: str, on: str, words: str) -> None:
    with pytest.raises(CommandError, match=words) as caught:
        call_command("hours", "--cluster", cluster, "--on", on)
    assert caught.value.returncode == 2


def test_the_words_are_vietnamese(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGTIN_LANGUAGE", "vi")
    call_command("hours", "--cluster", "cao-bang/ta-lung", "--on", "2026-12-14")
    out = capsys.readouterr().out
    assert "07:30–11:00, 13:30–18:00" in out
    assert "Điều 8.1.a" in out
