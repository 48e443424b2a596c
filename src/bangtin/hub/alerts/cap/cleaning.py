"""Texts from outside, made safe to show: no control characters, nothing that turns the direction of reading."""

import re
import unicodedata

# zero-width joiners shape letters in some scripts; all other invisible characters can only mislead
_KEPT = "\u200c\u200d"
_BAD = {"Cc", "Cf", "Co", "Cs"}
_LINES = re.compile(r"\r\n?|[\u0085\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")


def clean(text: str) -> str:
    """The text in NFC without control, bidi and private characters; spaces in a row become one, line ends stay."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    lines = _LINES.sub("\n", text)
    kept = "".join(
        sign if sign in _KEPT or unicodedata.category(sign) not in _BAD else " " if sign in "\t\v\f" else ""
        for sign in lines.replace("\n", "\ufdd0")
    ).replace("\ufdd0", "\n")
    rows = [_SPACES.sub(" ", row).strip() for row in unicodedata.normalize("NFC", kept).split("\n")]
    return "\n".join(rows).strip()


def one_line(text: str) -> str:
    """The cleaned text in one line."""
    return " ".join(clean(text).split())
