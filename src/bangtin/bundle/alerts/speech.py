"""Emergency notices as they are spoken: hours, dates, numbers and short forms in words."""

import re
from collections.abc import Callable, Mapping

from bangtin.bundle.alerts.notice import AlertNotice

VOICES: Mapping[str, str] = {"vi": "vi", "en": "en", "zh": "cmn"}  # espeak-ng's own names
_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", " nghìn", " triệu", " tỷ")
_SHORT = (
    ("TT-TT", "thông tin truyền thông"),
    ("BCH", "Ban chỉ huy"),
    ("PCTT", "phòng chống thiên tai"),
    ("TKCN", "tìm kiếm cứu nạn"),
    ("UBND", "Ủy ban nhân dân"),
    ("HĐND", "Hội đồng nhân dân"),
    ("QL", "quốc lộ"),
    ("TP", "thành phố"),
    ("KTTV", "khí tượng thủy văn"),
)
_UNITS = (
    ("km/h", "ki lô mét một giờ"),
    ("m/s", "mét một giây"),
    ("mm", "mi li mét"),
    ("cm", "xăng ti mét"),
    ("km", "ki lô mét"),
    ("°C", "độ xê"),
    ("%", "phần trăm"),
    ("m", "mét"),
)
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DATE = re.compile(r"(?:\b(ngày)\s+)?\b(\d{1,2})/(\d{1,2})(?:/(\d{4}))?\b")
_HOUR = re.compile(r"\b([01]?\d|2[0-4])(?::| giờ |h)([0-5]\d)\b")
_HELP = re.compile(r"\b(?:11[1-5])\b")  # numbers one calls are said digit by digit
_NUMBER = re.compile(r"\d+(?:\.\d{3})+(?!\d)|\d+")
_DECIMAL = re.compile(r"\b(\d+),(\d+)\b")


def opening(notice: AlertNotice) -> list[tuple[str, str]]:
    """`(text, language)` spoken before everything: of an exercise that it is one, whatever its texts say."""
    return [("Diễn tập. Đây là thông báo diễn tập.", "vi")] if notice.is_drill else []


def announcement(notice: AlertNotice, language: str) -> str:
    """What is said of `notice` in one of its languages, ready for a voice."""
    text = notice.texts[language]
    heads: Mapping[str, Callable[[int], str]] = {
        "vi": lambda level: f"Cảnh báo rủi ro thiên tai cấp {level}",
        "en": lambda level: f"Disaster risk warning, level {level}",
        "zh": lambda level: f"灾害风险{level}级预警",
    }
    head = heads[language](notice.level) if notice.level and language in heads else ""
    parts = [head, text.headline, text.description, text.instruction]
    said = ". ".join(part.strip().rstrip(".") for part in parts if part.strip())
    return in_words(f"{said}.", language)


def in_words(text: str, language: str) -> str:
    """`text` with dates and hours (and in Vietnamese numbers, units and short forms) as a person would say them."""
    if language == "vi":
        return _in_vietnamese(text)
    if language == "en":
        return _DATE.sub(_english_date, text)
    if language == "zh":
        dated = _DATE.sub(lambda found: (f"{found[4]}年" if found[4] else "") + f"{found[3]}月{found[2]}日", text)
        return _HOUR.sub(lambda found: f"{int(found[1])}点" + (f"{int(found[2])}分" if int(found[2]) else ""), dated)
    return text


def number_in_words(number: int) -> str:
    """`number` in Vietnamese words, from 0 to below a million million: 2021 is `hai nghìn không trăm hai mươi mốt`."""
    if number == 0:
        return _DIGITS[0]
    groups = []
    left = number
    while left:
        groups.append(left % 1000)
        left //= 1000
    said = []
    for place in range(len(groups) - 1, -1, -1):
        if groups[place]:
            said.append(_three(groups[place], is_full=place < len(groups) - 1) + _GROUPS[place])
    return " ".join(said)


def _three(number: int, *, is_full: bool) -> str:
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    said = [f"{_DIGITS[hundreds]} trăm"] if hundreds or is_full else []
    if tens == 0:
        if ones:
            said.append(f"linh {_DIGITS[ones]}" if said else _DIGITS[ones])
        return " ".join(said)
    said.append("mười" if tens == 1 else f"{_DIGITS[tens]} mươi")
    last = {0: "", 1: "mốt" if tens > 1 else "một", 5: "lăm"}.get(ones, _DIGITS[ones])
    return " ".join([*said, last] if last else said)


def _in_vietnamese(text: str) -> str:
    said = _DATE.sub(_vietnamese_date, text)
    said = _HOUR.sub(_vietnamese_hour, said)
    for short, long in _SHORT:
        said = re.sub(rf"\b{short}\b\.?", long, said)
    for unit, words in _UNITS:
        said = re.sub(rf"(?<=\d)\s*{re.escape(unit)}(?!\w)", f" {words}", said)
    said = _HELP.sub(lambda found: " ".join(_DIGITS[int(digit)] for digit in found[0]), said)
    said = _DECIMAL.sub(lambda found: f"{found[1]} phẩy {' '.join(_DIGITS[int(digit)] for digit in found[2])}", said)
    return _NUMBER.sub(lambda found: number_in_words(int(found[0].replace(".", ""))), said)


def _vietnamese_date(found: re.Match[str]) -> str:
    if not (1 <= int(found[2]) <= 31 and 1 <= int(found[3]) <= 12):
        return found[0]
    year = f" năm {found[4]}" if found[4] else ""
    return f"ngày {int(found[2])} tháng {int(found[3])}{year}"


def _vietnamese_hour(found: re.Match[str]) -> str:
    minutes = f" {int(found[2])} phút" if int(found[2]) else ""
    return f"{int(found[1])} giờ{minutes}"


def _english_date(found: re.Match[str]) -> str:
    if not 1 <= int(found[3]) <= 12:
        return found[0]
    return f"{int(found[2])} {_MONTHS[int(found[3]) - 1]}" + (f" {found[4]}" if found[4] else "")
