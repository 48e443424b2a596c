"""`bangtin clauses`: the count of every clause, in an empty data directory."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bangtin.hub.portal import carriers
from bangtin.rulebook import loading
from bangtin.rulebook.shapes import AREAS, Carrier

KEYS = ["id", "total", "carried", "pending", "declarative", "outside", "enforced", "cases", "cases_passed", "uncovered"]


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BANGTIN_DATA_DIR": str(folder / "nothing-here"), "BANGTIN_LANGUAGE": "vi"}
    command = [sys.executable, "-m", "bangtin.hub.config.main", "clauses", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, cwd=folder, timeout=120, check=False
    )


def test_one_line_of_json_counts_every_clause_once_with_no_data_directory(tmp_path: Path) -> None:
    done = _run(tmp_path, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    found = json.loads(line)["instruments"]
    assert {one["id"] for one in found} >= set(loading.available())
    for one in found:
        assert list(one) == KEYS
        parts = one["carried"] + len(one["pending"]) + one["declarative"] + one["outside"]
        assert (parts, one["uncovered"], one["cases_passed"]) == (one["total"], [], one["cases"])
    five = [one["total"] for one in found if one["id"] in loading.available(loading.default_root())]
    assert sum(five) == 582
    assert not list(tmp_path.rglob("*.sqlite3*"))


def test_an_instrument_that_is_not_there_ends_with_2_and_what_is_there(tmp_path: Path) -> None:
    done = _run(tmp_path, "--instrument", "cao-bang/x")
    assert (done.returncode, done.stdout) == (2, "")
    assert "cao-bang/x" in done.stderr
    assert "cao-bang/31-2020-qd-ubnd" in done.stderr


def test_the_table_names_what_is_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("clauses", "--instrument", "cao-bang/31-2020-qd-ubnd")
    said = " ".join(capsys.readouterr().out.split())  # long lines are broken where the words allow it
    assert "31/2020/QĐ-UBND" in said
    assert " 93" in said
    assert str(carriers.AREA_WORDS["budget"]) in said


def test_a_clause_whose_feature_is_gone_ends_with_1(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(carriers, "is_there", lambda carrier: not carrier.feature.endswith("duties.due"))
    with pytest.raises(CommandError):
        call_command("clauses", "--instrument", "cao-bang/31-2020-qd-ubnd", "--json")
    (one,) = json.loads(capsys.readouterr().out)["instruments"]
    assert one["uncovered"] == ["cao-bang/15.1-2", "cao-bang/15.2-2"]


def test_a_carrier_is_there_only_with_its_feature_and_its_page() -> None:
    feature = "bangtin.rulebook.duties.due"
    assert carriers.is_there(Carrier(feature, "/nghia-vu/", "x"))
    assert carriers.is_there(Carrier(feature, "bangtin clauses", "x"))
    assert not carriers.is_there(Carrier(feature, "/khong-co/", "x"))
    assert not carriers.is_there(Carrier(feature, "bangtin nothing", "x"))
    assert not carriers.is_there(Carrier("bangtin.rulebook.duties.none", "/nghia-vu/", "x"))


def test_every_feature_and_every_area_has_its_words() -> None:
    clauses = [one for name in loading.available() for one in loading.loaded(name).clauses.values()]
    features = {one.carried_by.feature for one in clauses if one.carried_by}
    assert features == set(carriers.CARRIERS)
    assert set(carriers.AREA_WORDS) == set(AREAS)
