"""Recurrences are those of an independent implementation of RFC 5545."""

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from playwright._impl._driver import compute_driver_executable

from bangtin.hub.schedules.compiler import recurrence
from tests.recurrence.rules import rules

HERE = Path(__file__).parent
ALWAYS = (date(2000, 1, 1), date(2100, 1, 1))


@pytest.fixture(scope="module")
def oracle() -> "Iterator[subprocess.Popen[str]]":
    node = compute_driver_executable()[0]
    with subprocess.Popen(
        [node, HERE / "oracle.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as asked:
        yield asked
        assert asked.stdin is not None
        asked.stdin.close()


def told(oracle: "subprocess.Popen[str]", rule: str, first: date, last: date) -> list[date]:
    assert oracle.stdin is not None
    assert oracle.stdout is not None
    oracle.stdin.write(json.dumps([rule, first.isoformat(), last.isoformat()]) + "\n")
    oracle.stdin.flush()
    return [date.fromisoformat(day) for day in json.loads(oracle.stdout.readline())]


@settings(max_examples=100, deadline=None)
@given(rule=rules(), first=st.dates(date(2023, 1, 1), date(2028, 12, 31)), length=st.integers(0, 1500))
@example(rule="FREQ=YEARLY", first=date(2024, 2, 29), length=1500)
@example(rule="FREQ=MONTHLY", first=date(2026, 1, 31), length=800)
@example(rule="FREQ=MONTHLY;BYMONTHDAY=31,-1", first=date(2026, 1, 1), length=800)
@example(rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", first=date(1997, 8, 5), length=60)
@example(rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", first=date(1997, 8, 5), length=60)
@example(rule="FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", first=date(2026, 1, 1), length=400)
@example(rule="FREQ=YEARLY;BYWEEKNO=20", first=date(2026, 1, 1), length=1500)
@example(rule="FREQ=YEARLY;BYWEEKNO=53;BYDAY=FR", first=date(2026, 1, 1), length=3000)
def test_days_are_those_of_an_independent_library(
    oracle: "subprocess.Popen[str]", rule: str, first: date, length: int
) -> None:
    last = first + timedelta(days=length)
    assert recurrence.days(rule, first=first, last=last, within=(date.min, date.max)) == told(oracle, rule, first, last)


def test_the_vendored_library_is_the_one_that_is_listed() -> None:
    listed = re.findall(r"^\| `([^`]+)` \|.*`([0-9a-f]{64})` \|$", (HERE / "VENDORED.md").read_text(), re.MULTILINE)
    assert [(name, hashlib.sha256((HERE / name).read_bytes()).hexdigest()) for name, _ in listed] == listed
