"""The reasons of verdicts: stable codes, and their sentences in Vietnamese and in English."""

from bangtin.rulebook.texts import Text

REASONS = {
    # taken
    "new": Text(
        "Tin báo thật, công khai, còn hiệu lực, có cụm trong vùng.",
        "A real, public message in force; its area holds a cluster.",
    ),
    "exercise": Text(
        "Tin diễn tập: chỉ phát ở chế độ diễn tập.",
        "An exercise: it airs as a drill only.",
    ),
    "update": Text(
        "Cập nhật tin {subject} của chính nơi gửi.",
        "It updates {subject} of the same sender.",
    ),
    "cancel": Text(
        "Hủy tin {subject} của chính nơi gửi.",
        "It cancels {subject} of the same sender.",
    ),
    "update_of_unknown": Text(
        "Cập nhật tin {subject} chưa có ở đây: coi là tin mới.",
        "It updates {subject}, which is not known here: taken as new.",
    ),
    "no_end": Text(
        "Tin không có giờ hết hiệu lực: chờ cán bộ ấn định giờ kết thúc.",
        "The message names no end: it waits until an officer sets one.",
    ),
    # ignored
    "status": Text(
        "Trạng thái {subject}: không dành cho công chúng.",
        "Its status is {subject}: not for the public.",
    ),
    "scope": Text(
        "Phạm vi {subject}: không phải tin công khai.",
        "Its scope is {subject}: not public.",
    ),
    "answer": Text(
        "Loại {subject}: tin trả lời giữa các hệ thống.", "Its type is {subject}: an answer between systems."
    ),
    "seen": Text(
        "Tin {subject} đã nhận trước đó.",
        "The message {subject} was taken in before.",
    ),
    "names_nothing": Text(
        "{subject} không nêu tin nào trước đó.",
        "This {subject} names no earlier message.",
    ),
    "other_sender": Text(
        "{subject} nêu tin của nơi gửi khác.",
        "This {subject} names a message of another sender.",
    ),
    "cancel_of_unknown": Text(
        "Hủy tin {subject} không có ở đây.",
        "It cancels {subject}, which is not known here.",
    ),
    "other_kind": Text(
        "Tin thật không hủy tin diễn tập, tin diễn tập không hủy tin thật ({subject}).",
        "A real message ends no drill, and a drill no real message ({subject}).",
    ),
    "exercise_cancel": Text(
        "Hủy trong diễn tập: buổi diễn tập tự kết thúc hoặc do cán bộ dừng.",
        "The cancel of an exercise: a drill ends by itself, or an officer ends it.",
    ),
    "no_info": Text(
        "Tin không có nội dung (info).",
        "The message says nothing (no info).",
    ),
    "expired": Text(
        "Mọi phần nội dung đã hết hiệu lực.",
        "All that it says has expired.",
    ),
    "no_area": Text(
        "Tin không nêu vùng nào có thể xác định.",
        "The message names no area that can be placed.",
    ),
    "elsewhere": Text(
        "Không có cụm nào trong vùng của tin.",
        "Its area holds no cluster.",
    ),
    # refused
    "too_large": Text(
        "Tệp quá lớn ({subject} byte).",
        "The file is too large ({subject} bytes).",
    ),
    "document_type": Text(
        "Có khai báo DOCTYPE hoặc thực thể: không đọc.", "It declares a document type or an entity: not read."
    ),
    "not_xml": Text(
        "Không phải XML đúng ({subject}).",
        "It is not well-formed XML ({subject}).",
    ),
    "too_deep": Text(
        "XML lồng quá sâu hoặc quá nhiều phần tử.", "The XML is nested too deeply or has too many elements."
    ),
    "not_cap": Text(
        "Không phải tin CAP 1.2 hay 1.1 ({subject}).", "It is not a message of CAP 1.2 or 1.1 ({subject})."
    ),
    "missing": Text(
        "Thiếu phần tử bắt buộc {subject}.",
        "The mandatory element {subject} is missing.",
    ),
    "twice": Text(
        "Phần tử {subject} có hai lần.",
        "The element {subject} stands twice.",
    ),
    "bad_value": Text(
        "Giá trị không hợp lệ: {subject}.",
        "A value cannot be read: {subject}.",
    ),
    "bad_signature": Text(
        "Chữ ký số không đúng với nội dung ({subject}).", "The signature does not fit the text ({subject})."
    ),
    "not_a_feed": Text(
        "Không phải nguồn tin Atom hay RSS ({subject}).",
        "It is not an Atom or RSS feed ({subject}).",
    ),
}
REMARKS = {
    "cap_1_1": Text(
        "Theo CAP 1.1, đọc như 1.2.",
        "Written as CAP 1.1, read as 1.2.",
    ),
    "z_for_utc": Text(
        "Giờ ghi “Z” thay cho “-00:00”.",
        "A time ends in “Z” instead of “-00:00”.",
    ),
    "fraction": Text(
        "Giờ có phần lẻ của giây.",
        "A time has a fraction of a second.",
    ),
    "bad_reference": Text(
        "Một tham chiếu không đủ ba phần.",
        "A reference has not three parts.",
    ),
    "bad_reference_time": Text(
        "Giờ trong tham chiếu không đọc được.",
        "The time in a reference cannot be read.",
    ),
}


def reason(code: str, subject: str = "") -> Text:
    """The sentence of a code about `subject`, which must be cleaned."""
    found = REASONS[code]
    return Text(found.vi.replace("{subject}", subject), found.en.replace("{subject}", subject))
