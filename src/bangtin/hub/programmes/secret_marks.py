"""Marks of State secrets in words: MẬT, TỐI MẬT, TUYỆT MẬT. Pure; the same for names, titles, notices, documents.

"Mật" is also honey, bile and half of "bí mật": TỐI MẬT and TUYỆT MẬT are always marks, MẬT only in capitals and where
it stands by itself or before words that are not in capitals.
"""

import re
import unicodedata

_UPPER_LEVELS = re.compile(r"(?<!\w)(?:tuyệt|tối)[\s_.-]*mật(?!\w)", re.IGNORECASE)
# file names are often typed without diacritics; capitals alone, or "toi mat" ("I lost") would be one
_BARE_LEVELS = re.compile(r"(?<![A-Za-z])(?:TUYET|TOI)[\s_.-]*MAT(?![A-Za-z])|[(\[](?:MAT)[)\]]")
_LEVEL_NAMED = re.compile(r"(?:độ|mức)[\s_]+mật[\s_]*[:=][\s_]*(?:tuyệt|tối)?[\s_]*mật", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_MARK = "MẬT"
_HONEY = ("ong", "mía", "đường", "hoa", "gấu", "ngọt", "vàng", "rừng", "bạc", "dừa", "thốt")
_CODES = ("vụ", "mã", "khẩu", "thư", "độ", "thiết", "nghị", "cấp", "ran", "dân")
_AFTER = frozenset((*_HONEY, *_CODES))
_BEFORE = frozenset(("bí", "bảo", "cẩn", "thân", "đường", "trăng", "kín", "cơ", "ngọt", "túi", "nuôi"))
_GAP = re.compile(r"[\s_-]*")


def found(text: str, *, is_file_name: bool = False) -> str:
    """The mark a text bears as it stands there (`TỐI MẬT`); empty if none."""
    text = unicodedata.normalize("NFC", text)
    if is_file_name:
        text = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", text)
    patterns = (_LEVEL_NAMED, _UPPER_LEVELS, _BARE_LEVELS) if is_file_name else (_LEVEL_NAMED, _UPPER_LEVELS)
    for pattern in patterns:
        if match := pattern.search(text):
            return match.group().strip()
    return next((_MARK for line in text.splitlines() if _stands_alone(line)), "")


def _stands_alone(line: str) -> bool:
    words = list(_WORD.finditer(line))
    for index, word in enumerate(words):
        if word.group() != _MARK:
            continue
        before = words[index - 1] if index else None
        after = words[index + 1] if index + 1 < len(words) else None
        is_joined_before = before is not None and _GAP.fullmatch(line[before.end() : word.start()])
        is_joined_after = after is not None and _GAP.fullmatch(line[word.end() : after.start()])
        left = before.group() if before and is_joined_before else ""
        right = after.group() if after and is_joined_after else ""
        if left.lower() in _BEFORE or right.lower() in _AFTER:
            continue
        # within a line of capitals it is a word like the others
        if left and right and left.isupper() and right.isupper():
            continue
        return True
    return False
