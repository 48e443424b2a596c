"""Readings of a notice: a recorded file, checked and brought to one form, or made by a voice where one is installed."""

import shutil
import subprocess
import tempfile
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from django.utils.translation import gettext as _

from bangtin.bundle.alerts import AlertNotice, AlertText
from bangtin.bundle.alerts.speech import VOICES, announcement, opening
from bangtin.bundle.bounds import ALERT_AUDIO_BYTES
from bangtin.hub.alerts import errors
from bangtin.hub.alerts.specs import AlertSpec, Reading
from bangtin.hub.kit import files
from bangtin.hub.programmes.media import ffmpeg

MOST_UPLOAD = 8 * 1024 * 1024
LONGEST_S = 120
VOICE = "espeak-ng"
TIMEOUT_S = 30


def recorded(data: bytes) -> Reading:
    """A recorded reading as MP3, mono; whatever format it came in.

    Raises: BadSound.
    """
    if not data or len(data) > MOST_UPLOAD:
        raise _bad(_("A recorded reading has at most %(size)d MB.") % {"size": MOST_UPLOAD >> 20})
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "source"
        source.write_bytes(data)
        return _stored(source, Path(folder) / "out.mp3", kind="recorded")


def has_voice(language: str) -> bool:
    """Whether a voice for the language is installed here."""
    return language in VOICES and shutil.which(VOICE) is not None


def read_aloud(spec: AlertSpec, languages: Collection[str]) -> dict[str, Reading]:
    """What a voice makes of the notice in these of its languages; one without a voice here is left out.

    Raises: BadSound where a voice fails.
    """
    at = datetime(2000, 1, 1, tzinfo=UTC)  # no reading says it
    notice = AlertNotice(
        id="reading",
        n=1,
        active=(),
        kind="alert",
        at=at,
        starts=at,
        ends=at,
        clusters=(),
        texts={tag: AlertText(**words.to_object()) for tag, words in spec.texts.items()},
        is_drill=spec.is_drill,
        level=spec.level,
        hazard=spec.hazard,
    )
    return {tag: _voiced(notice, tag) for tag in languages if tag in spec.texts and has_voice(tag)}


def _voiced(notice: AlertNotice, language: str) -> Reading:
    said = [*opening(notice), (announcement(notice, language), language)]
    with tempfile.TemporaryDirectory() as folder:
        parts = []
        for number, (text, tag) in enumerate(said):
            words, wave = Path(folder) / f"{number}.txt", Path(folder) / f"{number}.wav"
            words.write_text(text, encoding="utf-8")
            _run([VOICE, "-v", VOICES[tag], "-s", "145", "-f", str(words), "-w", str(wave)])
            parts.append(f"file '{wave}'\n")
        listed = Path(folder) / "list.txt"
        listed.write_text("".join(parts), encoding="utf-8")
        return _stored(listed, Path(folder) / "out.mp3", kind="made", demuxer=["-f", "concat", "-safe", "0"])


def _stored(source: Path, target: Path, *, kind: str, demuxer: Sequence[str] = ()) -> Reading:
    try:
        program = ffmpeg.executable()
    except ffmpeg.NoFfmpeg as error:
        raise _bad(_("The program ffmpeg is not installed here.")) from error
    limit = [
        *demuxer,
        "-protocol_whitelist",
        "file",
        "-t",
        str(LONGEST_S + 1),
        "-i",
        str(source),
        "-vn",
        "-map_metadata",
        "-1",
    ]
    shape = ["-ac", "1", "-ar", "44100", "-c:a", "libmp3lame", "-b:a", "48k"]
    _run([program, "-nostdin", "-v", "error", "-y", *limit, *shape, str(target)])
    size = target.stat().st_size if target.exists() else 0
    if not 0 < size <= ALERT_AUDIO_BYTES:
        raise _bad(_("The reading is longer than %(seconds)d seconds, or empty.") % {"seconds": LONGEST_S})
    found = files.put_file(target, max_bytes=ALERT_AUDIO_BYTES)
    return Reading(found.sha256, found.size_bytes, kind)


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, timeout=TIMEOUT_S)
    except (subprocess.SubprocessError, OSError) as error:
        raise _bad(_("This file is no sound that can be played.")) from error


def _bad(message: str) -> errors.BadSound:
    return errors.BadSound(message, _("Choose another file, or leave the sound out."), fields={"audio": message})
