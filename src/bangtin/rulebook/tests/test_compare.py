"""Two states of one regulation: only what an officer would call a difference is told."""

from __future__ import annotations

import shutil
from pathlib import Path

from bangtin.rulebook import changes, loading

ROOT = loading.default_root()
CAO_BANG = "cao-bang/31-2020-qd-ubnd"


def test_lines_that_moved_are_no_difference(tmp_path: Path) -> None:
    shutil.copytree(ROOT / CAO_BANG, tmp_path / CAO_BANG)
    for name in ("clauses.yaml", "hours.yaml", "obligations.yaml", "content.yaml", "reports.yaml", "agencies.yaml"):
        path = tmp_path / CAO_BANG / name
        path.write_text(f"# Một dòng chú giải.\n\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    assert changes.between(loading.load(CAO_BANG), loading.load(CAO_BANG, tmp_path)) == ()


def test_a_clause_carried_by_something_else_is_a_difference(tmp_path: Path) -> None:
    shutil.copytree(ROOT / CAO_BANG, tmp_path / CAO_BANG)
    path = tmp_path / CAO_BANG / "clauses.yaml"
    text = path.read_text(encoding="utf-8")
    at = text.index("shown: /nghia-vu/")
    path.write_text(f"{text[:at]}{text[at:].replace('/nghia-vu/', '/bao-cao/', 1)}", encoding="utf-8")
    (told,) = changes.between(loading.load(CAO_BANG), loading.load(CAO_BANG, tmp_path))
    assert told.vi.startswith("Sửa điều khoản cao-bang/")
