"""`bangtin regulation check DIR`: every fault of a folder with file and line, and whether its cases hold."""

from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from bangtin.hub.config.commanding import add_json_option, bad_input, print_json
from bangtin.hub.regulations import actions
from bangtin.rulebook import wording
from bangtin.rulebook.errors import Problem
from bangtin.rulebook.inspecting import Inspection, Kept

NAME = "check"
HELP = gettext_noop("Check a folder of regulation data: every fault with file and line, every case.")
MOST = 200


def add_arguments(parser: ArgumentParser) -> None:
    """The folder; `--mutate` tries whether the cases notice each change of one step."""
    parser.add_argument("folder", metavar="DIR", type=Path, help=_("one instrument, a province, or a whole root"))
    parser.add_argument(
        "--mutate",
        action="store_true",
        dest="is_mutating",
        help=_("move every number, day, agency and operator by one step and list what no case notices"),
    )
    add_json_option(parser)


def run(options: Mapping[str, Any], *, write: Callable[[str], object]) -> None:
    """Say what is found; exit code 0 if all holds, 1 if not, 2 where there is nothing to check."""
    folder: Path = options["folder"]
    if not folder.is_dir():
        raise bad_input(_("There is no folder %(folder)s.") % {"folder": folder})
    found = actions.inspect_packs(folder, is_mutating=options["is_mutating"], kept=_kept())
    if not found:
        raise bad_input(_("%(folder)s holds no regulation: no regulation.yaml in it.") % {"folder": folder})
    is_ok = all(each.is_sound for each in found)
    if options["is_json"]:
        print_json({"ok": is_ok, "instruments": [_as_json(each, folder) for each in found]})
    else:
        for each in found:
            _tell(each, folder, write)
    if not is_ok:
        raise CommandError(_("Not all of it holds."), returncode=1)


def _kept() -> Kept:
    """What the desks here record of themselves, and the figures that reports count."""
    from bangtin.hub.obligations.queries.facts import SEARCHED
    from bangtin.hub.reports.queries.counting import NAMES

    return Kept(facts=tuple(SEARCHED), figures=NAMES)


def _tell(found: Inspection, folder: Path, write: Callable[[str], object]) -> None:
    under = f"{folder.as_posix().rstrip('/')}/"
    write(found.id)
    lines = _lines(found.problems, under)
    if len(lines) > MOST:
        lines = [*lines[:MOST], _("… and %(count)d more.") % {"count": len(lines) - MOST}]
    for line in lines:
        write(f"  {line}")
    if not found.problems or found.cases:
        write("  " + _("Cases that hold: %(passed)d of %(cases)d.") % {"passed": found.passed, "cases": found.cases})
    if found.to_fill:
        write("  " + _("Still to fill in:"))
        for line in _lines(found.to_fill, under):
            write(f"    {line}")
    if found.advice:
        write("  " + _("Worth a second look:"))
        for line in _lines(found.advice, under):
            write(f"    {line}")
    if found.survivors is not None:
        count = len(found.survivors)
        write("  " + _("Changes of one step that no case notices: %(count)d.") % {"count": count})
        for line in _lines(found.survivors, under):
            write(f"    {line}")


def _lines(problems: Iterable[Problem], under: str) -> list[str]:
    return [wording.sentence(each, get_language() or "vi", under=under) for each in problems]


def _as_json(found: Inspection, folder: Path) -> dict[str, Any]:
    under = f"{folder.as_posix().rstrip('/')}/"
    return {
        "id": found.id,
        "folder": found.folder.as_posix(),
        "errors": _rows(found.problems, under),
        "cases": found.cases,
        "cases_passed": found.passed,
        "to_fill": _rows(found.to_fill, under),
        "advice": _rows(found.advice, under),
        "survivors": None if found.survivors is None else _rows(found.survivors, under),
    }


def _rows(problems: Iterable[Problem], under: str) -> list[dict[str, Any]]:
    return [
        {
            "file": each.file,
            "line": each.line,
            "clause": each.clause,
            "expected": each.expected,
            "got": each.got,
            "sentence": wording.sentence(each, get_language() or "vi", under=under),
        }
        for each in problems
    ]
