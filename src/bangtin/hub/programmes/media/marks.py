"""Marks of state secrets and letters of old fonts in names, metadata and text. Pure: decodes no media."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from bangtin.hub.programmes.media.thresholds import Secret

_EDGES = " \t\u00a0*_-–—:.,;|\"'«»“”[](){}<>/\\•·="
_LABEL = re.compile(r"^(?:(?:độ|mức độ|cấp độ|dấu)\s+mật|độ bảo mật|classification)\s*[:：\-–]\s*", re.IGNORECASE)
_SEPARATORS = re.compile(r"([\s\u00a0]*[_\-–—.\[\](){}+,;:|/\\]+[\s\u00a0]*|[\s\u00a0]+)")
_LINE_LONGEST = 60

# Letters that TCVN3 (ABC) fonts put in place of Vietnamese ones and that Vietnamese itself never uses.
_TCVN3 = "µ¸¶·¹¨»¾¼½Æ©ÇËÐÎÏÑªÖ×ØÜÞß®«åæç¬ëîïñ\u00adø÷ûüþ§¤¥¦äöÄÅØÛÖÜ"
_TCVN3_PAIR = re.compile(f"(?:[A-Za-zÀ-ỹ][{_TCVN3}])|(?:[{_TCVN3}][A-Za-zÀ-ỹ])")
# Of these no European language has any inside its words: Latin letters alone would also hit French and German.
_TCVN3_CERTAIN = re.compile("[A-Za-zÀ-ỹ][µ¸¶·¹¨¾¼½©ª¬®¤¥¦§]|[§®][A-Za-zÀ-ỹ]|[A-Za-zÀ-ỹ][«»\u00ad][A-Za-zÀ-ỹ]")
# VNI writes the base letter and behind it the mark: Vieät, hoøa, nöôùc.
_VNI_PAIR = re.compile("[AaEeOoÔôÖö][ØøÛûÕõÄäÅåÃã]|[EeOo][ÂâÏï]|[Aa][ÂâÊêÉéÈèÚúÜüËë]|[UuYyÖöÔô][ØøÙùÛûÕõÏï]|[Öö][Ôô]")
_UNICODE_VIETNAMESE = re.compile("[ĂăĐđƠơƯưẠ-ỹ]")
# What those fonts are called: .VnTime, VNI-Times, .VnArialH
LEGACY_FONT = re.compile(r"^(?:\.?vn(?:time|arial|avant|helv|book|cent|cour|aristote|south)|vni[- ])", re.IGNORECASE)

_DIRECTIONS = set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def in_text(lines: Iterable[str], known: Secret) -> Iterator[tuple[int, str]]:
    """Lines that are nothing but a mark, in capitals, as a stamp is: (line number from 1, mark)."""
    for number, line in enumerate(lines, 1):
        if len(line) <= _LINE_LONGEST and "M" in line and "T" in line and (mark := _stamp(line, known)):
            yield number, mark


def in_name(name: str, known: Secret) -> str:
    """The mark that a file's name or a title bears, empty if none.

    TỐI MẬT and TUYỆT MẬT count wherever they stand in capitals. MẬT alone counts beside a separator, the end or words
    in small letters, unless its neighbour makes it an ordinary word (BÍ MẬT, MẬT ONG).
    """
    pieces = _SEPARATORS.split(unicodedata.normalize("NFC", name))
    words, gaps = pieces[0::2], pieces[1::2]
    pairs = {" ".join(words[at : at + 2]) for at in range(len(words) - 1)}
    for mark in (*known.marks, *known.plain_marks):
        if mark in pairs:
            return mark
    singles = {mark for mark in known.marks if " " not in mark}
    for at, word in enumerate(words):
        if word in singles and _stands_alone(words, gaps, at, known):
            return word
    return ""


def _stamp(line: str, known: Secret) -> str:
    found = unicodedata.normalize("NFC", line)
    found = _LABEL.sub("", found.strip(_EDGES)).strip(_EDGES)
    found = re.sub(r"\s+", " ", found)
    spaced = found.replace(" ", "")
    for mark in (*known.marks, *known.plain_marks):
        if found == mark or (mark in known.marks and spaced == mark.replace(" ", "")):
            return mark
    return ""


def _stands_alone(words: list[str], gaps: list[str], at: int, known: Secret) -> bool:
    before = words[at - 1] if at else ""
    after = words[at + 1] if at + 1 < len(words) else ""
    if before.upper() in known.harmless_before or after.upper() in known.harmless_after:
        return False
    is_open_before = not before or bool(gaps[at - 1].strip()) or not before.isupper()
    is_open_after = not after or bool(gaps[at].strip()) or not after.isupper()
    return is_open_before and is_open_after


def legacy(text: str) -> str:
    """`TCVN3` or `VNI` if the text looks typed with such a font: several of their letters, no real Vietnamese one."""
    if _UNICODE_VIETNAMESE.search(unicodedata.normalize("NFC", text)):
        return ""
    vni, tcvn3 = len(_VNI_PAIR.findall(text)), len(_TCVN3_PAIR.findall(text))
    if vni >= 3 and vni >= tcvn3 * 0.6:
        return "VNI"
    certain = len(_TCVN3_CERTAIN.findall(text))
    return "TCVN3" if certain >= 2 or (certain and tcvn3 >= 3) else ""


def is_unsafe_name(name: str) -> bool:
    """Whether a name holds a path, a control sign or signs that turn the writing direction and hide its end."""
    parts = re.split(r"[/\\]", name)
    return ".." in parts or any(sign in _DIRECTIONS or unicodedata.category(sign) == "Cc" for sign in name)
