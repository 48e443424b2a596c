"""docs/attacks.md and docs/threat-model.md name tests that exist, say which attack they try, and name its refusal."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEST = re.compile(r"`((?:src|tests)/[\w/]+\.py)(?:::(\w+))?`")
NUMBERED = re.compile(r"^\| T(\d+) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)
TUF = (
    "Arbitrary software", "Rollback", "Indefinite freeze", "Endless data", "Extraneous dependencies", "Mix and match",
    "Wrong key", "Key below the threshold", "Replayed timestamp", "Slow retrieval",
    "Thief of timestamp, snapshot and cluster keys", "Thief of the approval key alone",
)  # fmt: skip


@cache
def functions(path: str) -> dict[str, str]:
    """The tests of a file, with their source."""
    source = (ROOT / path).read_text()
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lines = source.splitlines()
    return {node.name: "\n".join(lines[node.lineno - 1 : node.end_lineno]) for node in nodes}


def text() -> str:
    return (ROOT / "docs" / "attacks.md").read_text()


def test_every_number_has_its_row() -> None:
    assert [int(number) for number, *_rest in NUMBERED.findall(text())] == list(range(1, 80))
    assert [name for name in TUF if f"| {name} |" not in text()] == []


@pytest.mark.parametrize("page", ["attacks.md", "threat-model.md"])
def test_every_test_named_exists(page: str) -> None:
    named = TEST.findall((ROOT / "docs" / page).read_text())
    assert named
    assert [path for path, _name in named if not (ROOT / path).exists()] == []
    assert [(path, name) for path, name in named if name and name not in functions(path)] == []


def test_every_test_says_which_attack_it_tries() -> None:
    silent = []
    for number, _what, _code, tests in NUMBERED.findall(text()):
        for path, name in TEST.findall(tests):
            first = functions(path)[name][:400]
            if not re.search(rf"(?<=_)t{number}(?=_)|\bT{number}\b", first):
                silent.append(f"T{number} {path}::{name}")
    assert silent == []


def test_every_attack_ends_in_a_refusal_that_a_test_of_it_names() -> None:
    unnamed = []
    rows = [row for row in text().splitlines() if row.startswith("| ") and TEST.search(row)]
    for row in rows:
        codes = re.findall(r"`([a-z_]+)`", row.rsplit(" | ", 2)[-2])
        sources = "".join((ROOT / path).read_text() for path, _name in TEST.findall(row))
        unnamed += [(row[:60], code) for code in codes if code not in sources]
    assert unnamed == []


def test_every_row_of_the_threat_model_names_a_test_and_what_remains() -> None:
    rows = re.findall(r"^\| (?!Who|---)(.+?) \|(.*)\|$", (ROOT / "docs" / "threat-model.md").read_text(), re.MULTILINE)
    assert len(rows) >= 15
    lacking = [who for who, rest in rows if not TEST.search(rest) or not rest.rsplit("|", 1)[-1].strip()]
    assert lacking == []
