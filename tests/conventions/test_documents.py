"""The documents say what is true: settings, glossary, tour, links."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from bangtin.hub.config import env

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(#[^)]*)?\)")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "regulations").glob("*.md")])


def test_every_setting_is_documented_and_nothing_else() -> None:
    documented = set(re.findall(r"`(BANGTIN_[A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    assert documented >= set(env.NAMES)


def test_every_model_has_its_word_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text()
    models = [model.__name__ for model in apps.get_models() if model.__module__.startswith("bangtin.")]
    assert [name for name in models if f"`{name}`" not in glossary] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = [
        target
        for target, _anchor in LINK.findall(page.read_text())
        if not target.startswith(("http:", "https:", "mailto:")) and not (page.parent / target).exists()
    ]
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_file_of_ours_that_is_named_exists(page: Path) -> None:
    named = re.findall(r"`((?:src|tests)/[\w./-]+\.\w+)(?:::\w+)?`", page.read_text())
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_the_tour_names_every_stop_with_a_function_that_exists() -> None:
    text = (ROOT / "docs" / "tour.md").read_text()
    rows = re.findall(r"^\| (\d+) [^|]*\| \[`([^`]+)`\]\(([^)]+)\)", text, re.MULTILINE)
    assert [number for number, _, _ in rows] == [str(number) for number in range(1, 15)]
    for _number, function, target in rows:
        name = function.rsplit(".", 1)[1]
        source = (ROOT / "docs" / target).resolve().read_text()
        assert re.search(rf"^\s*(async )?def {name}\(", source, re.MULTILINE), f"{target} defines no {name}"


def test_readme_names_the_two_commands() -> None:
    for name in ("README.md", "README.vi.md"):
        text = (ROOT / name).read_text()
        assert "make demo" in text
        assert "make test" in text
        assert "docs/tour.md" in text
