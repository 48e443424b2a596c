"""Runs a program on untrusted files: own process group, bounded memory, time and output, none of our secrets.

`python -m bangtin.hub.programmes.media.sandbox MEMORY CPU_S FILE_BYTES -- PROGRAM …` sets the limits and becomes the
program; a limit set between fork and exec would be unsafe in a process with threads.
"""

import os
import select
import selectors
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from bangtin.hub.programmes.media import limits

_OUTPUT_MOST = 1 << 20
_END_S = 5
_KEPT_ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "HOME", "TMPDIR", "BANGTIN_THRESHOLDS")


@dataclass(frozen=True)
class Finished:
    """How the program ended: exit code (negative: the signal), the last of what it said on each channel, the time it
    took and the most memory it held (resident; its own and that of children it waited for)."""

    code: int
    stdout: str
    stderr: str
    took_s: float = 0.0
    peak_bytes: int = 0


class TimedOut(Exception):
    """The program did not end in time; its whole group was killed. `finished` tells what it had used by then."""

    finished: Finished | None = None


def run(
    program: Sequence[str], *, timeout_s: float, cpu_s: int, on_line: Callable[[str], None] | None = None
) -> Finished:
    """Run to the end and give its output; `on_line` hears each line of stdout as it comes.

    Raises: TimedOut. Whatever happens, nothing of the group is left running.
    """
    bounds = [str(limits.MEMORY_BYTES), str(cpu_s), str(limits.FILE_BYTES)]
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    began = monotonic()
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "bangtin.hub.programmes.media.sandbox", *bounds, "--", *program],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment | {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1"},
        start_new_session=True,
    ) as process:
        try:
            out, err = _listen(process, began + timeout_s, on_line)
            code, peak = _reap(process)
            return Finished(code, out, err, monotonic() - began, peak)
        except TimedOut as late:
            _kill(process)
            code, peak = _reap(process)
            late.finished = Finished(code, "", "", monotonic() - began, peak)
            raise
        finally:
            _kill(process)


def _reap(process: "subprocess.Popen[bytes]") -> tuple[int, int]:
    """Exit code and peak memory of a program that has closed its channels. Raises: TimedOut."""
    with os.fdopen(os.pidfd_open(process.pid), "rb", buffering=0) as ended:
        if not select.select([ended], [], [], _END_S)[0]:
            raise TimedOut
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage.ru_maxrss * 1024


def _listen(process: "subprocess.Popen[bytes]", until: float, on_line: Callable[[str], None] | None) -> tuple[str, str]:
    assert process.stdout and process.stderr
    kept = {process.stdout.fileno(): bytearray(), process.stderr.fileno(): bytearray()}
    out = process.stdout.fileno()
    line = bytearray()
    with selectors.DefaultSelector() as selector:
        for descriptor in kept:
            selector.register(descriptor, selectors.EVENT_READ)
        while selector.get_map():
            if monotonic() > until:
                raise TimedOut
            for key, _ in selector.select(timeout=1):
                data = os.read(key.fd, 65_536)
                if not data:
                    selector.unregister(key.fd)
                kept[key.fd] = (kept[key.fd] + data)[-_OUTPUT_MOST:]
                if on_line and key.fd == out:
                    line = _tell(line + data, on_line)
    return kept[out].decode(errors="replace"), kept[process.stderr.fileno()].decode(errors="replace")


def _tell(pending: bytearray, on_line: Callable[[str], None]) -> bytearray:
    *lines, rest = pending.split(b"\n")
    for each in lines:
        on_line(each.decode(errors="replace"))
    return rest[-_OUTPUT_MOST:]


def _kill(process: "subprocess.Popen[bytes]") -> None:
    # Only while the leader is not reaped is its group's number certain to be ours.
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def _become(arguments: list[str]) -> None:
    import resource

    memory, cpu_s, file_bytes = (int(word) for word in arguments[:3])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 2))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
    _die_with_parent()
    os.nice(15)
    program = arguments[4:]
    os.execvp(program[0], program)  # noqa: S606 - the limits just set must be its own; nothing of it is a shell


def _die_with_parent() -> None:
    """End when the worker is killed, which could not end us: nothing goes on for a task that begins anew (Linux)."""
    import ctypes

    library = ctypes.CDLL(None)
    if hasattr(library, "prctl"):
        library.prctl(1, int(signal.SIGKILL))  # 1: PR_SET_PDEATHSIG


if __name__ == "__main__":
    _become(sys.argv[1:])
