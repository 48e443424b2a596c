"""The text of a data file, read within bounds: a plain file of moderate size in UTF-8, few aliases, no deep nesting.

A regulation comes from people outside: a file that would hang or kill the reader is refused with its place.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

import yaml

from bangtin.rulebook.errors import DataError, Problem

MOST_BYTES = 2_000_000
DEEPEST = 40
MOST_ALIASES = 100
_OPENS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSES = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


def name_of(path: Path, root: Path) -> str:
    """Return the file's name in errors: relative to `root` where it lies under it."""
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name


def text(path: Path, *, file: str) -> str:
    """Return the file's text.

    Raises: DataError for a link, a device, more than 2 MB, or bytes that are not UTF-8 (with their line).
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise DataError(Problem(file, 1, expected="a plain file, no link", got=error.strerror or "none")) from error
    # a folder cannot be wrapped as a file at all, so what it is gets asked first
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise DataError(Problem(file, 1, expected="a plain file, no link", got="something else"))
    with os.fdopen(descriptor, "rb") as opened:
        raw = opened.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise DataError(Problem(file, 1, expected=f"at most {MOST_BYTES} bytes", got="more"))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        got = f"the byte 0x{raw[error.start]:02x}"
        raise DataError(Problem(file, line, expected="text in UTF-8", got=got)) from error


def compose(given: str, *, file: str) -> yaml.Node | None:
    """Return the one document of a YAML text as nodes; None if it is empty.

    Raises: DataError for what is no YAML, aliases that multiply, or nesting deeper than the shapes ever need.
    """
    try:
        _guard(given, file)
        return yaml.compose(given, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        raise DataError(_marked(given, file, error)) from error
    except yaml.YAMLError as error:
        line = given.count("\n", 0, getattr(error, "position", None) or 0) + 1
        raise DataError(Problem(file, line, expected="YAML", got="a character that no text holds")) from error


def _guard(given: str, file: str) -> None:
    # An alias inside an anchored part multiplies itself, or holds itself: so the "billion laughs" cannot be written.
    depth = aliases = 0
    anchored: list[int] = []
    for event in yaml.parse(given, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            aliases += 1
            if anchored or aliases > MOST_ALIASES:
                expected = f"at most {MOST_ALIASES} aliases, none inside an anchored part"
                raise DataError(Problem(file, line, expected=expected, got=f"*{event.anchor}"))
        elif isinstance(event, _OPENS):
            depth += 1
            if event.anchor:
                anchored.append(depth)
        elif isinstance(event, _CLOSES):
            if anchored and anchored[-1] == depth:
                anchored.pop()
            depth -= 1
        if depth > DEEPEST:
            raise DataError(Problem(file, line, expected=f"at most {DEEPEST} levels", got="more"))


def _marked(given: str, file: str, error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = mark.line if mark else 0
    lines = given.splitlines()
    tabbed = next((at for at in (line, line - 1) if 0 <= at < len(lines) and _has_tab(lines[at])), None)
    if tabbed is not None:
        return Problem(file, tabbed + 1, expected="spaces at the start of a line", got="a tab")
    return Problem(file, line + 1, expected="YAML", got=str(error.problem))


def _has_tab(line: str) -> bool:
    return "\t" in line[: len(line) - len(line.lstrip())]
