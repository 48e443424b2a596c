"""Loading: whole or not at all, with file, line and clause."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest

from bangtin.rulebook import citations, loading, schema
from bangtin.rulebook.errors import DataError, NoValueYet, UnknownInstrument, UnknownName

CAO_BANG = "cao-bang/31-2020-qd-ubnd"
HA_TINH, LAI_CHAU = "ha-tinh/2432-qd-ubnd", "lai-chau/20-2024-qd-ubnd"
ENTERED = {CAO_BANG: "000", LAI_CHAU: "001", HA_TINH: "002"}
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
        ("clauses.yaml", "pending: governance", "pendin: governance", "the field 'pending'"),
        ("clauses.yaml", "id: cao-bang/8.1.b", "id: cao-bang/8.1.a", "each clause once"),
        ("parameters/hours.yaml", "clause: cao-bang/8.1.a", "clause: cao-bang/8.9.z", "a clause of this instrument"),
        ("parameters/hours.yaml", "07:30-11:00", "11:00-07:30", "opens before it closes"),
        ("parameters/hours.yaml", "13:30-18:00", "10:30-18:00", "do not overlap"),
        ("parameters/duties.yaml", '"12-15"', '"12-32"', "day"),
        ("parameters/duties.yaml", "value: 1}", "value: one}", "a whole number"),
        ("parameters/duties.yaml", "value: 1}", "value: 0}", "a whole number from 1"),
        ("agencies.yaml", "parent: cao-bang/ubnd-tinh", "parent: cao-bang/ubnd-x", "a parent agency"),
        ("agencies.yaml", "- cao-bang/don-vi-van-hanh", "- cao-bang/moi-co-quan", "without a circle"),
        ("obligations.yaml", "operator: before", "operator: around", "a due operator"),
        ("obligations.yaml", "day: reports.unit_day", "day: reports.moon", "a parameter defined"),
        ("hours.yaml", "[weekend, holiday]", "[weekend]", "each kind of day once"),
        ("clusters.yaml", "operator: cao-bang/ubnd-quang-hoa", "operator: cao-bang/xa-x", "an operator"),
        ("hours.yaml", "mode: fixed", "mode: minimum", "`windows` exactly where the mode is fixed"),
        (
            "parameters/duties.yaml",
            'since: 2020-12-10, value: "12-20"',
            'since: 2021-01-01, value: "12-20"',
            "first value",
        ),
        ("parameters/duties.yaml", '"12-20"', '"02-29"', "a day that every year has"),
        (
            "parameters/duties.yaml",
            'value: null, reference: "The text gives no day',
            'value: 30, reference: "No day',
            "a day that every month has",
        ),
        ("obligations.yaml", "period: {kind: month}", "period: {kind: fortnight}", "a period, one of"),
        ("obligations.yaml", "operator: period_end", "operator: within_days", "names a day or a term"),
        ("obligations.yaml", "match: in_period,", "match: in_period, mode: both,", "a parameter defined"),
        ("content.yaml", "kind: budget", "kind: money", "a kind of route"),
        ("content.yaml", "months: archive.retention", "months: archive.moon", "a parameter defined"),
        ("regulation.yaml", "  issued_on:", "  ended_on: 2030-01-01\n  issued_on:", "the paper that ends it"),
        ("regulation.yaml", "issued_on: 2020-11-30", "issued_on: 2020-11-31", "a date as YYYY-MM-DD"),
        ("regulation.yaml", "  number:", "  : number:", "YAML"),
        ("clauses.yaml", "pending: governance", "pending: governence", "an area, one of account, "),
        ("clauses.yaml", "feature: bangtin.rulebook.duties.due", "feature: due", "feature, an import path"),
        ("clauses.yaml", "shown: /nghia-vu/", "shown: nghia-vu", "shown, a page such as"),
        ("clauses.yaml", "          shown: /nghia-vu/\n", "", "the field 'shown' of Carrier"),
        ("clauses.yaml", "        pending: governance\n", "", "`carried_by` or `pending` exactly where"),
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


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["so-tttt, successor: cao-bang/so-vhttdl, kind: join"], "a kind, one of"),
        (["so-tttt, successor: null, kind: merge"], "exactly where the kind is abolish"),
        (["so-tttt, successor: cao-bang/so-vhttdl, kind: transfer"], "duties or clusters that a transfer"),
        (["so-tttt, successor: cao-bang/so-x, kind: merge"], "an agency defined"),
        (
            [
                "so-tttt, successor: cao-bang/so-vhttdl, kind: merge",
                "so-tttt, successor: cao-bang/so-ngoai-vu, kind: merge",
            ],
            "several heirs are a split",
        ),
    ],
)
def test_a_wrong_succession_is_refused(root: Path, rows: list[str], said: str) -> None:
    written = "\n".join(f"  - {{predecessor: cao-bang/{row}, effective_on: 2025-07-01, basis: x}}" for row in rows)
    _edit(root, "agencies.yaml", "mandates:", f"successions:\n{written}\nmandates:")
    with pytest.raises(DataError, match=said):
        loading.load(CAO_BANG, root)


def test_a_tolerance_of_the_text_is_refused_for_only_the_province_may_set_it(tmp_path: Path) -> None:
    shutil.copytree(loading.default_root() / HA_TINH, tmp_path / HA_TINH)
    path = tmp_path / HA_TINH / "parameters" / "all.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("    is_local: true\n", "", 1), encoding="utf-8")
    with pytest.raises(DataError, match="only the province may set it"):
        loading.load(HA_TINH, tmp_path)


@pytest.mark.parametrize("name", ENTERED)
def test_clauses_equal_the_list_they_were_taken_from(name: str) -> None:
    path = SHARED / "regulations" / "clauses.json"
    if not path.is_file():
        pytest.skip("the list of clauses is not beside the repository")
    regulation = loading.loaded(name)
    prefix = f"{regulation.instrument.clause_prefix}/"
    listed = json.loads(path.read_text(encoding="utf-8"))
    wanted = {row["id"]: (row["kind"], row["disposition"]) for row in listed if row["id"].startswith(prefix)}
    assert {each.id: (each.kind, each.disposition) for each in regulation.clauses.values()} == wanted


@pytest.mark.parametrize("name", ENTERED)
def test_no_paraphrase_copies_the_document(name: str) -> None:
    document = _document(name)
    runs = {document[at : at + 12] for at in range(len(document))}
    for clause in loading.loaded(name).clauses.values():
        for text in (clause.says.vi, clause.note.vi if clause.note else ""):
            words = _words(text)
            copied = [words[at : at + 12] for at in range(len(words) - 11) if words[at : at + 12] in runs]
            assert copied == [], clause.id


@pytest.mark.parametrize("name", ENTERED)
def test_headings_and_slips_stand_in_the_document_word_for_word(name: str) -> None:
    document = " ".join(_document(name))
    regulation = loading.loaded(name)
    printed = [article.heading.vi for article in regulation.articles if article.id.isdigit()]
    printed += [article.chapter.vi.partition(". ")[2] for article in regulation.articles if article.chapter]
    for kind in regulation.reports:
        for section in kind.outline:
            printed += [section.heading.vi, *(each.heading.vi for each in section.sections)]
    printed += [part for slip in regulation.errata for part in re.split(r"; | … ", slip.printed)]
    assert [text for text in printed if " ".join(_words(text)) not in document] == []


@pytest.mark.parametrize("name", ENTERED)
def test_every_phrase_of_a_due_rule_is_the_documents_own(name: str) -> None:
    document = " ".join(_document(name))
    phrases = [each.due.phrase.vi for each in loading.loaded(name).obligations if each.due is not None]
    parts = [part for phrase in phrases for part in phrase.split(" … ")]
    assert [part for part in parts if " ".join(_words(part)) not in document] == []


@pytest.mark.parametrize("name", ENTERED)
def test_every_word_of_ours_is_there_in_both_languages(name: str) -> None:
    regulation = loading.loaded(name)
    for clause in regulation.clauses.values():
        assert clause.says.vi.strip() and clause.says.en.strip()
        assert citations.parse(clause.id).prefix == regulation.instrument.clause_prefix
        assert clause.carried_by is None or clause.carried_by.test


def test_the_schema_is_that_of_the_loader() -> None:
    written = (loading.default_root() / "schema.json").read_text(encoding="utf-8")
    assert written == schema.written()


def test_local_facts_are_marked() -> None:
    regulation = loading.loaded(CAO_BANG)
    assert all("faces" in cluster.local_fields for cluster in regulation.clusters)
    assert [len(cluster.faces) for cluster in regulation.clusters] == [1, 3]
    assert regulation.agency("cao-bang/ubnd-bao-lac").is_local


def _document(name: str) -> tuple[str, ...]:
    seeds = sorted((SHARED / "seeds").glob(f"{ENTERED[name]}_*.txt"))
    if not seeds:
        pytest.skip("the document is not beside the repository")
    return _words(seeds[0].read_text(encoding="utf-8"))


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.lower()))
