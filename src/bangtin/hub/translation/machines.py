"""The operator's own programs that write drafts: a translator over JSON lines, a voice that reads text into a file.

Both run as bounded processes without a shell, and both are off until they are configured (docs/settings.md). What they
give is a draft: it is marked as one, and the language desk hands nothing in that a person has not read over.
"""

import json
import os
import shlex
import subprocess
import tempfile
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from bangtin.hub.translation.errors import MachineFailed, NotConfigured

TRANSLATING_S, READING_S = 120, 60
ANSWER_MOST_BYTES, WAVE_MOST_BYTES = 4_000_000, 200_000_000
ESPEAK = "espeak-ng"
# what the ready-made voice knows of the content languages
_ESPEAK_VOICES = {"vi": "vi", "en": "en", "zh": "cmn"}
_ESPEAK_COMMAND = "espeak-ng -v {voice} -s 150 -f {text} -w {wave}"


def has_translator() -> bool:
    """Whether a translating program is configured."""
    return bool(settings.MT_COMMAND)


def has_voice(language: str) -> bool:
    """Whether a voice is configured that reads this language."""
    if settings.SPEECH_COMMAND == ESPEAK:
        return language in _ESPEAK_VOICES
    return bool(settings.SPEECH_COMMAND)


def translate(texts: Mapping[str, str], *, source: str, target: str) -> dict[str, str]:
    """The texts in another language by their ids; ids that the program leaves out are missing.

    The program reads lines `{"id", "source", "target", "text"}` and writes lines `{"id", "text"}`, UTF-8.
    Raises: NotConfigured, MachineFailed.
    """
    if not has_translator():
        raise NotConfigured(_("No machine translation is set up here."), _("Write the words by hand."))
    names = {"folder": str(settings.MT_FOLDER or ""), "source": source, "target": target}
    lines = [
        json.dumps({"id": id_, "source": source, "target": target, "text": text}, ensure_ascii=False)
        for id_, text in texts.items()
    ]
    done = _run(settings.MT_COMMAND, names, given="\n".join(lines) + "\n", timeout_s=TRANSLATING_S)
    return _answers(done, known=set(texts))


def read_aloud(text: str, *, language: str, into: Path) -> Path:
    """A sound file (WAV) in the folder `into` in which a voice reads the text.

    Raises: NotConfigured, MachineFailed.
    """
    if not has_voice(language):
        raise NotConfigured(_("No voice for this language is set up here."), _("Have it read by a person."))
    words, wave = into / "words.txt", into / "voice.wav"
    words.write_text(text, encoding="utf-8")
    command = _ESPEAK_COMMAND if settings.SPEECH_COMMAND == ESPEAK else settings.SPEECH_COMMAND
    names = {"voice": _ESPEAK_VOICES.get(language, language), "text": str(words), "wave": str(wave)}
    _run(command, names, given="", timeout_s=READING_S)
    if not wave.is_file() or not 44 < wave.stat().st_size <= WAVE_MOST_BYTES:
        raise _failed(_("it wrote no sound"))
    return wave


def _run(command: str, names: Mapping[str, str], *, given: str, timeout_s: int) -> bytes:
    words = [_filled(word, names) for word in shlex.split(command)]
    with tempfile.TemporaryFile() as out:
        try:
            done = subprocess.run(
                words,
                input=given.encode(),
                stdout=out,
                stderr=subprocess.DEVNULL,
                timeout=timeout_s,
                check=False,
                cwd=settings.MT_FOLDER or None,
                env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
            )
        except FileNotFoundError as error:
            raise _failed(_("it is not on this machine")) from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _failed(_("it did not end in time")) from error
        if done.returncode != 0:
            raise _failed(_("it ended with code %(code)s") % {"code": done.returncode})
        if os.fstat(out.fileno()).st_size > ANSWER_MOST_BYTES:
            raise _failed(_("it wrote too much"))
        out.seek(0)
        return out.read()


def _filled(word: str, names: Mapping[str, str]) -> str:
    """A word of the command with `{folder}`, `{source}` … put in; each stays one word, whatever it holds."""
    for name, value in names.items():
        word = word.replace("{" + name + "}", value)
    return word


def _answers(data: bytes, *, known: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        for line in data.decode().splitlines():
            if line.strip():
                answer = json.loads(line)
                if answer["id"] in known:
                    found[str(answer["id"])] = unicodedata.normalize("NFC", str(answer["text"])).strip()
    except (ValueError, KeyError, TypeError) as error:
        raise _failed(_("its answer cannot be read")) from error
    if not found:
        raise _failed(_("it gave no words"))
    return found


def _failed(why: str) -> MachineFailed:
    return MachineFailed(
        _("The program gave no draft: %(why)s.") % {"why": why},
        _("Go on by hand, and tell the administrator."),
    )
