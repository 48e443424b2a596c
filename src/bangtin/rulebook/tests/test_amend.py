"""Amendments and repeals are applied by date, from data alone; what went before stays."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from bangtin.rulebook import calendars, evaluation, hours, loading
from bangtin.rulebook.errors import DataError
from bangtin.rulebook.shapes import Regulation

ROOT = loading.default_root()
CAO_BANG = "cao-bang/31-2020-qd-ubnd"
CALENDAR = calendars.load(ROOT)
LAST, DAY = date(2027, 6, 30), date(2027, 7, 1)
AMENDMENT = """
  amendments:
    - number: "9/2027/QĐ-UBND"
      effective_on: 2027-07-01
      clauses: [cao-bang/8.1.a]
      repeals: [cao-bang/8.1.b, cao-bang/13-1, cao-bang/13-2]
      adds: [cao-bang/8.1.c]
      note: {vi: "Sửa", en: "Amended"}
"""
CLAUSE = """      - id: cao-bang/8.1.c
        kind: operating_hours
        disposition: declarative
        subject: scheduling
        says: {vi: "Ngày nghỉ suốt ngày đêm", en: "Round the clock on days off"}
"""
PART = """      - days: [weekend, holiday]
        clause: cao-bang/8.1.c
        mode: round_the_clock
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / CAO_BANG, tmp_path / CAO_BANG)
    _edit(tmp_path, "regulation.yaml", "errata:", f"{AMENDMENT}errata:")
    clauses = (tmp_path / CAO_BANG / "clauses.yaml").read_text(encoding="utf-8")
    after = clauses.index("      - id: ", clauses.index("id: cao-bang/8.1.b"))
    text = clauses[:after] + CLAUSE + clauses[after:]
    (tmp_path / CAO_BANG / "clauses.yaml").write_text(text, encoding="utf-8")
    hours_file = tmp_path / CAO_BANG / "hours.yaml"
    hours_file.write_text(hours_file.read_text(encoding="utf-8").rstrip() + "\n" + PART, encoding="utf-8")
    row = '- {since: 2020-12-10, value: ["07:30-11:00", "13:30-18:00"]}'
    later = '- {since: 2027-07-01, value: ["06:00-20:00"], by: "9/2027/QĐ-UBND"}'
    _edit(tmp_path, "parameters/hours.yaml", row, f"{row}\n      {later}")
    return tmp_path


def _edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / CAO_BANG / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def amended(root: Path) -> Regulation:
    return loading.load(CAO_BANG, root)


def _windows(regulation: Regulation, on: date) -> list[str]:
    day = hours.day(hours.of(regulation, "cao-bang/ta-lung"), CALENDAR, on)
    return [str(each) for each in day.windows or ()]


def test_a_number_set_by_an_amendment_holds_from_its_day(amended: Regulation) -> None:
    assert _windows(amended, LAST) == ["07:30-11:00", "13:30-18:00"]
    assert _windows(amended, DAY) == ["06:00-20:00"]


def test_hours_of_a_repealed_clause_give_way_to_those_of_the_added_one(amended: Regulation) -> None:
    rule = hours.of(amended, "cao-bang/ta-lung")
    before, after = (hours.day(rule, CALENDAR, on) for on in (date(2027, 6, 27), date(2027, 7, 4)))
    assert (before.mode, before.citation) == ("operator_sets", "cao-bang/8.1.b")
    assert (after.mode, after.citation) == ("round_the_clock", "cao-bang/8.1.c")


def test_a_duty_whose_clauses_are_all_repealed_has_no_period_from_that_day(amended: Regulation) -> None:
    found = evaluation.occurrences(
        amended,
        amended.obligation("cao-bang/station-programmes"),
        from_on=date(2027, 1, 1),
        until_on=date(2027, 12, 31),
        calendar=CALENDAR,
    )
    keys = [each.period.key for each in found]
    assert keys[-1] == "2027-06"
    assert "2027-07" not in keys


def test_a_clause_tells_what_later_papers_did_to_it(amended: Regulation) -> None:
    assert amended.stands("cao-bang/8.1.b", LAST) and not amended.stands("cao-bang/8.1.b", DAY)
    assert not amended.stands("cao-bang/8.1.c", LAST) and amended.stands("cao-bang/8.1.c", DAY)
    assert [each.number for each in amended.amendments_of("cao-bang/8.1.a", DAY)] == ["9/2027/QĐ-UBND"]
    assert amended.amendments_of("cao-bang/8.1.a", DAY - timedelta(days=1)) == ()


def test_an_instrument_that_ended_lays_no_duty_on_anyone(tmp_path: Path) -> None:
    shutil.copytree(ROOT / CAO_BANG, tmp_path / CAO_BANG)
    end = '  ended_on: 2027-06-30\n  ended_by: "1/2027/QĐ-UBND"\n  issued_on:'
    _edit(tmp_path, "regulation.yaml", "  issued_on:", end)
    ended = loading.load(CAO_BANG, tmp_path)
    found = evaluation.all_occurrences(ended, from_on=date(2027, 9, 1), until_on=date(2028, 6, 30), calendar=CALENDAR)
    assert [each for each in found if each.period.start > LAST] == []


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("regulation.yaml", "repeals: [cao-bang/8.1.b", "repeals: [cao-bang/8.1.x", "a clause of this instrument"),
        ("regulation.yaml", "effective_on: 2027-07-01", "effective_on: 2019-07-01", "from the instrument's own on"),
        ("regulation.yaml", "effective_on: 2027-07-01", "effective_on: 2027-08-01", "a value since 2027-08-01"),
        ("regulation.yaml", "adds: [cao-bang/8.1.c]", "adds: [cao-bang/8.1.b]", "a repeal after the day it was added"),
        ("regulation.yaml", "repeals: [cao-bang/8.1.b, ", "repeals: [", "each kind of day once"),
        ("parameters/hours.yaml", 'by: "9/2027', 'by: "8/2027', "an amendment of this instrument"),
    ],
)
def test_an_amendment_that_does_not_fit_is_named(root: Path, name: str, old: str, new: str, said: str) -> None:
    _edit(root, name, old, new)
    with pytest.raises(DataError, match=said):
        loading.load(CAO_BANG, root)
