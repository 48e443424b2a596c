"""Why a command did not do it, in the language of the machine: what is so, and beneath it what to do."""

import errno
import json
import re
import sqlite3
import ssl
from collections.abc import Sequence

import aiohttp

from bangtin.bundle.errors import BundleRefusal
from bangtin.player import refusal_words
from bangtin.player.sync.requests import HubRefused
from bangtin.player.trouble_words import REASONS, TROUBLES

NEXT = "\n    → "
# the first that fits: aiohttp's errors are OSErrors too
_KINDS: Sequence[tuple[tuple[type[BaseException], ...], str]] = (
    ((aiohttp.ClientSSLError, ssl.SSLError), "certificate"),
    ((TimeoutError,), "slow_line"),
    ((aiohttp.ClientError,), "no_line"),
    ((sqlite3.Error,), "store"),
    ((PermissionError,), "closed"),
    ((OSError,), "files"),
)
_LINE = ("Client", "Server", "ConnectionTimeout", "SocketTimeout", "TimeoutError")  # how aiohttp calls them
_BY_ERRNO = {errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EROFS: "read_only", errno.EIO: "io"}


def reason(error: BaseException, language: str) -> str:
    """Why something failed, as part of a sentence; what nobody put into words stays as the system says it."""
    words = REASONS[language]
    if isinstance(error, json.JSONDecodeError):
        return words["json"].format(line=error.lineno, column=error.colno)
    if isinstance(error, UnicodeDecodeError):
        return words["text"]
    if isinstance(error, FileNotFoundError):
        return words["absent"]
    if isinstance(error, PermissionError):
        return words["closed"]
    if isinstance(error, IsADirectoryError):
        return words["folder"]
    if isinstance(error, OSError) and not isinstance(error, ssl.SSLError) and error.errno in _BY_ERRNO:
        return words[_BY_ERRNO[error.errno]]
    return str(error) or type(error).__name__


def refusal(code: str, about: str, language: str, *, by_stick: bool) -> str:
    """A refusal with its code and what it is about: what it means, and what to do with the stick or on the line."""
    means, stick, line = refusal_words.WORDS[language][refusal_words.meaning(code)]
    said = f"{code}: {means}" + (f" ({about})" if about else "")
    mend = stick if by_stick and stick else line
    return said + (NEXT + mend if mend else "")


def told(text: str, language: str) -> str:
    """The trouble that a daemon told in its status (`Kind: what it said`), in words where there are any."""
    found = re.search(r"\b[a-z]+(?:_[a-z]+)+\b", text)
    means = refusal_words.meaning(found[0]) if found else "other"
    if means != "other":
        return f"{refusal_words.WORDS[language][means][0]} ({text})"
    return f"{REASONS[language]['line']} ({text})" if text.startswith(_LINE) else text


def explain(error: BaseException, language: str, *, by_stick: bool, minutes: int = 0) -> str:
    """What stopped a command; `minutes` is how long a daemon was given to take a stick."""
    if isinstance(error, BundleRefusal):
        return refusal(error.code, f"{error.subject[:80]}: {error.detail}", language, by_stick=by_stick)
    if isinstance(error, HubRefused):
        return _refused(error, language)
    path = getattr(error, "filename", None)
    key = next((key for kinds, key in _KINDS if isinstance(error, kinds)), "other")
    if key == "slow_line" and by_stick:
        key = "slow_daemon"
    if getattr(error, "errno", None) == errno.EADDRINUSE:
        key = "port"
    elif path is None and key in {"closed", "files"}:
        key = "other"
    return _say(language, key, why=reason(error, language), path=path, minutes=minutes)


def _refused(error: HubRefused, language: str) -> str:
    """What the hub answered. A code without words of its own means what the status says."""
    if refusal_words.meaning(error.code) != "other":
        return refusal(error.code, error.message, language, by_stick=False)
    values = {"status": error.status, "code": error.code, "why": error.message}
    if error.status >= 500:
        return _say(language, "hub_down", **values)
    is_strange = error.code in {"http_error", "answer_malformed"}
    return _say(language, "not_a_hub" if is_strange else "http", **values)


def _say(language: str, key: str, **values: object) -> str:
    what, mend = TROUBLES[language][key]
    return what.format(**values) + NEXT + mend
