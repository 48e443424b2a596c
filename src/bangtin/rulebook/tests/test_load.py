"""Loading: whole or not at all, with file, line and clause."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from bangtin.rulebook import citations, loading
from bangtin.rulebook.errors import DataError, NoValueYet, UnknownInstrument, UnknownName

CAO_BANG = "cao-bang/31-2020-qd-ubnd"
SHARED = Path(__file__).resolve().parents[5] / "shared"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(loading.default_root() / CAO_BANG, tmp_path / CAO_BANG)
    return tmp_path


def _edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / CAO_BANG / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_cao_bang_loads_with_its_93_clauses() -> None:
    regulation = loading.load(CAO_BANG)
    assert len(regulation.clauses) == 93
    assert regulation.instrument.number == "31/2020/QĐ-UBND"


def test_an_unknown_instrument_names_what_is_there() -> None:
    with pytest.raises(UnknownInstrument, match=CAO_BANG):
        loading.load("cao-bang/none")


def test_an_unknown_parameter_is_named() -> None:
    with pytest.raises(UnknownName, match=r"no parameter 'hours\.moon'"):
        loading.loaded(CAO_BANG).parameter("hours.moon")


def test_a_parameter_has_no_value_before_the_decision_takes_effect() -> None:
    parameter = loading.loaded(CAO_BANG).parameter("station.programmes_a_month")
    assert parameter.number(date(2020, 12, 10)) == 1
    with pytest.raises(NoValueYet):
        parameter.number(date(2020, 12, 9))


def test_a_later_value_takes_over_on_its_day(root: Path) -> None:
    row = "- {since: 2020-12-10, value: 1}"
    _edit(root, "parameters/duties.yaml", row, f"{row}\n      - {{since: 2027-01-01, value: 2}}")
    parameter = loading.load(CAO_BANG, root).parameter("station.programmes_a_month")
    assert [parameter.number(day) for day in (date(2026, 12, 31), date(2027, 1, 1))] == [1, 2]


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("clauses.yaml", "kind: operating_hours", "kind: opening", r"clauses\.yaml:\d+: clause cao-bang/8\.1\.a"),
        ("clauses.yaml", "actors: [cao-bang/so-tttt]", "actors: [cao-bang/so-x]", "'cao-bang/so-x'"),
        ("clauses.yaml", "pending: governance", "pendin: governance", "one of the fields"),
        ("clauses.yaml", "id: cao-bang/8.1.b", "id: cao-bang/8.1.a", "each clause once"),
        ("parameters/hours.yaml", "clause: cao-bang/8.1.a", "clause: cao-bang/8.9.z", "a clause of this instrument"),
        ("parameters/hours.yaml", "07:30-11:00", "11:00-07:30", "opens before it closes"),
        ("parameters/hours.yaml", "13:30-18:00", "10:30-18:00", "do not overlap"),
        ("parameters/duties.yaml", '"12-15"', '"12-32"', "day"),
        ("parameters/duties.yaml", "value: 1}", "value: one}", "invalid literal"),
        ("parameters/duties.yaml", "value: 1}", "value: 0}", "a whole number from 1"),
        ("agencies.yaml", "parent: cao-bang/ubnd-tinh", "parent: cao-bang/ubnd-x", "a parent agency"),
        ("agencies.yaml", "- cao-bang/don-vi-van-hanh", "- cao-bang/moi-co-quan", "without a circle"),
        ("obligations.yaml", "operator: before", "operator: around", "a due operator"),
        ("obligations.yaml", "day: reports.unit_day", "day: reports.moon", "a parameter defined"),
        ("hours.yaml", "[weekend, holiday]", "[weekend]", "each kind of day once"),
        ("clusters.yaml", "operator: cao-bang/ubnd-quang-hoa", "operator: cao-bang/xa-x", "an operator"),
        ("regulation.yaml", "issued_on: 2020-11-30", "issued_on: 2020-11-31", "a date as YYYY-MM-DD"),
        ("regulation.yaml", "  number:", "  : number:", "YAML"),
    ],
)
def test_wrong_data_name_the_place(root: Path, name: str, old: str, new: str, said: str) -> None:
    _edit(root, name, old, new)
    with pytest.raises(DataError, match=said) as caught:
        loading.load(CAO_BANG, root)
    assert re.match(rf"{CAO_BANG}/{re.escape(name)}:\d+", str(caught.value))


def test_overlapping_validity_is_refused(root: Path) -> None:
    row = "- {since: 2020-12-10, value: 1}"
    _edit(root, "parameters/duties.yaml", row, f"{row}\n      {row}")
    with pytest.raises(DataError, match="oldest first"):
        loading.load(CAO_BANG, root)


def test_a_circle_of_successions_is_refused(root: Path) -> None:
    rows = "\n".join(
        f"  - {{predecessor: cao-bang/{old}, successor: cao-bang/{new}, kind: merge,"
        " effective_on: 2025-07-01, basis: x}"
        for old, new in (("so-tttt", "so-vhttdl"), ("so-vhttdl", "so-tttt"))
    )
    _edit(root, "agencies.yaml", "mandates:", f"successions:\n{rows}\nmandates:")
    with pytest.raises(DataError, match="successions without a circle"):
        loading.load(CAO_BANG, root)


def test_a_folder_without_clauses_is_refused(root: Path) -> None:
    (root / CAO_BANG / "clauses.yaml").unlink()
    with pytest.raises(DataError, match=r"the file clauses\.yaml"):
        loading.load(CAO_BANG, root)


def test_clauses_equal_the_list_they_were_taken_from() -> None:
    path = SHARED / "regulations" / "clauses.json"
    if not path.is_file():
        pytest.skip("the list of clauses is not beside the repository")
    listed = {row["id"]: row for row in json.loads(path.read_text(encoding="utf-8"))}
    wanted = {name: row for name, row in listed.items() if name.startswith("cao-bang/")}
    found = loading.loaded(CAO_BANG).clauses
    assert set(found) == set(wanted)
    for name, row in wanted.items():
        assert (found[name].kind, found[name].disposition) == (row["kind"], row["disposition"])


def test_no_paraphrase_copies_the_document() -> None:
    seeds = sorted((SHARED / "seeds").glob("000_*.txt"))
    if not seeds:
        pytest.skip("the document is not beside the repository")
    document = _words(seeds[0].read_text(encoding="utf-8"))
    runs = {document[at : at + 12] for at in range(len(document))}
    for clause in loading.loaded(CAO_BANG).clauses.values():
        words = _words(clause.says.vi)
        copied = [words[at : at + 12] for at in range(len(words) - 11) if words[at : at + 12] in runs]
        assert copied == [], clause.id


def test_headings_stand_in_the_document_word_for_word() -> None:
    seeds = sorted((SHARED / "seeds").glob("000_*.txt"))
    if not seeds:
        pytest.skip("the document is not beside the repository")
    document = " ".join(_words(seeds[0].read_text(encoding="utf-8")))
    regulation = loading.loaded(CAO_BANG)
    headings = [a.heading.vi for a in regulation.articles if a.id.isdigit()]
    for section in regulation.report("cao-bang/yearly-report").outline:
        headings += [section.heading.vi, *(each.heading.vi for each in section.sections)]
    missing = [text for text in headings if " ".join(_words(text)) not in document]
    assert missing == []


def test_every_word_of_ours_is_there_in_both_languages() -> None:
    for clause in loading.loaded(CAO_BANG).clauses.values():
        assert clause.says.vi.strip() and clause.says.en.strip()
        assert citations.parse(clause.id).prefix == "cao-bang"


def test_local_facts_are_marked() -> None:
    regulation = loading.loaded(CAO_BANG)
    assert all("faces" in cluster.local_fields for cluster in regulation.clusters)
    assert [len(cluster.faces) for cluster in regulation.clusters] == [1, 3]
    assert regulation.agency("cao-bang/ubnd-bao-lac").is_local


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.lower()))
