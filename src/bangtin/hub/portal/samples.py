"""Made-up content for the gallery of components: no agency, event or figure here is real."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _

from bangtin.hub.portal import badges, charts


class SampleForm(forms.Form):
    """One field of each kind, one of them wrong."""

    title = forms.CharField(label=_("Title"), help_text=_("As it will be announced."))
    language = forms.ChoiceField(label=_("Language"), choices=[("vi", "Việt"), ("en", "Anh"), ("zh", "Trung")])
    decision = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect, choices=[("a", "Đạt"), ("b", "Trả lại để sửa"), ("c", "Từ chối")]
    )
    remark = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), required=False)
    is_promised = forms.BooleanField(label="Đơn vị cam kết chịu trách nhiệm về nội dung")
    file = forms.FileField(label=_("File"), required=False)


def _queue(today: date) -> list[dict[str, object]]:
    rows = (
        ("Thác Bản Giốc mùa nước đầy", "Báo và PT-TH Cao Bằng · phim 3:24 · Việt, Anh", "appraising", 0, "movie"),
        ("Phòng cháy rừng mùa hanh khô", "Chi cục Kiểm lâm · bản 2, sửa theo góp ý", "revised", 1, "movie"),
        ("Giờ làm thủ tục tại cửa khẩu từ 01/12", "BQL Khu kinh tế · thông báo chữ · Việt", "waiting", 12, "notes"),
        ("Phiên chợ sản phẩm OCOP cuối năm", "Sở Công Thương · 4 ảnh kèm lời · Việt", "returned", -3, "photo"),
    )
    image = static("img/nui.svg")
    return [
        {
            "title": title,
            "detail": detail,
            "state": state,
            "due_on": today + timedelta(days=days),
            "icon": icon,
            "image": image if icon == "movie" else "",
        }
        for title, detail, state, days, icon in rows
    ]


def _week(now: datetime) -> charts.Week:
    monday = now.date() - timedelta(days=now.weekday())
    fixed = (charts.Window(450, 660), charts.Window(810, 1080))
    free = (charts.Window(480, 720, is_optional=True), charts.Window(840, 1080, is_optional=True))
    blocks = (
        charts.Block(450, 540, "Luật Biên phòng", "Việt", category=1, href="#noi-dung"),
        charts.Block(540, 660, "Ngày hội Non nước Cao Bằng", "Việt, Anh", category=3, href="#noi-dung"),
        charts.Block(810, 930, "Qua cửa khẩu Tà Lùng", "Việt, Trung", category=2, href="#noi-dung"),
    )
    gap = charts.Block(930, 1080, "Còn trống", "phát nền", state="gap")
    more = charts.Block(930, 1080, "Phòng cháy rừng", "Việt", category=5)
    bad = charts.Block(1080, 1140, "OCOP", state="refused")
    days = []
    for number in range(7):
        is_off = number >= 5
        pieces = (*blocks, gap) if number == 2 else (*blocks, more, bad) if number == 3 else (*blocks, more)
        aired = 19_800 if number == 2 else 28_800
        days.append(
            charts.Day(
                on=monday + timedelta(days=number),
                kind="Tùy thực tế" if is_off else "Ngày làm việc",
                windows=free if is_off else fixed,
                blocks=() if number == 6 else blocks[:1] if is_off else pieces,
                meter=None if is_off else charts.meter(aired, need_s=28_800),
                is_day_off=is_off,
            )
        )
    legend = ((1, "Chính sách, pháp luật"), (2, "Đối ngoại"), (3, "Văn hóa, du lịch"), (5, "Thiết yếu"))
    return charts.week(days, now=now, legend=legend)


def _matrix() -> list[charts.Row]:
    done, none, ahead = charts.Cell("done", "1", href="#noi-dung"), charts.Cell("none"), charts.Cell("ahead")
    late, due = (
        charts.Cell("late", "20/22", href="#noi-dung", is_chosen=True),
        charts.Cell("due", "0", href="#noi-dung"),
    )
    over = charts.Cell("overdue", "+3", href="#noi-dung")
    return [
        charts.Row("Báo và PT-TH", "1 chương trình/tháng", (*[done] * 10, due, ahead), clause="13"),
        charts.Row("UBND xã Phục Hòa", "ngày đủ 8 giờ", (*[done] * 9, late, ahead, ahead), clause="8.1.a"),
        charts.Row("UBND xã Phục Hòa", "khắc phục", (*[none] * 10, over, none), clause="7.3"),
        charts.Row("Sở VHTTDL", "tiếp nhận", (*[charts.Cell("undated", "9")] * 11, ahead), clause="7.1"),
    ]


def gallery(now: datetime) -> dict[str, Any]:
    """Everything that `gallery.html` shows, for the local instant `now`."""
    image = static("img/nui.svg")
    return {**_work(now.date()), **_check(image), **_duties(now.date(), image), **_pictures(now), **_papers()}


def _work(today: date) -> dict[str, Any]:
    return {
        "title": "Hôm nay: 1 việc khẩn, 3 hồ sơ đến hạn, 1 việc quá hạn",
        "scope": "Bắt đầu từ việc khẩn. Các việc còn lại xếp theo thời hạn.",
        "urgent": "Tạm dừng thông quan tại Tà Lùng từ 14:00 đến 16:00 hôm nay",
        "urgent_text": "UBND xã Phục Hòa gửi 09:12, theo công văn hỏa tốc của UBND tỉnh.",
        "queue_title": "Chờ tôi thẩm định",
        "queue": _queue(today),
        "filters": [{"label": "Theo hạn", "href": "#", "is_current": True}, {"label": "Theo đơn vị", "href": "#"}],
        "steps_title": "Gửi chương trình",
        "steps": [
            {"label": "Tệp", "detail": "1 lỗi phải sửa", "is_current": True},
            {"label": "Thông tin", "detail": "Đủ", "is_done": True},
            {"label": "Bản quyền", "detail": "Đủ", "is_done": True},
            {"label": "Cam kết và gửi", "detail": "Chưa ký"},
        ],
        "progress": "Đang tạo bản phát cho Tà Lùng. Cứ đóng trang, xong sẽ báo.",
    }


def _check(image: str) -> dict[str, Any]:
    return {
        "findings_title": "Kiểm tra kỹ thuật bản 2",
        "must": "1 phải sửa",
        "findings": [
            {
                "severity": "must",
                "time_code": "01:15",
                "title": "Nhấp nháy mạnh: 5 lần mỗi giây.",
                "text": "Có thể gây co giật. Giới hạn: 3 lần mỗi giây.",
                "image": image,
                "code": "BT-TEP-014",
            },
            {
                "severity": "note",
                "time_code": "00:42",
                "title": "Hình đứng yên 5 giây.",
                "text": "Nếu cố ý thì ghi chú.",
                "image": image,
            },
            {"severity": "auto", "title": "Âm lượng −16,2 LUFS,", "text": "to hơn mức phát −23.", "icon": "volume"},
        ],
    }


def _duties(today: date, image: str) -> dict[str, Any]:
    return {
        "duties_title": "Nghĩa vụ của Sở",
        "duties": [
            {
                "title": "Khắc phục sau kiểm tra",
                "due_on": today - timedelta(days=3),
                "clause": "7.3",
                "text": "Đợt 06/11: quạt tản nhiệt mặt 2, Tà Lùng.",
            },
            {
                "title": "Báo và PT-TH, tháng 11",
                "due_on": today + timedelta(days=7),
                "clause": "13",
                "text": "Ít nhất 1 chương trình: đã nhận 1, đang thẩm định.",
            },
            {
                "title": "Tiếp nhận tháng 12",
                "due_on": None,
                "clause": "7.1",
                "text": "Quy chế chỉ ghi “theo từng tháng”.",
            },
        ],
        "screens_title": "Trên màn hình sẽ thấy",
        "screen": "Tà Lùng",
        "screen2": "Trùng Khánh",
        "image": image,
        "screen_note": "lề đen hai bên",
    }


def _pictures(now: datetime) -> dict[str, Any]:
    return {
        "evidence": "1.204 lượt phát, đã đối chứng 1.197",
        "stack_title": "Độ chắc của số liệu",
        "parts": charts.stacked([charts.Part("Đã đối chứng", 55, "55", "g"), charts.Part("Chỉ máy báo", 5, "5", "a")]),
        "week_title": "Tuần này, cụm Tà Lùng",
        "week": _week(now),
        "refusal": "Không xếp được lúc 18:00 – 18:30",
        "refusal_text": "Thứ Năm là ngày làm việc, cụm này chỉ phát 07:30 – 11:00 và 13:30 – 18:00.",
        "refusal_act": "Dời về 17:30",
        "months": [f"T{number}" for number in range(1, 13)],
        "matrix": _matrix(),
        "bars_title": "Theo ngôn ngữ",
        "bars": charts.bars(
            [
                charts.Bar("Việt", 55.5, "55 giờ 30", href="#noi-dung"),
                charts.Bar("Anh", 24.75, "24 giờ 45", category=2),
                charts.Bar("Trung", 15.5, "15 giờ 30", category=3),
                charts.Bar("Tày", 2.25, "2 giờ 15", category=5),
            ]
        ),
        "columns_title": "Giờ phát mỗi ngày",
        "columns": charts.column_chart(
            [charts.Column(f"{n:02}/11", 7.5 + n % 3, f"{n:02}/11: {7.5 + n % 3} giờ") for n in range(1, 23)], need=8
        ),
    }


def _papers() -> dict[str, Any]:
    return {
        "empty": "Tuần này chưa xếp lịch. Chép từ tuần trước hoặc bắt đầu từ mẫu 8 giờ.",
        "empty_act": "Chép từ tuần trước",
        "tabs": [
            {"label": "Nhật ký phát", "href": "#", "is_current": True, "count": 3},
            {"label": "Đối chiếu", "href": "#"},
        ],
        "rows": [
            {"title": "Ngày hội Non nước Cao Bằng", "state": "live", "proof": "corroborated", "aired_s": 7_860},
            {"title": "Luật Biên phòng Việt Nam", "state": "aired", "proof": "claimed", "aired_s": 1_268},
            {"title": "Tiêm phòng cúm", "state": "taken_down", "proof": "contradicted", "aired_s": None},
        ],
        "page": Paginator(range(1868), 50).page(2),
        "states_title": "Trạng thái",
        "states": [(kind, list(states)) for kind, states in badges.BADGES.items()],
        "paper": "Cụm thông tin vận hành đủ 08 giờ trong",
        "paper_more": "ngày làm việc; nội dung song ngữ chiếm",
        "ask": "Gỡ “Tiêm phòng cúm” khỏi 3 màn hình?",
        "ask_text": "Có tác dụng ngay; khôi phục được.",
        "blocked": "Chưa gửi được: còn 1 lỗi phải sửa",
        "next": "Tiếp: Thông tin",
    }
