"""Folded text, for search alone: without case and marks, so that "le hoi" finds "LỄ HỘI". Ids are never folded."""

import unicodedata

# đ is a letter of its own and has no decomposition
_STROKES = str.maketrans({"đ": "d", "Đ": "d"})


def fold(text: str) -> str:
    """The text as it is searched: `Lễ hội  Đền` and `LE HOI DEN` both give `le hoi den`."""
    plain = unicodedata.normalize("NFD", text.translate(_STROKES))
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(kept.casefold().split())
