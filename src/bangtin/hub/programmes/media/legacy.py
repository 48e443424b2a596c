"""Vietnamese typed with a TCVN3 (ABC) or VNI font, as Unicode. Pure; a suggestion only: a person reads it over.

Capitals of the TCVN3 fonts for capitals (.VnTimeH) have the codes of small letters and come out small.
"""

import re
import unicodedata

from bangtin.hub.programmes.media import marks

_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ§¡¢£¤¥¦",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĐĂÂÊÔƠƯ",
        strict=True,
    )
)
# VNI: the mark stands behind its letter; a few letters have a code of their own
_VNI_MARKS = {
    "a": dict(zip("øùûõïâàáåãäêèéúüë", "àáảãạâầấẩẫậăằắẳẵặ", strict=True)),
    "e": dict(zip("øùûõïâàáåãä", "èéẻẽẹêềếểễệ", strict=True)),
    "o": dict(zip("øùûõïâàáåãä", "òóỏõọôồốổỗộ", strict=True)),
    "ô": dict(zip("øùûõï", "ờớởỡợ", strict=True)),
    "u": dict(zip("øùûõï", "ùúủũụ", strict=True)),
    "ö": dict(zip("øùûõï", "ừứửữự", strict=True)),
    "y": dict(zip("øùûõ", "ỳýỷỹ", strict=True)),
}
_VNI_ALONE = dict(zip("ìíæóòôöîñ", "ìíỉĩịơưỵđ", strict=True))
_VNI: dict[str, str] = {
    **{letter + mark: made for letter, some in _VNI_MARKS.items() for mark, made in some.items()},
    **_VNI_ALONE,
}
_VNI |= {old.upper(): new.upper() for old, new in _VNI.items()}
_VNI |= {old[0].upper() + old[1]: new.upper() for old, new in _VNI.items() if len(old) == 2 and old.islower()}
_VNI_FOUND = re.compile("|".join(sorted(map(re.escape, _VNI), key=len, reverse=True)))


def suggestion(text: str) -> str:
    """The text in Unicode if it looks typed with such a font; empty if it does not."""
    found = marks.legacy(text)
    if found == "VNI":
        made = _VNI_FOUND.sub(lambda one: _VNI[one.group()], unicodedata.normalize("NFC", text))
    elif found == "TCVN3":
        made = "".join(_TCVN3.get(letter, letter) for letter in text)
    else:
        return ""
    return unicodedata.normalize("NFC", made)
