"""Canonical JSON: RFC 8785 restricted to what two languages write alike (trust C.1)."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping, Sequence

MAX_DEPTH = 12
MAX_INTEGER = 2**53
_KEY = re.compile(r"[A-Za-z0-9_./:-]{1,80}", re.ASCII)


class NotCanonical(ValueError):
    """Bytes or an object that the canonical form cannot hold; the message says where."""


def encode(value: object) -> bytes:
    """The canonical bytes of `value`: UTF-8, sorted keys, no whitespace, integers only, NFC.

    Raises: NotCanonical for floats, integers of 2^53 and more, other keys or types, depth > 12.
    """
    _walk(value, 1)
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise NotCanonical("a string holds half of a surrogate pair") from error


def decode(data: bytes) -> object:
    """The object in `data`, if and only if encoding it again gives the same bytes.

    That one comparison refuses duplicate keys, whitespace, odd escapes and bad UTF-8.
    Raises: NotCanonical.
    """
    try:
        value: object = json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise NotCanonical("not JSON in UTF-8") from error
    if encode(value) != data:
        raise NotCanonical("not the canonical form of its own content")
    return value


def digest(value: object) -> str:
    """SHA-256 of the canonical bytes, 64 lower-case hex digits."""
    return hashlib.sha256(encode(value)).hexdigest()


def _no_constant(name: str) -> object:
    raise NotCanonical(f"{name} is not a number of JSON")


def _walk(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise NotCanonical(f"nested deeper than {MAX_DEPTH}")
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) >= MAX_INTEGER:
            raise NotCanonical(f"{value} is not below 2^53")
    elif isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value):
            raise NotCanonical("a string is not in normal form C")
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                raise NotCanonical(f"the key {key!r} is not allowed")
            _walk(inner, depth + 1)
    elif isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        for inner in value:
            _walk(inner, depth + 1)
    else:
        raise NotCanonical(f"a {type(value).__name__} has no canonical form")
