import pytest

from bangtin.hub.programmes.media import marks, thresholds

KNOWN = thresholds.load().secret


@pytest.mark.parametrize(
    "name",
    [
        "MẬT", "MẬT_kehoach", "KE_HOACH_MẬT", "[MẬT] Kế hoạch", "Kế hoạch (TỐI MẬT)", "TUYỆT MẬT - bản đồ",
        "TOI_MAT", "bao cao-TUYET-MAT", "Kế hoạch MẬT", "MẬT Kế hoạch", "Ke\u0302\u0301 hoạch MA\u0302\u0323T",
    ],
)  # fmt: skip
def test_a_stamp_in_a_name_is_found(name: str) -> None:
    assert marks.in_name(name, KNOWN)


@pytest.mark.parametrize(
    "name",
    [
        "MẬT ONG RỪNG", "MẬT-ONG", "BÍ MẬT HANG ĐỘNG", "Bí mật", "Mật ong", "BẢO-MẬT", "DÂN SỐ - MẬT ĐỘ", "mat",
        "MAT TRAN TO QUOC", "tuyệt mật", "GIỌT MẬT RỪNG",
    ],
)  # fmt: skip
def test_honey_and_secrecy_in_a_name_are_no_stamp(name: str) -> None:
    assert marks.in_name(name, KNOWN) == ""


def test_only_a_line_that_is_nothing_but_a_mark_is_a_stamp() -> None:
    lines = ["Mật", "MẬT", "(TỐI MẬT)", "Độ mật: MẬT", "M Ậ T", "MẬT ONG", "Đây là TỐI MẬT nhé", "TUYỆT  MẬT"]
    assert [number for number, _ in marks.in_text(lines, KNOWN)] == [2, 3, 4, 5, 8]


@pytest.mark.parametrize("text", ["élève naïf à Noël, français", "Fußball für Mädchen über Straße", "coração à noite"])
def test_other_languages_are_no_old_vietnamese_font(text: str) -> None:
    assert marks.legacy(text) == ""
