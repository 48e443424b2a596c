import os
import select
import subprocess
import sys

import pytest

from bangtin.hub.programmes.media import inspecting, limits, sandbox
from bangtin.hub.programmes.media.limits import Unusable
from bangtin.hub.programmes.tests.clips import Clips


def run(code: str, *, timeout_s: float = 20) -> sandbox.Finished:
    return sandbox.run([sys.executable, "-c", code], timeout_s=timeout_s, cpu_s=20)


def test_a_program_that_hangs_is_killed_with_its_children() -> None:
    code = (
        "import subprocess, sys, time; c = subprocess.Popen(['sleep', '600']);print(c.pid, flush=True); time.sleep(600)"
    )
    pids: list[int] = []
    with pytest.raises(sandbox.TimedOut):
        sandbox.run([sys.executable, "-c", code], timeout_s=3, cpu_s=20, on_line=lambda line: pids.append(int(line)))
    assert has_ended(pids[0])


def has_ended(pid: int) -> bool:
    """Whether the process ends within ten seconds, awaited without polling."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    with os.fdopen(descriptor, "rb", buffering=0):
        return bool(select.select([descriptor], [], [], 10)[0])


def test_memory_beyond_the_bound_is_refused_to_the_program() -> None:
    finished = run(f"b = bytearray({limits.MEMORY_BYTES})")
    assert finished.code != 0
    assert "MemoryError" in finished.stderr


def test_our_secrets_are_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGTIN_SECRET_KEY", "geheim")
    assert "geheim" not in run("import os; print(dict(os.environ))").stdout


def test_endless_output_is_bounded() -> None:
    assert len(run("print('x' * 5_000_000)").stdout) <= 1 << 20


@pytest.mark.media
def test_a_check_that_takes_too_long_is_a_refusal(clips: Clips, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "INSPECT_S", 0)
    with pytest.raises(Unusable) as caught:
        inspecting.inspect(clips["voice.wav"])
    assert caught.value.code == "timed_out"


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"kind": "video"},
        {"kind": "film", "container": "mp4", "codec": "h264"},
        {"kind": "video", "container": "mp4", "codec": "h264", "width": 10**9},
        {"kind": "video", "container": "mp4", "codec": "h264", "width": -1},
        {"kind": "video", "container": "mp4", "codec": "h264", "duration_ms": 1.5},
        {"kind": "video", "container": "mp4", "codec": "h264", "duration_ms": True},
        {"kind": "video", "container": "mp4", "codec": "x" * 41},
        {"kind": "video", "container": "mp4", "codec": "h264", "is_vfr": "yes"},
    ],
)
def test_an_answer_outside_its_bounds_is_not_believed(answer: dict[str, object]) -> None:
    with pytest.raises(Unusable):
        inspecting.read(answer)


def test_the_web_process_loads_neither_pyav_nor_pillow() -> None:
    code = (
        "import django, sys; django.setup();"
        "import bangtin.hub.programmes.actions, bangtin.hub.programmes.queries, bangtin.hub.appraisal.actions;"
        "sys.exit(any(name in sys.modules for name in ('av', 'PIL', 'numpy')))"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "bangtin.hub.config.settings"}
    assert subprocess.run([sys.executable, "-c", code], env=environment, timeout=60, check=False).returncode == 0
