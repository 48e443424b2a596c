"""A document from outside read into lines: what it is comes from its bytes, and reading it is bounded."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangtin.hub.kit.errors import Refusal

MOST_BYTES = 20 << 20
MOST_LINES = 60_000
TIMEOUT_S = 90.0
_KEPT_ENVIRONMENT = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "HOME", "TMPDIR")
SENTENCES: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "empty": (gettext_lazy("The file is empty."), gettext_lazy("Choose the file that holds the text.")),
    "large": (
        gettext_lazy("The file is larger than 20 MB."),
        gettext_lazy("Supply the text without pictures, as .docx or .txt."),
    ),
    "utf8": (
        gettext_lazy("The text is not in Unicode (UTF-8)."),
        gettext_lazy(
            "Open it in Word or a text editor and save it as UTF-8; texts in TCVN3 or VNI are converted first."
        ),
    ),
    "old": (
        gettext_lazy("The file is of an older or another kind of word processor (.doc, .rtf, .odt)."),
        gettext_lazy("Open it and save it as .docx, then choose that file."),
    ),
    "broken": (
        gettext_lazy("The file is damaged or not what its name says."),
        gettext_lazy("Open it on this machine to check it, save it once more, or supply the text as .txt."),
    ),
    "bomb": (
        gettext_lazy("The file would take more room than a regulation ever needs."),
        gettext_lazy("Supply the text as .docx without attachments, or as .txt."),
    ),
    "locked": (
        gettext_lazy("The PDF is locked with a password."),
        gettext_lazy("Save it without the password, then choose that file."),
    ),
    "pages": (
        gettext_lazy("The PDF has more than 2,000 pages."),
        gettext_lazy("Supply the pages of this regulation alone."),
    ),
    "scan": (
        gettext_lazy("The PDF holds pictures of pages and no text."),
        gettext_lazy(
            "Supply the text version (.docx, .txt or a PDF with text), or let a scanning program read it first."
        ),
    ),
    "slow": (
        gettext_lazy("Reading the file took too long and was stopped."),
        gettext_lazy("Supply the text as .docx or .txt."),
    ),
    "lines": (
        gettext_lazy("The text has more lines than a regulation ever needs."),
        gettext_lazy("Supply the text of this regulation alone."),
    ),
}


class PaperRefused(Refusal):
    """A document that cannot be read into lines."""

    code = "BT-TEXT-001"


@dataclass(frozen=True)
class Paper:
    """A document read: its name, digest, lines, and the numbers (from 1) of running headers."""

    name: str
    sha256: str
    lines: tuple[str, ...]
    running: frozenset[int] = frozenset()


def read(name: str, body: bytes) -> Paper:
    """Read a document: plain text in UTF-8, .docx, or a PDF with text.

    Raises: PaperRefused with a sentence for each thing that can be wrong with it.
    """
    if not body.strip():
        raise _refused("empty", name)
    if len(body) > MOST_BYTES:
        raise _refused("large", name)
    kind = _kind(body)
    if kind is None:
        raise _refused("old", name)
    lines, running = (_plain(name, body), []) if kind == "txt" else _apart(name, kind, body)
    if len(lines) > MOST_LINES:
        raise _refused("lines", name)
    return Paper(name[:255], hashlib.sha256(body).hexdigest(), tuple(lines), frozenset(running))


def _kind(body: bytes) -> str | None:
    if b"%PDF-" in body[:1024]:
        return "pdf"
    if body.startswith(b"PK\x03\x04"):
        return None if b"mimetypeapplication/vnd.oasis" in body[:120] else "docx"
    if body.startswith((b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        return None
    return "txt"


def _plain(name: str, body: bytes) -> list[str]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused("utf8", name) from error
    if "\x00" in text:
        raise _refused("utf8", name)
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")


def _apart(name: str, kind: str, body: bytes) -> tuple[list[str], list[int]]:
    """Read in a process of its own: a parser that hangs or dies takes nothing with it."""
    environment = {each: os.environ[each] for each in _KEPT_ENVIRONMENT if each in os.environ}
    with tempfile.TemporaryFile() as out:
        try:
            done = subprocess.run(
                [sys.executable, "-P", "-m", "bangtin.hub.regulations.papers.inside", kind],
                input=body,
                stdout=out,
                stderr=subprocess.DEVNULL,
                env=environment | {"LC_ALL": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "OMP_NUM_THREADS": "1"},
                timeout=TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _refused("slow", name) from error
        out.seek(0)
        answer = out.read()
    try:
        found: dict[str, Any] = json.loads(answer) if done.returncode == 0 else {"error": "broken"}
    except ValueError:
        found = {"error": "broken"}
    if "error" in found:
        raise _refused(str(found["error"]), name)
    return list(found["lines"]), list(found["running"])


def _refused(reason: str, name: str) -> PaperRefused:
    message, next_step = SENTENCES[reason]
    return PaperRefused(
        _("%(name)s: %(why)s") % {"name": name[:255], "why": message}, str(next_step), subject=name[:255]
    )
