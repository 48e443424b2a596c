"""How loud and how bright a face is: the bundle's levels, an officer's order, the post's limits."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bangtin.bundle.manifest import Level, Manifest
from bangtin.bundle.tests.world import manifest
from bangtin.player.config import BadInput
from bangtin.player.levels import Levels, Limits, read_limits


def at(text: str) -> int:
    """An instant of 23 November 2026 in Việt Nam."""
    return round(datetime.fromisoformat(f"2026-11-23T{text}+07:00").astimezone(UTC).timestamp() * 1000)


def made(volume: tuple[Level, ...] = (), brightness: tuple[Level, ...] = ()) -> Manifest:
    return replace(manifest(), volume=volume, brightness=brightness)


def levels(plan: Manifest | None, *, ordered: int | None = None, limits: Limits | None = None) -> Levels:
    return Levels(manifest=lambda: plan, ordered=lambda: ordered, limits=limits or Limits())


DAY = (Level(at("06:00"), at("18:00"), 60), Level(at("18:00"), at("23:00"), 30))


def test_the_plan_is_as_loud_as_the_bundle_says_for_the_hour() -> None:
    found = levels(made(volume=DAY))
    assert [found.volume_percent(at(hour)) for hour in ("07:00", "17:59", "18:00", "05:30")] == [60, 60, 30, 0]


def test_quiet_hours_silence_the_plan_whatever_bundle_and_officer_say() -> None:
    found = levels(made(volume=DAY), ordered=90)
    assert (found.volume_percent(at("21:59")), found.volume_percent(at("22:00"))) == (90, 0)
    assert (found.volume_percent(at("04:59")), found.volume_percent(at("05:00"))) == (0, 90)


def test_no_order_is_louder_than_the_post_allows() -> None:
    assert levels(made(volume=DAY), ordered=100, limits=Limits(loudest=70)).volume_percent(at("08:00")) == 70


def test_a_bundle_that_names_no_volume_leaves_it_to_the_post() -> None:
    assert levels(made(), limits=Limits(loudest=80)).volume_percent(at("08:00")) == 80
    assert levels(None).volume_percent(at("08:00")) == 100


def test_the_face_is_dimmed_to_the_light_of_the_hour() -> None:
    light = (
        Level(at("06:00"), at("18:00"), 4_500),
        Level(at("18:00"), at("22:00"), 900),
        Level(at("22:00"), at("23:00"), 1),
    )
    found = levels(made(brightness=light))
    assert [found.dim_permille(at(hour)) for hour in ("12:00", "19:00", "22:30", "23:30")] == [0, 519, 797, 0]


@pytest.mark.parametrize("text", ["22-05", "25:00-05:00", "22:00-05:00 ", "٢٢:00-05:00"])
def test_hours_that_cannot_be_read_are_bad_input(text: str) -> None:
    with pytest.raises(BadInput):
        read_limits({"BANGTIN_PLAYER_QUIET": text})


def test_the_limits_of_a_post_come_from_its_environment() -> None:
    named = {"BANGTIN_PLAYER_QUIET": "21:30-06:15", "BANGTIN_PLAYER_LOUDEST": "55", "BANGTIN_PLAYER_FULL_NIT": "6000"}
    assert read_limits(named) == Limits(21 * 60 + 30, 6 * 60 + 15, 55, 6000)
    assert not read_limits({"BANGTIN_PLAYER_QUIET": "none"}).is_quiet(at("23:00"))
    with pytest.raises(BadInput):
        read_limits({"BANGTIN_PLAYER_LOUDEST": "101"})
