"""Text notices: what each template takes, and what it has too much of."""

import pytest

from bangtin.bundle import notices

ROW = "Tà Lùng | 07:00 – 19:00 | Bình thường"
GOOD: dict[str, dict[str, str]] = {
    "notice": {"title": "Cửa khẩu mở cửa lúc 7 giờ"},
    "bilingual": {"title": "Ngày hội", "translation": "Festival", "language": "en"},
    "urgent": {"title": "Sạt lở tại km 12", "fact": "Tạm dừng xe qua lại"},
    "event": {"title": "Ngày hội Non nước", "fact": "28–29/11, thác Bản Giốc"},
    "table": {"head": "Giờ làm thủ tục", "rows": f"{ROW}\n{ROW}\n\n"},
    "ticker": {"head": "Nhắc người qua cửa khẩu", "facts": "Mang hộ chiếu\nKhai báo hàng hóa"},
}


def test_every_template_takes_what_it_is_for() -> None:
    assert set(GOOD) == set(notices.TEMPLATES)
    assert {name: notices.faults(name, fields) for name, fields in GOOD.items()} == {name: [] for name in GOOD}


@pytest.mark.parametrize("template", notices.TEMPLATES)
def test_what_a_template_needs_is_not_left_out(template: str) -> None:
    needed = [one.name for one in notices.TEMPLATES[template] if one.is_required]
    for name in needed:
        rest = {key: value for key, value in GOOD[template].items() if key != name}
        assert (name, "missing") in notices.faults(template, rest)


@pytest.mark.parametrize(
    ("template", "field", "words", "code"),
    [
        ("table", "rows", "\n".join([ROW] * 5), "too_many"),
        ("table", "rows", "a | b | c | d", "too_many"),
        ("table", "rows", "a | b\na | b | c", "uneven"),
        ("ticker", "facts", "một\nhai\nba\nbốn", "too_many"),
        ("ticker", "facts", "x" * 301, "too_long"),
    ],
)
def test_what_a_face_cannot_hold_is_told_apart(template: str, field: str, words: str, code: str) -> None:
    assert (field, code) in notices.faults(template, {**GOOD[template], field: words})
