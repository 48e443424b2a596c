"""The bench of the lake asks what a plain table of the same rows answers as well."""

from pathlib import Path
from typing import Any

import pytest

from bangtin.hub.config.benches import year

pytestmark = pytest.mark.django_db


def test_the_sealed_year_adds_up_to_what_sqlite_says(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(year, "DAYS", 3)
    year.build(year.FIRST, 8, distinct=2)
    figures, sums = year.asked(year.FIRST, "small")
    assert figures["month_agency_small_s"] > 0
    assert sum(int(str(row[2])) for row in sums) == 3 * 8 * year.SCREENS
    assert year.in_sqlite(sums)["sqlite_bytes_a_row"] > year.sizes()["reported_bytes_a_row"]


def test_the_evidence_of_a_screens_day_is_small_and_proves_itself() -> None:
    assert 5 < year.evidence_bytes(plays_a_day=200) <= 60
