"""`bangtin check FILE…`: the technical check of files on disk, without a database, for screens named on the line."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.programmes import sentences
from bangtin.hub.programmes.media import judging
from bangtin.hub.programmes.media.ffmpeg import NoFfmpeg
from bangtin.hub.programmes.media.inspecting import Remark
from bangtin.hub.programmes.media.judging import Judgement
from bangtin.hub.programmes.media.thresholds import BadThresholds


class Command(OurCommand):
    """Needs no database and keeps nothing of the files."""

    help = gettext_noop("Check video, pictures, sound, subtitles and documents before they are handed in.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Files, the screens they are wanted on; words or one line of JSON."""
        parser.add_argument("files", nargs="+", metavar="FILE", help=_("a file; nothing of it is kept"))
        parser.add_argument(
            "--screen", action="append", default=[], metavar="WxH", help=_("pixels of a screen; may be repeated")
        )
        add_json_option(parser)

    def handle(self, *args: Any, files: list[str], screen: list[str], is_json: bool, **options: Any) -> None:
        """Exit code 0: every file may be handed in; 1: one may not; 2: no such file or screen."""
        paths = [_existing(name) for name in files]
        try:
            screens = list(dict.fromkeys(judging.read_screen(one) for one in screen))
        except ValueError as error:
            raise bad_input(
                _("“%(asked)s” is no screen; write width x height, such as 1920x640.") % {"asked": error}
            ) from error
        found: list[Judgement] = []
        for path in paths:
            found.append(_judge(path, screens))
            if not is_json:
                self.stdout.write("\n".join(_lines(path, found[-1])) + "\n")
        if is_json:
            print_json([_object(path, one) for path, one in zip(paths, found, strict=True)])
        if not all(one.ok for one in found):
            sys.exit(1)


def _existing(name: str) -> Path:
    """The absolute path. Raises: CommandError with code 2."""
    try:
        path = Path(name).absolute()
        if not path.is_file():
            raise bad_input(_("There is no file %(path)s.") % {"path": path})
        with path.open("rb"):
            return path
    except (OSError, ValueError) as error:
        raise bad_input(_("The file %(path)s cannot be read.") % {"path": ascii(name)}) from error


def _judge(path: Path, screens: list[tuple[int, int]]) -> Judgement:
    try:
        return judging.judge(path, name=path.name, screens=screens)
    except NoFfmpeg as error:
        raise CommandError(str(error)) from error
    except (BadThresholds, OSError) as error:
        raise bad_input(_("The check cannot be made: %(reason)s.") % {"reason": error}) from error


def _object(path: Path, found: Judgement) -> dict[str, Any]:
    """One file as JSON; length and sizes are null where the file has none."""
    return {
        "file": _printable(str(path)),
        "ok": found.ok,
        "kind": found.kind or None,
        "duration_s": found.duration_ms / 1000 if found.duration_ms else None,
        "width": found.width or None,
        "height": found.height or None,
        "findings": [
            {
                "code": one.code,
                "severity": judging.severity(one),
                "at_s": None if one.at_ms is None else one.at_ms / 1000,
                "message": _sentence(one),
            }
            for one in found.remarks
        ],
    }


def _sentence(one: Remark) -> str:
    return sentences.of(one.code, one.params)


def _printable(words: str) -> str:
    """A path that can be written in UTF-8, whatever bytes its name has."""
    return words.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _lines(path: Path, found: Judgement) -> list[str]:
    verdict = _("may be handed in") if found.ok else _("may not be handed in")
    facts = [_KINDS[found.kind]()] if found.kind in _KINDS else []
    facts += [f"{found.width} × {found.height}"] if found.width else []
    facts += [_clock(found.duration_ms)] if found.duration_ms else []
    shown = "".join(sign if sign.isprintable() else "�" for sign in _printable(str(path)))
    rows = [f"{shown}: {verdict}" + (f" ({', '.join(facts)})" if facts else "")]
    for one in sorted(found.remarks, key=lambda one: one.code not in judging.ERRORS):
        word = _("must be corrected") if one.code in judging.ERRORS else _("note")
        at = "" if one.at_ms is None else f" {_clock(one.at_ms)}"
        rows.append(f"  {word}{at} [{one.code}] {_sentence(one)}")
    return rows


_KINDS = {
    "video": lambda: _("video"),
    "picture": lambda: _("picture"),
    "sound": lambda: _("sound"),
    "document": lambda: _("document"),
    "subtitle": lambda: _("subtitles"),
}


def _clock(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds / 1000, 60)
    return f"{int(minutes)}:{seconds:04.1f}"
