"""The handbook does not rot: its commands run in their order, and its data stand in the sample as printed."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HANDBOOK = ROOT / "docs" / "handbook"
SAMPLE = ROOT / "tests" / "regulations"
PACK = "song-ngan/07-2026-qd-ubnd"
FENCE = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
FILLED_IN_AFTER = 2  # `new` and the first `check` are of the skeleton; from then on the officers have filled it in


def _fences(page: Path, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(page.read_text(encoding="utf-8")) if kind == language]


def test_each_command_of_a_new_province_works(tmp_path: Path) -> None:
    keep = {name: value for name, value in os.environ.items() if not name.startswith(("BANGTIN_", "DJANGO_"))}
    environment = {**keep, "BANGTIN_DATA_DIR": str(tmp_path / "data"), "BANGTIN_LANGUAGE": "vi"}
    blocks = _fences(HANDBOOK / "them-mot-tinh.md", "console")
    commands = [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]
    assert len(commands) >= 9
    for number, command in enumerate(commands):
        if number == FILLED_IN_AFTER:
            shutil.copytree(SAMPLE / PACK, tmp_path / "ho-so" / PACK, dirs_exist_ok=True)
        program, *words = shlex.split(command)
        assert program == "bangtin"
        call = [sys.executable, "-m", "bangtin.hub.config.main", *words]
        done = subprocess.run(
            call, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


@pytest.mark.parametrize("page", sorted(HANDBOOK.glob("*.md")), ids=lambda page: page.stem)
def test_each_piece_of_data_stands_in_the_sample(page: Path) -> None:
    for block in _fences(page, "yaml"):
        head, *lines = block.splitlines()
        file = SAMPLE / PACK / head.removeprefix("# ")
        assert "\n".join(lines) in file.read_text(encoding="utf-8"), f"{page.name}: {lines[0].strip()}"
