"""docs/attacks.md and docs/threat-model.md name tests that exist, say which attack they try, and expect its refusal.

A code counts where the named test itself expects it: in an assertion, in what it hands to a call that asserts, or in a
table (of the function or its decorators) that it goes through; or in a function of the same file that it calls.
"""

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


# What makes a test of it: these raise or assert for who calls them.
ASSERTING = {"raises", "refused", "until"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def functions(path: str) -> dict[str, Function]:
    """The functions of a file by name."""
    nodes = ast.walk(ast.parse((ROOT / path).read_text()))
    return {node.name: node for node in nodes if isinstance(node, Function)}


@cache
def beginning(path: str, name: str) -> str:
    """A test's decorators, its name and its first lines."""
    node = functions(path)[name]
    first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
    return "\n".join((ROOT / path).read_text().splitlines()[first - 1 : node.body[0].end_lineno])


def reached(path: str, name: str) -> list[Function]:
    """A test and the functions of its file that it calls by name, and those that they call."""
    found, left = dict[str, Function](), [name]
    while left:
        one = left.pop()
        if one in functions(path) and one not in found:
            found[one] = functions(path)[one]
            left += [node.id for node in ast.walk(found[one]) if isinstance(node, ast.Name)]
    return list(found.values())


def asserts(node: Function) -> bool:
    """Whether the function expects anything at all."""
    calls = [one.func for one in ast.walk(node) if isinstance(one, ast.Call)]
    names = {getattr(one, "attr", getattr(one, "id", "")) for one in calls}
    return bool(names & ASSERTING) or any(isinstance(one, ast.Assert) for one in ast.walk(node))


def expected(node: Function) -> set[str]:
    """The words that the function may expect: not those of its docstring, of a message, or beside a plain name."""
    said = {id(one.msg) for one in ast.walk(node) if isinstance(one, ast.Assert) and one.msg is not None}
    words, left = set[str](), list[ast.AST]([*node.body, *node.decorator_list])
    while left:
        one = left.pop()
        if id(one) in said or (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)):
            continue
        if isinstance(one, ast.Constant) and isinstance(one.value, str | bytes):
            said_here = one.value if isinstance(one.value, str) else one.value.decode("latin-1")
            words |= set(re.findall(r"[a-z_]+", said_here)) if " " not in said_here else set()
        left += ast.iter_child_nodes(one)
    return words


def expects(path: str, name: str, code: str) -> bool:
    """Whether the test ends in the refusal; a code that begins with `_` stands for every role's own."""
    found = reached(path, name)
    words = set[str]().union(*map(expected, found))
    return any(map(asserts, found)) and any(one == code or (code[0] == "_" and one.endswith(code)) for one in words)


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
            if not re.search(rf"(?<=_)t{number}(?=_)|\bT{number}\b", beginning(path, name)):
                silent.append(f"T{number} {path}::{name}")
    assert silent == []


def rows() -> list[tuple[str, list[str], list[tuple[str, str]]]]:
    """Each row's beginning, the codes it ends in, and its tests."""
    found = [row for row in text().splitlines() if row.startswith("| ") and TEST.search(row)]
    return [
        (row[:60], re.findall(r"`([a-z_]+)`", row.rsplit(" | ", 2)[-2]), [(p, n) for p, n in TEST.findall(row) if n])
        for row in found
    ]


def test_a_code_elsewhere_in_the_file_or_only_spoken_of_counts_for_nothing() -> None:
    path, name = "src/bangtin/bundle/tests/test_attacks.py", "test_t2_a_root_signed_by_one_of_two_is_refused"
    assert expects(path, name, "root_unsigned")
    assert not expects(path, name, "manifest_malformed")
    node = ast.parse('def test() -> None:\n    """gone_wrong"""\n    assert True, "gone_wrong"').body[0]
    assert isinstance(node, Function)
    assert expected(node) == set()


def test_every_attack_ends_in_a_refusal_that_a_test_of_it_expects() -> None:
    unnamed = [
        (row, code)
        for row, codes, tests in rows()
        for code in codes
        if not any(expects(path, name, code) for path, name in tests)
    ]
    assert unnamed == []


def test_every_test_of_an_attack_expects_a_refusal_of_its_row() -> None:
    idle = []
    for row, codes, tests in rows():
        for path, name in tests:
            is_tried = any(expects(path, name, code) for code in codes)
            if not is_tried and (codes or not any(map(asserts, reached(path, name)))):
                idle.append((row, name))
    assert idle == []


def test_only_what_must_go_on_working_ends_in_no_refusal() -> None:
    without = {row.split(" | ")[0].removeprefix("| ") for row, codes, _tests in rows() if not codes}
    assert without == {"T3", "T11", "T45", "T53"}


def test_every_row_of_the_threat_model_names_a_test_and_what_remains() -> None:
    rows = re.findall(r"^\| (?!Who|---)(.+?) \|(.*)\|$", (ROOT / "docs" / "threat-model.md").read_text(), re.MULTILINE)
    assert len(rows) >= 15
    lacking = [who for who, rest in rows if not TEST.search(rest) or not rest.rsplit("|", 1)[-1].strip()]
    assert lacking == []
