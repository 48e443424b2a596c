"""Refusals have stable, unique codes, and each is documented."""

import importlib
import pkgutil
import re
from pathlib import Path

import bangtin.hub
from bangtin.hub.kit.errors import Refusal

ROOT = Path(__file__).resolve().parents[2]


def _all_refusals() -> list[type[Refusal]]:
    for module in pkgutil.walk_packages(bangtin.hub.__path__, "bangtin.hub."):
        if module.name.endswith(".errors") or ".actions" in module.name:
            importlib.import_module(module.name)
    found, queue = [], [Refusal]
    while queue:
        kind = queue.pop()
        queue += kind.__subclasses__()
        if kind is not Refusal:
            found.append(kind)
    return found


def test_codes_are_unique_and_well_formed() -> None:
    codes = [kind.code for kind in _all_refusals()]
    assert len(codes) == len(set(codes)), sorted(code for code in codes if codes.count(code) > 1)
    assert [code for code in codes if not re.fullmatch(r"BT-[A-Z]+-\d{3}", code)] == []


def test_every_code_is_documented() -> None:
    text = (ROOT / "docs" / "errors.md").read_text()
    assert [kind.code for kind in _all_refusals() if kind.code not in text] == []
