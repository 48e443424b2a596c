"""`bangtin schedule compile` and `bangtin explain`: what they say of a plan, and of what they cannot know."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bangtin.hub.devices import actions as devices
from bangtin.hub.devices.actions import keys
from bangtin.hub.kit.testing import local
from bangtin.hub.schedules import actions as schedules
from bangtin.hub.schedules.models import Placement, Playlist
from bangtin.hub.schedules.tests.factories import NOW, Desk, released

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 11, 23)


def _said(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    call_command(*words, "--json")
    (line,) = capsys.readouterr().out.splitlines()
    found = json.loads(line)
    assert isinstance(found, dict)
    return found


def _key_ids(role: str) -> list[str]:
    return [signer.public_key.keyid for signer in keys.load().of(role)]


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
    assert monday["violations"] == [] and {"gap"} <= {item["code"] for item in monday["advice"]}
    assert all(item["clause"] for item in monday["advice"] if item["code"] == "gap")


def test_an_instant_is_explained_from_the_plan_before_and_from_the_bundle_after_it(
    desk: Desk, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = _planned(desk)
    slot = desk.place(desk.version(), "2026-11-23 13:30", "2026-11-23 15:00")
    monkeypatch.setattr("bangtin.hub.kit.clock.now", lambda: NOW)
    ask = ("explain", "--screen", "ta-lung-1", "--at", "2026-11-23T07:30:10")
    before = _said(capsys, *ask)
    assert (before["source"], before["bundle"], before["key"]) == ("plan", None, [])
    released(desk.cluster)
    bundle = devices.publish_bundle(cluster=desk.cluster, actor=desk.scheduler, at=NOW)
    after = _said(capsys, *ask)
    assert (after["source"], after["bundle"], after["is_published"]) == ("plan", 1, True)
    monkeypatch.setattr("bangtin.hub.kit.clock.now", lambda: local("2026-11-23 16:00"))
    past = _said(capsys, *ask)
    assert (past["source"], past["kind"], past["class"], past["placement"]) == ("bundle", "item", "ordinary", one.pk)
    assert past["item"]["receipt"] == one.version.receipt
    assert past["rule"]["clause"] == "cao-bang/8.1.a"
    assert [each["step"] for each in past["approvals"]] == ["appraisal.decide", "appraisal.confirm"]
    assert past["key"] == _key_ids("c-ta-lung") and past["bundle"] == bundle.number
    assert all(each["key"] == _key_ids("approvals") for each in past["approvals"])
    schedules.take_down(slot=slot, reason="Sai tên người", actor=desk.scheduler, at=local("2026-11-23 14:00"))
    gone = _said(capsys, "explain", "--screen", "ta-lung-1", "--at", "2026-11-23T14:30:00+07:00")
    assert [(each["by"], each["slot"]) for each in gone["displaced"]] == [("take_down", slot.pk)]


def test_what_priority_covers_is_named(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    one = _planned(desk)
    desk.place(desk.version(is_urgent=True), "2026-11-23 08:00", "2026-11-23 09:00", bulletin_class="priority")
    slot = desk.place(desk.version(), "2026-11-23 08:30", "2026-11-23 09:00")
    at = ("--at", "2026-11-23T08:45:00")
    found = _said(capsys, "explain", "--screen", "ta-lung-2", *at)
    assert found["class"] == "priority" and found["placement"] is None and one.pk
    assert [(each["by"], each["slot"]) for each in found["displaced"]] == [("priority", slot.pk)]
    dark = _said(capsys, "explain", "--screen", "ta-lung-2", "--at", "2026-11-23T12:00")
    assert (dark["kind"], dark["item"], dark["rule"]["clause"]) == ("standby", None, "cao-bang/8.1.a")


@pytest.mark.parametrize(
    "words",
    [
        ("schedule", "compile", "--cluster", "cao-bang/khong-co", "--from", "2026-11-23", "--to", "2026-11-23"),
        ("schedule", "compile", "--all", "--cluster", "cao-bang/ta-lung", "--from", "2026-11-23", "--to", "2026-11-23"),
        ("schedule", "compile", "--from", "2026-11-23", "--to", "2026-11-23"),
        ("schedule", "compile", "--all", "--from", "2026-11-23", "--to", "2026-11-22"),
        ("explain", "--screen", "khong-co-1", "--at", "2026-11-23T08:45:00"),
        ("explain", "--screen", "ta-lung-1", "--at", "2026-11-23"),
        ("schedule", "compile", "--all", "--from", "hôm nay", "--to", "2026-11-22"),
    ],
)
def test_what_there_is_not_ends_with_a_sentence_and_code_two(desk: Desk, words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError) as caught:
        call_command(*words, "--json")
    assert caught.value.returncode == 2 and str(caught.value)


def test_on_request_it_says_what_would_have_to_give_for_a_minimum(
    desk: Desk, capsys: pytest.CaptureFixture[str]
) -> None:
    _planned(desk, min_per_day=400)
    asked = ("schedule", "compile", "--cluster", "cao-bang/ta-lung", "--from", "2026-11-23", "--to", "2026-11-23")
    assert "reliefs" not in _said(capsys, *asked)
    reliefs = _said(capsys, *asked, "--explain")["reliefs"]
    assert {one["gives"] for one in reliefs} == {"lower_min_day", "shorten_gap", "open_longer"}
    for one in reliefs:
        assert (one["lack"]["wanted"], one["on"]) == (400, "2026-11-23")
        assert one["says"] and "%" not in one["says"]
