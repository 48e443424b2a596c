"""What `deploy/` starts is what the programs understand: commands, options, settings, what may be opened."""

import json
import re
import shlex
from pathlib import Path

import pytest

from bangtin.player.command_line import parser as player_parser

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
SETTINGS = (ROOT / "docs" / "settings.md").read_text()


def _values(unit: Path, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit.read_text(), re.MULTILINE)


def test_there_is_a_unit_for_the_hub_for_screens_and_for_loudspeakers() -> None:
    assert {one.stem for one in UNITS} == {"bangtin", "bangtin-player", "bangtin-player-sound"}


@pytest.mark.parametrize("unit", UNITS, ids=lambda one: one.stem)
def test_what_a_unit_starts_and_sets_is_there(unit: Path) -> None:
    (command,) = _values(unit, "ExecStart")
    words = shlex.split(command)
    place = next(place for place, word in enumerate(words) if word.startswith("/opt/bangtin/.venv/bin/"))
    program, *options = words[place:]
    options = options[: options.index("--")] if "--" in options else options
    if program.endswith("/bangtin-player"):
        assert player_parser("vi").parse_args(options).command == "run"
    else:
        assert options == ["serve"]
    for setting in _values(unit, "Environment"):
        assert f"`{setting.split('=')[0]}`" in SETTINGS
    assert _values(unit, "Restart") == ["always"]
    assert _values(unit, "StateDirectoryMode") == ["0700"]


def test_the_browser_of_a_post_opens_its_own_page_alone() -> None:
    policy = json.loads((ROOT / "deploy" / "chromium" / "bangtin-player.json").read_text())
    assert (policy["URLBlocklist"], policy["URLAllowlist"]) == (["*"], ["http://127.0.0.1"])
