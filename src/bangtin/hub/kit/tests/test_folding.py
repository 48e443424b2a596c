"""Search text: case and marks fall away, letters do not."""

import pytest

from bangtin.hub.kit.folding import fold


@pytest.mark.parametrize("text", ["Lễ hội Đền Vua Lê", "LỄ HỘI ĐỀN VUA LÊ", "le  hoi den vua le", "Lễ hội Đền Vua Lê"])
def test_case_and_marks_fall_away(text: str) -> None:
    assert fold(text) == "le hoi den vua le"


def test_other_scripts_stay_as_they_are() -> None:
    assert fold("口岸通关时间 2026") == "口岸通关时间 2026"
