"""Sizes of modules, clocks, migrations."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "bangtin"
MODULES = sorted(path for path in SRC.rglob("*.py") if "migrations" not in path.parts)
MIGRATIONS = sorted(path for path in SRC.rglob("migrations/[0-9]*.py"))


def test_no_module_is_longer_than_400_lines() -> None:
    assert [f"{path.relative_to(SRC)} {n}" for path in MODULES if (n := len(path.read_text().splitlines())) > 400] == []


def test_no_function_is_longer_than_60_lines() -> None:
    long = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > 60:
                    long.append(f"{path.relative_to(SRC)}:{node.lineno} {node.name} {length}")
    assert long == []


def test_a_tool_that_set_up_brings_is_no_reason_to_skip_in_the_whole_run() -> None:
    """`.ci/run` sets BANGTIN_CI after set-up: a test whose tool is missing then must fail, not be left out."""
    left_out = []
    tests = [path for folder in (SRC, ROOT / "tests") for path in folder.rglob("*.py") if "tests" in path.parts]
    for path in tests:
        for node in ast.parse(path.read_text()).body:
            if _skips_for_a_tool(node) and "BANGTIN_CI" not in ast.unparse(node):
                left_out.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert left_out == []


def _skips_for_a_tool(node: ast.stmt) -> bool:
    calls = [one for one in ast.walk(node) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)]
    words = [ast.unparse(one) for one in calls if isinstance(one.func, ast.Attribute) and "skip" in one.func.attr]
    brought = [one for one in words if not re.search(r"soffice|no ffmpeg", one)]  # set-up brings neither of these
    return any(re.search(r"installed|on this machine|which\(", one) for one in brought)


def test_migrations_are_numbered_in_one_line_and_import_nothing_of_the_apps() -> None:
    for path in MIGRATIONS:
        assert not re.search(r"from bangtin\.hub\.\w+\.(actions|queries|models|policies)", path.read_text()), path
    for folder in {path.parent for path in MIGRATIONS}:
        numbers = [int(path.name[:4]) for path in sorted(folder.glob("[0-9]*.py"))]
        assert numbers == list(range(1, len(numbers) + 1)), folder
