"""Vietnamese is complete: no missing, fuzzy or stale entry, and the compiled file is the committed text."""

import re
from pathlib import Path

from tests.conventions import catalogue


def test_every_string_has_its_vietnamese_wording() -> None:
    assert catalogue.missing() == []


def test_no_entry_is_left_over() -> None:
    assert catalogue.unused() == []


def test_the_compiled_catalogue_is_the_committed_one(tmp_path: Path) -> None:
    compiled = tmp_path / "django.mo"
    catalogue.compile_mo(compiled)
    assert compiled.read_bytes() == catalogue.PO.with_suffix(".mo").read_bytes()


def test_placeholders_are_named_and_the_same_in_both_languages() -> None:
    pattern = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
    wrong = []
    for entry in catalogue.catalogue():
        if entry.id and isinstance(entry.id, str) and isinstance(entry.string, str):
            if set(pattern.findall(entry.id)) != set(pattern.findall(entry.string)):
                wrong.append(entry.id)
            if re.search(r"%[sd]", entry.id):
                wrong.append(entry.id)
    assert wrong == []
