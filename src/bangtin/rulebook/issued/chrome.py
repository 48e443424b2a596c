"""What is left out on purpose: page chrome, the national heading, signatures and recipients."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bangtin.rulebook.issued.lines import Line
from bangtin.rulebook.issued.shapes import LeftOut

HEAD_LINES = 40  # a title stands within these
_RULE = re.compile(r"[|\-–—_*=.\s]{1,}")
_PAGE = re.compile(
    r"\d{1,4}|[-–—]\s*\d{1,4}\s*[-–—]|(?:Trang|Page)\s+\d+(?:\s*(?:/|of|trên)\s*\d+)?"
    r"|(?:\d+\s+)?CÔNG BÁO.*|.{0,40}CÔNG BÁO/Số.*"
)
_WEB = re.compile(
    r"(?:Ý kiến bạn đọc|Nhấp vào nút|Màn hình hiện lên như|Bạn cũng có thể dừng|Để tăng độ chính xác bạn|Trang chủ"
    r"|Đăng nhập|Đăng ký|Tìm kiếm|Tải về|Tải văn bản|In trang|Chia sẻ|Lược đồ|Thuộc tính|Bản PDF|Văn bản gốc"
    r"|Văn bản liên quan|Hiệu lực|Quay lại|Về đầu trang|Facebook|Zalo|Twitter|Gửi email|Bản quyền|Copyright|©"
    r"|https?://|www\.).{0,160}"
)
_NATION = re.compile(
    r"(?:ỦY BAN NHÂN DÂN|UỶ BAN NHÂN DÂN|HỘI ĐỒNG NHÂN DÂN|CỘNG|HÒA XÃ HỘI|HOÀ XÃ HỘI|CHỦ NGHĨA VIỆT NAM|NGHĨA VIỆT"
    r"|Độc lập|Số\s*:|TỈNH|THÀNH PHỐ|BỘ |CHÍNH PHỦ|THỦ TƯỚNG|NAM).*|\d+\s*/.*|[^.;:]{2,40},\s*ngày.*"
    r"|(?:ngày\s)?\s*\d{1,2} tháng \d{1,2} năm \d{4}"
)
_TITLE = re.compile(
    r"(?:QUYẾT ĐỊNH|NGHỊ QUYẾT|KẾ HOẠCH|CHỈ THỊ|THÔNG TƯ|NGHỊ ĐỊNH|QUY CHẾ|QUY ĐỊNH|CHƯƠNG TRÌNH|ĐỀ ÁN|VỀ VIỆC|BAN HÀNH"
    r"|V/v)\b.*"
)
_SIGNATURE = re.compile(r"(?:Nơi nhận|NƠI NHẬN|Nơi gửi)\s*(?::.*|$)|(?:TM|T/M|KT|TUQ|TL)\.\s*[A-ZĐÀ-Ỹ].*")
_END = re.compile(r".*\./\.?")


def of_page(line: Line, running: Collection[int]) -> LeftOut | None:
    """Return why a line is left out wherever it stands, or None."""
    if _RULE.fullmatch(line.text) and "..." not in line.text:
        return LeftOut.RULES
    if line.number in running or _PAGE.fullmatch(line.text):
        return LeftOut.PAGE
    return None


def is_web(text: str) -> bool:
    """Return whether it is navigation of a web page."""
    return _WEB.fullmatch(text) is not None


def is_nation(text: str) -> bool:
    """Return whether it belongs to the heading above the title."""
    return _NATION.fullmatch(text) is not None


def is_signature(text: str) -> bool:
    """Return whether signatures or recipients begin here."""
    return _SIGNATURE.fullmatch(text) is not None


def is_end(text: str) -> bool:
    """Return whether the mark that ends a document ("./.") stands at the end of the line."""
    return _END.fullmatch(text) is not None


def title_at(lines: Sequence[Line]) -> int:
    """Return where the title begins; 0 if none stands near the beginning."""
    for at, line in enumerate(lines[:HEAD_LINES]):
        if _TITLE.fullmatch(line.text) and (line.text == line.text.upper() or line.text.startswith("V/v")):
            return at
    return 0
