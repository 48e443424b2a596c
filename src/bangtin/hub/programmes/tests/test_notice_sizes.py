"""Letters of composed notices: as high as Chromium makes them, told where readers of the face cannot make them out."""

import pytest

from bangtin.hub.clusters.models import Face
from bangtin.hub.programmes import notice_sizes, queries
from bangtin.hub.programmes.tests.factories import received
from bangtin.hub.regulations.tests.factories import World

SHORT = {"title": "Cửa khẩu mở cửa lúc 7 giờ", "fact": "07:00"}
LONG = {
    "head": "Cửa khẩu Tà Lùng",
    "title": "Thông báo về việc tạm dừng thông quan hàng hóa tại cửa khẩu Tà Lùng do mưa lũ kéo dài ngày",
    "fact": "Từ 07:00 ngày 25/11/2026",
    "detail": "Theo Công văn số 123",
    "issuer": "UBND huyện Quảng Hòa",
}
TABLE = "Tà Lùng | 07:00 – 19:00 | Bình thường\nTrà Lĩnh | 07:00 – 18:00 | Bình thường\nSóc Giang | 07:00 – 17:00 | Mở"
# As Chromium 156 measured them with notice.js: the main line, the lowest fitted line.
MEASURED = [
    ("notice", SHORT, (1920, 640), (154, 101)),
    ("notice", LONG, (1920, 640), (86, 57)),
    ("notice", LONG, (1024, 512), (53, 44)),
    ("bilingual", {"title": "Chào mừng", "translation": "欢迎来到高平省", "language": "zh"}, (1024, 512), (96, 68)),
    ("urgent", {"title": "Lũ về, tránh xa bờ sông", "fact": "Di chuyển lên nơi cao ngay"}, (1920, 640), (120, 71)),
    ("event", {"title": "Lễ hội Thác Bản Giốc năm 2026", "fact": "20/11 tại Trùng Khánh"}, (1024, 512), (92, 64)),
    ("table", {"head": "Giờ mở cửa", "rows": TABLE}, (1024, 512), (39, 39)),
    ("ticker", {"head": "Tin trong ngày của tỉnh Cao Bằng", "facts": "a"}, (1024, 512), (78, 78)),
]


@pytest.mark.parametrize(("template", "fields", "size", "measured"), MEASURED)
def test_letters_are_reckoned_as_high_as_a_browser_makes_them(
    template: str, fields: dict[str, str], size: tuple[int, int], measured: tuple[int, int]
) -> None:
    for reckoned, seen in zip(notice_sizes.capitals(template, fields, size), measured, strict=True):
        assert abs(reckoned - seen) <= 0.12 * seen


def test_an_unknown_template_has_no_size() -> None:
    assert notice_sizes.capitals("?", {"title": "x"}, (1920, 640)) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(("distance_m", "is_told"), [(30, False), (120, True)])
def test_a_notice_too_low_for_the_readers_distance_is_told(world: World, distance_m: int, is_told: bool) -> None:
    Face.objects.update(pitch_um=5_000, distance_m=distance_m)
    version = received(world, text={"template": "notice", "fields": LONG}, still_ms=60_000)
    rows = list(version.findings.filter(code="text_small"))
    assert bool(rows) is is_told
    for row in rows:
        assert row.severity == "note" and row.params["limit"] == 192
        assert "192" in queries.finding_sentence(row)
