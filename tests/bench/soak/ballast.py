"""A small disk of its own for a daemon, which can be filled to the last byte, where this machine lets us mount one."""

import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

SIZE_BYTES = 300 * 2**20
BALLAST = "ballast"
SPARE_BYTES, PAGE_BYTES = 2**20, 4096


class Disk:
    """`folder` on a tmpfs of 300 MB; where mounting is not permitted, on the machine's disk, and never filled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.is_own = False

    def __enter__(self) -> "Disk":
        self.folder.mkdir(parents=True, exist_ok=True)
        mount = shutil.which("mount")
        if mount is not None and os.geteuid() == 0:
            command = [mount, "-t", "tmpfs", "-o", f"size={SIZE_BYTES}", "tmpfs", str(self.folder)]
            self.is_own = subprocess.run(command, capture_output=True, check=False).returncode == 0
        return self

    def __exit__(self, *_: object) -> None:
        if self.is_own:
            command = [str(shutil.which("umount")), "-l", str(self.folder)]
            subprocess.run(command, capture_output=True, check=False)

    def fill(self) -> bool:
        """Leave no byte free; gives whether that was possible."""
        if not self.is_own:
            return False
        descriptor = os.open(self.folder / BALLAST, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            statistics = os.statvfs(self.folder)
            # the daemon writes meanwhile: leave it some pages, then take those one by one
            most = statistics.f_bavail * statistics.f_frsize - SPARE_BYTES
            if most <= 0:
                return False
            os.posix_fallocate(descriptor, 0, most)
            os.lseek(descriptor, 0, os.SEEK_END)
            with suppress(OSError):
                for _ in range(2 * SPARE_BYTES // PAGE_BYTES):
                    os.write(descriptor, bytes(PAGE_BYTES))
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return True

    def empty(self) -> None:
        """Give the room back."""
        (self.folder / BALLAST).unlink(missing_ok=True)
