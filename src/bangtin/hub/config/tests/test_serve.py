"""`bangtin serve` refuses what is weak, names it with its cure, and starts and stops as a real process."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from bangtin.hub.config import env, serving, soundness

STRONG = "k" * 50
COMMAND = [sys.executable, "-m", "bangtin.hub.config.main"]


def installation(folder: Path, **changes: object) -> env.Env:
    folder.chmod(0o700)
    sound = env.read({"BANGTIN_DATA_DIR": str(folder), "BANGTIN_SECRET_KEY": STRONG})
    return replace(sound, **changes)  # type: ignore[arg-type]  # fields by name


def weak(found: env.Env, **environ: str) -> list[str]:
    return [each.setting for each in soundness.weaknesses(found, environ)]


def environment(folder: Path, **settings: str) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("BANGTIN_")}
    return {**others, "BANGTIN_DATA_DIR": str(folder), "BANGTIN_LANGUAGE": "en", **settings}


def test_an_installation_out_of_the_box_is_sound(tmp_path: Path) -> None:
    assert weak(installation(tmp_path)) == []


def test_a_short_key_is_refused_only_if_someone_set_it(tmp_path: Path) -> None:
    short = installation(tmp_path, secret_key="k" * 49)
    assert weak(short, BANGTIN_SECRET_KEY="k" * 49) == ["BANGTIN_SECRET_KEY"]
    assert weak(short) == []


@pytest.mark.parametrize(
    ("changes", "setting"),
    [
        ({"allowed_hosts": ("*",)}, "BANGTIN_ALLOWED_HOSTS"),
        ({"allowed_hosts": ("bangtin.vn", "*.vn")}, "BANGTIN_ALLOWED_HOSTS"),
        ({"allowed_hosts": ()}, "BANGTIN_ALLOWED_HOSTS"),
        ({"is_debug": True}, "BANGTIN_DEBUG"),
        ({"clock_offset_s": 60.0}, "BANGTIN_CLOCK_OFFSET_S"),
        ({"public_url": "http://bangtin.caobang.gov.vn"}, "BANGTIN_PUBLIC_URL"),
        ({"public_url": "http://10.1.2.3:8000"}, "BANGTIN_PUBLIC_URL"),
        ({"public_url": "bangtin"}, "BANGTIN_PUBLIC_URL"),
    ],
)
def test_each_weak_setting_is_named_with_its_cure(tmp_path: Path, changes: dict[str, object], setting: str) -> None:
    (found,) = soundness.weaknesses(installation(tmp_path, **changes), {})
    assert found.setting == setting
    assert setting in found.message
    assert found.cure


@pytest.mark.parametrize("url", ["https://bangtin.vn", "http://localhost:8000", "http://127.0.0.2", "http://[::1]:80"])
def test_tls_or_the_loopback_is_sound(tmp_path: Path, url: str) -> None:
    assert weak(installation(tmp_path, public_url=url)) == []


def test_a_folder_open_to_others_is_refused(tmp_path: Path) -> None:
    found = installation(tmp_path)
    tmp_path.chmod(0o755)
    assert weak(found) == ["BANGTIN_DATA_DIR"]


def test_the_demo_is_never_stopped(tmp_path: Path) -> None:
    assert weak(installation(tmp_path, is_demo=True, allowed_hosts=("*",), clock_offset_s=9.0, is_debug=True)) == []


def test_the_data_folder_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    env.secret(tmp_path / "new", "django-key")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_a_taken_port_is_said_before_anything_starts() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(CommandError) as refused:
            serving.claim("127.0.0.1", taken.getsockname()[1])
    assert refused.value.returncode == 2


def test_the_command_stops_at_a_weak_setting_and_touches_no_database(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    settings = environment(tmp_path, BANGTIN_ALLOWED_HOSTS="*", BANGTIN_SECRET_KEY="short")
    done = subprocess.run(
        [*COMMAND, "serve", "--port", "0"], env=settings, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 1
    assert done.stderr.count("BANGTIN_ALLOWED_HOSTS") == done.stderr.count("BANGTIN_SECRET_KEY") == 1
    assert not (tmp_path / "bangtin.sqlite3").exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_migrates_serves_and_stops_within_seconds(tmp_path: Path, number: signal.Signals) -> None:
    tmp_path.chmod(0o700)
    process = subprocess.Popen([*COMMAND, "serve", "--port", "0"], env=environment(tmp_path), stderr=subprocess.PIPE)
    assert process.stderr
    try:
        lines = iter(process.stderr.readline, b"")
        assert any(b"Application startup complete" in line for line in lines)
        began = time.monotonic()
        process.send_signal(number)
        assert process.wait(20) == 0
        assert time.monotonic() - began < 10
    finally:
        process.kill()
        process.stderr.close()


def test_serving_imports_no_library_of_media_or_papers(tmp_path: Path) -> None:
    program = (
        "import sys, bangtin.hub.config.asgi, bangtin.hub.config.serving as s; s.timers(); "
        "print([m for m in ('av', 'PIL', 'duckdb', 'docx', 'weasyprint') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.strip() == "[]", done.stderr
