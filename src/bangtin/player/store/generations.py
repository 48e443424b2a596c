"""Accepted sets on the disk: one folder a generation, `current` swapped by rename, three kept (trust C.9)."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from bangtin.player.store.media import sync

KEPT = 3


class Generations:
    """Folders `gen-<number>-<digest8>` under `folder`, each holding the files of one accepted set by their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, name: str, files: Mapping[str, bytes]) -> None:
        """Write a generation and make it the current one; durable, and never half visible."""
        target = self._folder / name
        if not target.exists():
            staging = self._folder / f".{name}.new"
            shutil.rmtree(staging, ignore_errors=True)
            for file, content in files.items():
                path = staging / file
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                sync(path)
            for folder, _, _ in os.walk(staging):
                sync(Path(folder))
            staging.rename(target)
        link = self._folder / ".current.new"
        link.unlink(missing_ok=True)
        link.symlink_to(name)
        link.rename(self._folder / "current")
        sync(self._folder)
        self._prune()

    def names(self) -> list[str]:
        """Stored generations, the current one first, then the newest."""
        link = self._folder / "current"
        current = link.readlink().name if link.is_symlink() else ""
        found = [path for path in self._folder.iterdir() if path.name.startswith("gen-")]
        found.sort(key=lambda path: (path.name == current, path.stat().st_mtime_ns), reverse=True)
        return [path.name for path in found]

    def read(self, name: str) -> dict[str, bytes]:
        """The files of a generation, as they lie on the disk; nothing is verified here."""
        root = self._folder / name
        return {
            path.relative_to(root).as_posix(): path.read_bytes()
            for path in sorted(root.rglob("*"))
            if path.is_file() and not path.is_symlink()
        }

    def discard(self, name: str) -> None:
        """Remove a generation that does not verify."""
        shutil.rmtree(self._folder / name, ignore_errors=True)

    def _prune(self) -> None:
        for name in self.names()[KEPT:]:
            self.discard(name)
