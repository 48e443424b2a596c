"""The mapping file: the one that came with the program, a province's own, and its faults by line."""

from pathlib import Path

import pytest

from bangtin.hub.alerts.cap import certificates_in, default_mapping, mapping_in
from bangtin.hub.alerts.cap.mapping import FILE, load
from bangtin.rulebook.errors import DataError

OWN = Path(__file__).parents[1] / FILE


def faults(tmp_path: Path, was: str, becomes: str) -> str:
    text = OWN.read_text(encoding="utf-8")
    assert was in text
    path = tmp_path / FILE
    path.write_text(text.replace(was, becomes, 1), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load(path)
    return str(caught.value)


def test_the_five_levels_have_the_colours_of_the_decision() -> None:
    levels = default_mapping().levels
    assert [each.level for each in levels] == [1, 2, 3, 4, 5]
    assert [each.colour.en for each in levels] == ["light blue", "light yellow", "orange", "red", "purple"]
    assert [each.colour.vi for each in levels] == ["xanh dương nhạt", "vàng nhạt", "da cam", "đỏ", "tím"]


def test_a_province_edits_its_own_copy(tmp_path: Path) -> None:
    assert mapping_in(tmp_path) is default_mapping()
    text = OWN.read_text(encoding="utf-8").replace('"12": [lai-chau]', '"12": [lai-chau/ma-lu-thang]')
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    assert mapping_in(tmp_path).targets("gso", "12") == ("lai-chau/ma-lu-thang",)
    assert default_mapping().targets("gso", "12") == ("lai-chau",)


@pytest.mark.parametrize(
    ("was", "becomes", "words"),
    [
        ('"5": 5', '"5": 6', "levels from 1 to 5"),
        ('"5": 5', '"5": five', "a whole number"),
        ("{level: 5,", "{level: 4,", "each level from 1 to 5 once"),
        ("{level: 5,", "{level: 9,", "a level from 1 to 5"),
        ("severity: Extreme", "severity: Worst", "a severity"),
        ("category: Fire", "category: Feuer", "a category"),
        ("level_from:", "levels_from:", "level_from"),
        ('"12": [lai-chau]', '"12": lai-chau', "a list"),
        ("levels:", "levels: [", "YAML"),
    ],
)
def test_a_fault_is_named_with_file_and_line(tmp_path: Path, was: str, becomes: str, words: str) -> None:
    found = faults(tmp_path, was, becomes)
    assert words in found
    assert found.startswith(f"{FILE}:")
    assert found.split(":")[1].isdigit()


def test_languages_are_ours_by_the_list_or_by_their_first_part() -> None:
    language = default_mapping().language
    assert [language(tag) for tag in ("vi-VN", "EN_us", "zh-CN", "zh-Hans", "mww", "fr-CA", "blt")] == [
        "vi",
        "en",
        "zh-Hans",
        "zh-Hans",
        "hmn",
        "fr",
        "blt",
    ]


def test_certificates_are_the_pem_files_of_the_folder(tmp_path: Path) -> None:
    assert certificates_in(tmp_path) == ()
    (tmp_path / "certificates").mkdir()
    (tmp_path / "certificates" / "b.pem").write_bytes(b"B")
    (tmp_path / "certificates" / "a.pem").write_bytes(b"A")
    (tmp_path / "certificates" / "c.txt").write_bytes(b"C")
    assert certificates_in(tmp_path) == (b"A", b"B")
