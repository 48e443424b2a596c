"""Writes the skeleton of a regulation's data: every file, commented in Vietnamese, ready to be filled in.

It loads as it stands; what is still open is marked and listed by the check. Names from outside never become paths
before they are known to be plain.
"""

from __future__ import annotations

import re
import shutil
import unicodedata
from pathlib import Path

from bangtin.rulebook import identities

_SKELETON = Path(__file__).resolve().parent / "skeleton"


class BadName(ValueError):
    """A name that is no part of an id; `hint` is a short name near it, or empty."""

    def __init__(self, name: str) -> None:
        """Keep the name and a hint."""
        super().__init__(name)
        self.name = name
        self.hint = folded(name)


def folded(text: str) -> str:
    """Return a text as a short name: small letters without accents, digits and single hyphens; may be empty."""
    plain = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[: identities.LONGEST].strip("-")


def write(province: str, *, number: str, into: Path) -> Path:
    """Write the skeleton to `<into>/<province>/<number as a short name>` and return that folder.

    Raises: BadName if a name cannot be part of an id; FileExistsError, with nothing written, if the folder is there.
    """
    slug = folded(number)
    if not identities.is_slug(province):
        raise BadName(province)
    if not identities.is_slug(slug) or any(ord(letter) < 32 or letter in '"\\' for letter in number):
        raise BadName(number)
    folder = into / province / slug
    if folder.exists() or folder.is_symlink():
        raise FileExistsError(17, "there already", str(folder))
    marks = {"@ID@": f"{province}/{slug}", "@PROVINCE@": province, "@PREFIX@": province, "@NUMBER@": number}
    try:
        for source in sorted(_SKELETON.rglob("*.yaml")):
            text = source.read_text(encoding="utf-8")
            for mark, value in marks.items():
                text = text.replace(mark, value)
            target = folder / source.relative_to(_SKELETON)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return folder
