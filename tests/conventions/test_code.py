"""Sizes of modules, clocks, migrations."""

import ast
import re
from pathlib import Path

SRC = Path(__file__).resolve().parents[2] / "src" / "bangtin"
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


def test_migrations_are_numbered_in_one_line_and_import_nothing_of_the_apps() -> None:
    for path in MIGRATIONS:
        assert not re.search(r"from bangtin\.hub\.\w+\.(actions|queries|models|policies)", path.read_text()), path
    for folder in {path.parent for path in MIGRATIONS}:
        numbers = [int(path.name[:4]) for path in sorted(folder.glob("[0-9]*.py"))]
        assert numbers == list(range(1, len(numbers) + 1)), folder
