import pytest

from bangtin.hub.programmes.actions import wording


@pytest.mark.parametrize(
    "text",
    [
        "Céng hßa x· héi chñ nghÜa ViÖt Nam",
        "C«ng bè quyÕt ®Þnh",
        "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam",
        "UÛy ban nhaân daân tænh",
    ],
)
def test_text_of_legacy_fonts_is_recognised(text: str) -> None:
    assert wording.is_legacy(text)


@pytest.mark.parametrize(
    "text",
    [
        "Cộng hòa xã hội chủ nghĩa Việt Nam",
        "Tin tiên, hoè, huê, thuê, quê, nghìa",
        "Thong bao khong dau",
        "Café Bản Giốc · 1.000 m² · 20°C – © 2026 Bangtin®",
        "边境口岸开放通知",
        "Opening hours of the border gate",
        "Co\u0302\u0323ng ho\u0300a",
    ],
)
def test_real_text_is_left_alone(text: str) -> None:
    assert not wording.is_legacy(text)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\phim\\thác.mp4", "thác.mp4"),
        ("a\0b\u202e4pm.exe", "ab4pm.exe"),
        ("", ""),
        ("x" * 300 + ".mp4", ("x" * 300 + ".mp4")[-255:]),
    ],
)
def test_a_name_from_outside_is_only_its_last_part(name: str, shown: str) -> None:
    assert wording.file_name(name) == shown
