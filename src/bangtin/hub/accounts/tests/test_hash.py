"""Passwords: full strength everywhere but in the demo, whose hashes are read and strengthened by an installation."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.hashers import ScryptPasswordHasher, check_password, identify_hasher, make_password
from pytest_django import Settings

from bangtin.hub.accounts.hashers import DemoScrypt

DEMO, FULL = "bangtin.hub.accounts.hashers.DemoScrypt", "django.contrib.auth.hashers.ScryptPasswordHasher"


@pytest.mark.parametrize(("demo", "first"), [("0", FULL), ("1", DEMO)])
def test_outside_the_demo_passwords_are_hashed_at_full_strength(tmp_path: Path, demo: str, first: str) -> None:
    said = subprocess.run(
        [sys.executable, "-c", "from bangtin.hub.config import settings; print(settings.PASSWORD_HASHERS[0])"],
        env={**os.environ, "BANGTIN_DATA_DIR": str(tmp_path), "BANGTIN_DEMO": demo},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == first


def test_a_hash_of_the_demo_is_read_and_made_anew_by_an_installation(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [DEMO]
    weak = make_password("k7mw-2xbd-9qrt-h3np")
    settings.PASSWORD_HASHERS = [FULL]
    stronger: list[str] = []
    assert check_password("k7mw-2xbd-9qrt-h3np", weak, setter=stronger.append)
    assert stronger == ["k7mw-2xbd-9qrt-h3np"]
    assert identify_hasher(weak).algorithm == DemoScrypt.algorithm == ScryptPasswordHasher.algorithm
