"""Emergency notices as they are spoken."""

import pytest

from bangtin.bundle.alerts import speech
from bangtin.bundle.tests.alert_world import notice


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (5, "năm"),
        (10, "mười"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (30, "ba mươi"),
        (101, "một trăm linh một"),
        (115, "một trăm mười lăm"),
        (1000, "một nghìn"),
        (2026, "hai nghìn không trăm hai mươi sáu"),
        (1_050_000, "một triệu không trăm năm mươi nghìn"),
    ],
)
def test_numbers_are_said_as_in_vietnamese(number: int, words: str) -> None:
    assert speech.number_in_words(number) == words


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Phát lúc 09:41 23/11", "Phát lúc chín giờ bốn mươi mốt phút ngày hai mươi ba tháng mười một"),
        ("ngày 02/12/2026", "ngày hai tháng mười hai năm hai nghìn không trăm hai mươi sáu"),
        ("từ 19:00", "từ mười chín giờ"),
        ("mưa 200 mm, gió 75 km/h", "mưa hai trăm mi li mét, gió bảy mươi lăm ki lô mét một giờ"),
        ("Gọi 112.", "Gọi một một hai."),
        ("1.200 hộ", "một nghìn hai trăm hộ"),
        ("mưa 12,5 mm", "mưa mười hai phẩy năm mi li mét"),
        ("UBND TP. Cao Bằng", "Ủy ban nhân dân thành phố Cao Bằng"),
        ("cấp 45/99", "cấp bốn mươi lăm/chín mươi chín"),
    ],
)
def test_hours_dates_numbers_and_short_forms_become_words(written: str, said: str) -> None:
    assert speech.in_words(written, "vi") == said


def test_other_languages_get_their_own_dates() -> None:
    assert speech.in_words("until 21:00 23/11/2026", "en") == "until 21:00 23 November 2026"
    assert speech.in_words("23/11 09:05", "zh") == "11月23日 9点5分"
    assert speech.in_words("23/11", "tyz") == "23/11"


def test_the_announcement_says_level_headline_and_what_to_do() -> None:
    said = speech.announcement(notice(), "vi")
    assert said.startswith("Cảnh báo rủi ro thiên tai cấp bốn. Lũ quét, sạt lở đất. ")
    assert said.endswith("Gọi một một hai.")
    assert speech.opening(notice()) == []
    assert "diễn tập" in speech.opening(notice(is_drill=True))[0][0]
