"""Text typed with old fonts is known, and offered in Unicode."""

import pytest

from bangtin.hub.programmes.media.legacy import suggestion


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Chµo mõng n¨m míi", "Chào mừng năm mới"),
        ("Céng hßa x· héi chñ nghÜa ViÖt Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc"),
        ("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"),
        ("Ñoäc laäp - Töï do - Haïnh phuùc", "Độc lập - Tự do - Hạnh phúc"),
        ("THOÂNG BAÙO: NÖÔÙC LUÕ ÑANG LEÂN", "THÔNG BÁO: NƯỚC LŨ ĐANG LÊN"),
        ("Ñöôøng veà cöûa khaåu", "Đường về cửa khẩu"),
    ],
)
def test_old_letters_are_offered_in_unicode(typed: str, meant: str) -> None:
    assert suggestion(typed) == meant


@pytest.mark.parametrize(
    "text", ["", "Chào mừng năm mới", "口岸7点开放", "Café à la crème", "ꪜꪱꪀ", "07:00", "Müller, Größe"]
)
def test_other_text_is_left_alone(text: str) -> None:
    assert suggestion(text) == ""
