"""`bangtin schedule compile` and `bangtin explain`: what they say of a plan, and of what they cannot know."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bangtin.hub.schedules.models import Placement, Playlist
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)


def _said(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, object]:
    capsys.readouterr()
    call_command(*words, "--json")
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


def _planned(desk: Desk, **more: object) -> Placement:
    playlist = Playlist.objects.create(name="Tuần 48", made_by=desk.scheduler, made_at=NOW)
    playlist.clusters.add(desk.cluster)
    given: dict[str, object] = {"starts_on": MONDAY, "ends_on": MONDAY + timedelta(days=6), "gap_s": 90, **more}
    version = desk.version(duration_ms=30_000)
    return Placement.objects.create(
        playlist=playlist, version=version, placed_by=desk.scheduler, placed_at=NOW, **given
    )


def test_each_screen_and_day_adds_up_to_its_seconds(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    one = _planned(desk)
    desk.place(desk.version(), "2026-11-23 08:00", "2026-11-23 09:00")
    found = _said(
        capsys, "schedule", "compile", "--cluster", "cao-bang/ta-lung", "--from", "2026-11-23", "--to", "2026-11-24"
    )
    days = found["screen_days"]
    assert isinstance(days, list) and len(days) == 6
    assert {(day["screen"], day["on"]) for day in days} >= {("ta-lung-1", "2026-11-23"), ("ta-lung-3", "2026-11-24")}
    for day in days:
        seconds = day["seconds"]
        assert seconds["scheduled"] + seconds["filler"] + seconds["card"] == seconds["open"]
        assert seconds["open"] + seconds["standby"] == 86_400
        assert sum(seconds["by_language"].values()) == seconds["scheduled"]
    monday = days[0]
    assert monday["gaps"]["between_plays"][f"p{one.pk}"]["least_s"] == 90
    assert monday["seconds"]["open"] == 28_800 and monday["elapsed_ms"] > 0
    assert {item["code"] for item in monday["violations"]} and all("clause" in item for item in monday["violations"])


@pytest.mark.parametrize(
    "words",
    [
        ("schedule", "compile", "--cluster", "cao-bang/khong-co", "--from", "2026-11-23", "--to", "2026-11-23"),
        ("schedule", "compile", "--all", "--cluster", "cao-bang/ta-lung", "--from", "2026-11-23", "--to", "2026-11-23"),
        ("schedule", "compile", "--from", "2026-11-23", "--to", "2026-11-23"),
        ("schedule", "compile", "--all", "--from", "2026-11-23", "--to", "2026-11-22"),
        ("schedule", "compile", "--all", "--from", "hôm nay", "--to", "2026-11-22"),
    ],
)
def test_what_there_is_not_ends_with_a_sentence_and_code_two(desk: Desk, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as caught:
        call_command(*words, "--json")
    assert caught.value.returncode == 2 and str(caught.value)
