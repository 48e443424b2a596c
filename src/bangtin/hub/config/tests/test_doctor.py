"""`bangtin doctor` names what is missing with the command that mends it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from bangtin.hub.config import checkup, machine
from bangtin.hub.config.checkup import State


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    tmp_path.chmod(0o700)
    with override_settings(DATA_DIR=tmp_path):
        yield tmp_path


def found(name: str) -> list[checkup.Finding]:
    return [each for each in checkup.findings() if each.name == name]


@pytest.mark.django_db
def test_json_is_one_line_with_every_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    try:
        call_command("doctor", is_json=True)
    except SystemExit as ended:
        assert ended.code == 1
    answer = json.loads(capsys.readouterr().out)
    names = {each["name"] for each in answer["findings"]}
    assert {
        "python",
        "chromium",
        "ffmpeg",
        "fonts",
        "player",
        "data_dir",
        "disk",
        "secrets",
        "database",
        "clock",
    } <= names


@pytest.mark.django_db
def test_a_missing_chromium_is_wrong_and_says_how_to_install_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(machine, "chromium", lambda: None)
    (finding,) = found("chromium")
    assert (finding.state, finding.cure) == (State.WRONG, "apt-get install chromium")
    with pytest.raises(SystemExit):
        call_command("doctor")
    assert "apt-get install chromium" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_secret_that_others_can_read_is_named(folder: Path) -> None:
    key = folder / "secrets" / "django-key"
    key.parent.mkdir()
    key.write_text("secret")
    key.chmod(0o644)
    (finding,) = found("secrets")
    assert finding.state == State.WRONG
    assert finding.cure == f"chmod 600 {key}"


@pytest.mark.django_db
def test_an_open_data_folder_is_wrong(folder: Path) -> None:
    folder.chmod(0o755)
    (finding,) = found("data_dir")
    assert (finding.state, finding.cure) == (State.WRONG, f"chmod 700 {folder}")
