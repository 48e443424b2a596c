"""What is heard of an emergency notice: a recording where there is one, else this machine's own voice (espeak-ng).

The page plays it, as it plays all sound: one way out of the machine, the same with and without a window. The daemon
only says what, in which order, and makes the spoken files. Without espeak-ng the lead-in sounds alone.
"""

import asyncio
import hashlib
import logging
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

from bangtin.bundle.alerts import AlertNotice, speech
from bangtin.bundle.manifest import File
from bangtin.player.screens.server import Message

VOLUME, DRILL_VOLUME = 100, 60
WORDS_A_MINUTE = 150
MAKING_S = 30
KEPT = 40
log = logging.getLogger("bangtin.player.announcing")


class Announcer:
    """Says which files sound for the notices on air; `changed` is called when a spoken one has been made."""

    def __init__(self, folder: Path, *, has_recording: Callable[[File], bool]) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._has_recording = has_recording
        self._voice = shutil.which("espeak-ng")
        self._making: dict[str, asyncio.Task[None]] = {}
        self._failed: set[str] = set()
        self.changed: Callable[[], None] = lambda: None

    def message(self, notices: Sequence[AlertNotice]) -> Message:
        """What the page is to sound for the notices of the highest level on air, one after the other."""
        told = [
            {
                "id": one.id,
                "tone": one.tone,
                "repeat_s": one.repeat_s,
                "volume": DRILL_VOLUME if one.is_drill else VOLUME,
                "files": self._files(one),
            }
            for one in notices
        ]
        return {"t": "sound", "alerts": told}

    def _files(self, notice: AlertNotice) -> list[str]:
        files = [self._spoken(text, language) for language, text in speech.opening(notice)]
        for language in dict.fromkeys((*notice.texts, *notice.audio)):
            recorded = notice.audio.get(language)
            if recorded is not None and self._has_recording(File(recorded.sha256, recorded.size, "", "")):
                files.append(f"/m/{recorded.sha256}")
            elif language in notice.texts:
                files.append(self._spoken(speech.announcement(notice, language), language))
        return [one for one in files if one]

    def _spoken(self, text: str, language: str) -> str:
        """The address of the spoken text; "" while it is being made, or where no voice speaks the language."""
        voice = speech.VOICES.get(language)
        if self._voice is None or voice is None:
            return ""
        name = hashlib.sha256(f"{voice}\n{text}".encode()).hexdigest()
        if (self.folder / f"{name}.wav").exists():
            return f"/speech/{name}.wav"
        if name not in self._making and name not in self._failed:
            self._making[name] = asyncio.get_running_loop().create_task(self._make(name, text, voice))
        return ""

    async def _make(self, name: str, text: str, voice: str) -> None:
        staging = self.folder / f".{name}.wav"
        command = [str(self._voice), "-v", voice, "-s", str(WORDS_A_MINUTE), "-w", str(staging), "--stdin"]
        try:
            async with asyncio.timeout(MAKING_S):
                process = await asyncio.create_subprocess_exec(
                    *command,
                    stdin=asyncio.subprocess.PIPE,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                )
                await process.communicate(text.encode())
            if process.returncode != 0:
                raise OSError(f"espeak-ng ended with {process.returncode}")
            staging.rename(self.folder / f"{name}.wav")
        except (OSError, TimeoutError) as error:  # the picture stands and the lead-in sounds all the same
            log.warning("cannot speak %s: %s", voice, error)
            self._failed.add(name)
        finally:
            self._making.pop(name, None)
        self._prune()
        self.changed()

    def _prune(self) -> None:
        made = sorted(self.folder.glob("*.wav"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in made[KEPT:]:
            path.unlink(missing_ok=True)
