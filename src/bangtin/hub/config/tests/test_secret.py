"""The secret that a fresh installation makes for itself, with another process at the same work."""

import os
import stat
from pathlib import Path

import pytest

from bangtin.hub.config import env


def test_a_folder_that_another_process_makes_first_serves_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place, make = tmp_path / "data", Path.mkdir

    def a_step_behind(self: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        if not self.exists():
            make(self, mode, parents=True)
        make(self, mode, parents=parents, exist_ok=exist_ok)

    monkeypatch.setattr(Path, "mkdir", a_step_behind)
    kept = env.secret(place, "django-key")
    assert (place / "secrets" / "django-key").read_text() == kept
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (place, place / "secrets")] == [0o700, 0o700]


def test_the_secret_of_the_process_that_was_first_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = os.link

    def a_step_behind(source: Path, target: Path) -> None:
        target.write_text("theirs")
        link(source, target)

    monkeypatch.setattr(os, "link", a_step_behind)
    assert env.secret(tmp_path / "data", "django-key") == "theirs"
    assert [path.name for path in (tmp_path / "data" / "secrets").iterdir()] == ["django-key"]
