"""Geometry of the pictures, badges and templates."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import translation

from bangtin.hub.portal import badges, charts
from bangtin.hub.portal.templatetags.bt import SPRITE
from bangtin.hub.regulations.actions import install

STATIC = Path(__file__).resolve().parents[2] / "static"


def draw(source: str, **values: object) -> str:
    with translation.override("en"):
        return Template("{% load i18n bt %}" + source).render(Context(values))


def test_widths_are_written_with_a_point_in_every_language() -> None:
    with translation.override("vi"):
        assert charts.share(1, 3) == "33.33"
        assert charts.share(5, 0) == "0"


def test_a_short_day_says_how_much_is_missing() -> None:
    with translation.override("en"):
        meter = charts.meter(23_400, need_s=28_800)
    assert (meter.hue, meter.missing, meter.need) == ("a", "1 h 30", "80")


def test_unknown_airtime_is_hatched_and_not_short() -> None:
    meter = charts.meter(None, need_s=28_800)
    assert (meter.hue, meter.missing) == ("u", "")


def test_the_axis_of_a_week_grows_to_hold_its_blocks() -> None:
    day = charts.Day(on=date(2026, 11, 26), kind="", windows=(), blocks=(charts.Block(1210, 1230, "OCOP"),))
    week = charts.week([day])
    assert (week.from_min, week.until_min) == (360, 1260)
    assert float(week.days[0].blocks[0].x) + float(week.days[0].blocks[0].width) <= 100


def test_now_is_drawn_on_its_own_day_only() -> None:
    days = [charts.Day(on=date(2026, 11, d), kind="", windows=(), blocks=()) for d in (23, 24)]
    week = charts.week(days, now=datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    assert [day.now_x for day in week.days] == ["50", ""]


def test_stacked_parts_fill_their_whole_and_drop_the_empty() -> None:
    parts = charts.stacked(
        [charts.Part("a", 3, "3", "g"), charts.Part("b", 0, "0", "a"), charts.Part("c", 1, "1", "r")]
    )
    assert [(part.x, part.width) for part in parts] == [("0", "75"), ("75", "25")]


def test_every_badge_has_a_word_and_an_icon_of_the_sprite() -> None:
    sprite = set(re.findall(r'id="i-([a-z0-9-]+)"', (STATIC / SPRITE).read_text(encoding="utf-8")))
    for states in badges.BADGES.values():
        for badge in states.values():
            assert str(badge.word)
            assert not badge.icon or badge.icon in sprite, badge.icon


def test_an_unknown_state_stays_readable() -> None:
    assert badges.badge("duty", "odd").word == "odd"
    with pytest.raises(ValueError, match="kind"):
        badges.badge("weather", "sunny")


def test_a_badge_is_icon_and_word() -> None:
    html = draw('{% badge "duty" "overdue" %}')
    assert "bt-st-hot" in html
    assert "Overdue" in html
    assert "#i-alert-triangle" in html


@pytest.mark.django_db
def test_a_citation_leads_to_the_register_of_a_regulation_in_use() -> None:
    assert draw('{% cite "cao-bang/8.1.a" %}{% cite "7.1" %}').strip() == ""
    install(instrument_id="cao-bang/31-2020-qd-ubnd", actor=None, at=datetime(2026, 1, 1, tzinfo=UTC))
    html = draw('{% cite "cao-bang/8.1.a" %}')
    assert 'href="/quy-dinh/cao-bang/31-2020/8.1.a"' in html
    assert "Art. 8.1.a" in html


def test_words_of_others_are_escaped() -> None:
    assert "<script>" not in draw("{% tag word %}{% evidence word '/x' %}", word="<script>")


def test_undo_takes_only_addresses_of_ours() -> None:
    message = type("Message", (), {"extra_tags": "undo:/lich/1/hoan-tac"})()
    foreign = type("Message", (), {"extra_tags": "undo:https://example.org"})()
    assert draw("{{ m|undo_href }}", m=message) == "/lich/1/hoan-tac"
    assert draw("{{ m|undo_href }}", m=foreign) == ""
