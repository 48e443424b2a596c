"""A fault in regulation data as a sentence in Vietnamese or English.

The checks speak English; this table holds the Vietnamese of each expectation, `{}` for what varies. A test compares
it with the checks' own words, so none is missing.
"""

from __future__ import annotations

import re
from functools import cache

from bangtin.rulebook.errors import Problem

# Longer templates first where one begins like another.
EXPECTED: tuple[tuple[str, str], ...] = (
    ("a clause of this instrument", "một điều khoản của chính văn bản này"),
    ("a clause that still stands", "một điều khoản còn hiệu lực"),
    ("a clause, or is_local: true", "một điều khoản làm căn cứ, hoặc is_local: true"),
    ("a clause id such as cao-bang/8.1.a", "mã điều khoản như cao-bang/8.1.a"),
    ("a clause prefix in small letters, digits and hyphens", "tiền tố điều khoản chỉ gồm chữ thường, số, gạch nối"),
    ("a clause prefix of its own", "tiền tố điều khoản riêng, chưa văn bản nào dùng"),
    ("a cluster that no other regulation governs", "một cụm chưa thuộc văn bản nào khác"),
    ("faces that no other regulation names", "mã mặt màn hình chưa văn bản nào dùng"),
    ("a folder named {}", "thư mục mang tên {}"),
    (
        "a province in small letters, digits and hyphens, such as cao-bang",
        "tên tỉnh viết chữ thường không dấu, như cao-bang",
    ),
    (
        "an id as <province>/<number>, such as cao-bang/31-2020-qd-ubnd",
        "mã dạng <tỉnh>/<số-văn-bản>, như cao-bang/31-2020-qd-ubnd",
    ),
    ("an id as {}/<name>", "mã dạng {}/<tên>"),
    ("an id that starts with {}", "mã bắt đầu bằng {}"),
    ("a face id in small letters and hyphens", "mã mặt màn hình chỉ gồm chữ thường, số, gạch nối"),
    (
        "a face of 16 to 16384 pixels a side and a pitch up to 100 mm",
        "mỗi cạnh mặt màn hình từ 16 đến 16384 điểm ảnh, bước điểm ảnh không quá 100 mm",
    ),
    ("a face turned by 0, 90, 180 or 270 degrees", "mặt màn hình xoay 0, 90, 180 hoặc 270 độ"),
    ("each id once", "mỗi mã chỉ khai báo một lần"),
    ("one rule of hours a cluster", "mỗi cụm chỉ thuộc một quy tắc khung giờ"),
    ("a rule of hours for each cluster", "mỗi cụm có một quy tắc khung giờ"),
    ("each amendment once", "mỗi văn bản sửa đổi chỉ khai báo một lần"),
    ("an amendment of this instrument", "số hiệu một văn bản sửa đổi đã khai báo ở amendments"),
    ("a repeal after the day it was added", "ngày bãi bỏ sau ngày bổ sung"),
    ("a value since {}, the day {} takes effect", "giá trị tính từ {}, ngày {} có hiệu lực"),
    (
        "a first value since {}, the day the instrument takes effect (`value: null` if set later)",
        "giá trị đầu tiên tính từ {}, ngày văn bản có hiệu lực (`value: null` nếu về sau mới ấn định)",
    ),
    ("values with different `since` days, oldest first", "các giá trị có ngày `since` khác nhau, cũ trước mới sau"),
    ("a day before {}", "ngày trước {}"),
    ("a day from the instrument's own on", "ngày không sớm hơn ngày văn bản có hiệu lực"),
    ("`ended_on` with `ended_by`, the paper that ends it", "`ended_on` đi cùng `ended_by` (văn bản làm hết hiệu lực)"),
    ("an end after it takes effect", "ngày hết hiệu lực sau ngày có hiệu lực"),
    ("each clause once", "mỗi điều khoản chỉ một lần"),
    ("{} here (order of the document)", "{} ở chỗ này (theo thứ tự của văn bản)"),
    (
        "`carried_by` or `pending` exactly where the disposition is carry",
        "`carried_by` hoặc `pending` khi và chỉ khi disposition là carry",
    ),
    ("windows in order that do not overlap", "các khung giờ theo thứ tự, không chồng lên nhau"),
    ("a whole number from {} to {} ({})", "số nguyên từ {} đến {} ({})"),
    ("a whole number", "một số nguyên"),
    ("a number", "một con số"),
    ("a name, and `since` on each later one", "có tên; tên về sau phải có `since`"),
    ("groups without a circle", "các nhóm không chứa vòng lẫn nhau"),
    ("successions without a circle", "các dòng kế thừa không tạo thành vòng"),
    ("one {} of {} (several heirs are a split)", "chỉ một dòng {} cho {} (nhiều nơi nhận là split)"),
    ("`successor: null` exactly where the kind is abolish", "`successor: null` khi và chỉ khi kind là abolish"),
    ("the duties or clusters that a transfer hands over", "nghĩa vụ hoặc cụm được chuyển giao (transfer)"),
    ("a legal basis", "căn cứ pháp lý"),
    ("faces with ids of their own", "mặt màn hình có mã riêng, không trùng"),
    ("each kind of day once ({}), all the year round", "mỗi loại ngày đúng một lần ({}), đủ cả năm"),
    ("`windows` exactly where the mode is fixed", "`windows` khi và chỉ khi mode là fixed"),
    ("`minimum` exactly where the mode is minimum", "`minimum` khi và chỉ khi mode là minimum"),
    ("`season_from` and `season_until` together", "`season_from` và `season_until` đi cùng nhau"),
    ("a local parameter: only the province may set it", "thông số địa phương (is_local): chỉ tỉnh được đặt"),
    ("`until` with `until_basis`", "`until` đi cùng `until_basis`"),
    (
        "`day` exactly where the operator names a day or a term",
        "`day` khi và chỉ khi operator nêu một ngày hoặc một thời hạn",
    ),
    ("a parameter of unit day_of_month or month_day", "thông số có đơn vị day_of_month hoặc month_day"),
    (
        "a day that every month has, or the operator last_working_day or period_end",
        "ngày mà tháng nào cũng có, hoặc operator last_working_day, period_end",
    ),
    ("a day that every year has", "ngày mà năm nào cũng có"),
    ("each figure once", "mỗi số liệu một lần"),
    ("{} defined in this regulation (nearest: {})", "{} đã khai báo trong văn bản này (gần nhất: {})"),
    ("{} defined in this regulation", "{} đã khai báo trong văn bản này"),
    ("the file {}", "có tệp {}"),
    ("one of the files {}", "một trong các tệp {}"),
    ("the field {} of {}", "trường {} của {}"),
    ("the field {} for ask: {}", "trường {} khi ask: {}"),
    ("the field {}", "trường {}"),
    ("one of the fields {}", "một trong các trường {}"),
    ("parameter {} once", "thông số {} chỉ một lần"),
    ("at most {} bytes", "nhiều nhất {} byte"),
    ("at most {} levels", "nhiều nhất {} cấp lồng nhau"),
    ("at most {} files", "nhiều nhất {} tệp"),
    (
        "at most {} aliases, none inside an anchored part",
        "nhiều nhất {} bí danh (*), không đặt trong phần có neo (&)",
    ),
    ("text in UTF-8", "văn bản mã hóa UTF-8"),
    ("a plain file, no link", "tệp thường, không phải liên kết"),
    ("spaces at the start of a line", "dấu cách ở đầu dòng"),
    ("YAML", "đúng cú pháp YAML"),
    ("fields as 'name: value'", "các trường dạng 'tên: giá trị'"),
    ("each field once", "mỗi trường một lần"),
    ("each day once", "mỗi ngày một lần"),
    ("holiday or working_day", "holiday hoặc working_day"),
    ("something in the file", "tệp có nội dung"),
    (
        "feature, an import path such as bangtin.rulebook.duties.due",
        "feature là đường dẫn hàm, như bangtin.rulebook.duties.due",
    ),
    (
        "shown, a page such as /nghia-vu/ or a command such as bangtin hours",
        "shown là một trang như /nghia-vu/ hoặc một lệnh như bangtin hours",
    ),
    (
        "test, as file::name or the name of one of the clause's cases",
        "test là tệp::tên, hoặc tên một tình huống của điều khoản",
    ),
    ("`carried_by` or `pending`", "chỉ một trong hai: `carried_by` hoặc `pending`"),
    ("a list", "một danh sách"),
    ("a text", "một đoạn chữ"),
    ("true or false", "true hoặc false"),
    ("a date as YYYY-MM-DD", "ngày có thật, dạng NĂM-THÁNG-NGÀY (2026-12-15)"),
    ("a day of the year as MM-DD, such as 12-15", "ngày trong năm dạng THÁNG-NGÀY, như 12-15"),
    ("a day that the year has, as MM-DD", "ngày có thật trong năm, dạng THÁNG-NGÀY"),
    ("a window as HH:MM-HH:MM, such as 07:30-11:00", "khung giờ dạng GIỜ:PHÚT-GIỜ:PHÚT, như 07:30-11:00"),
    (
        "a window that opens before it closes, within 00:00-24:00",
        "khung giờ mở trước khi đóng, trong khoảng 00:00-24:00",
    ),
    ("a time of day as HH:MM, such as 12:00", "giờ trong ngày dạng GIỜ:PHÚT, như 12:00"),
    (
        'a period the duty falls due in, or the answer occurs: "false"',
        'kỳ mà nghĩa vụ này có phát sinh, hoặc đáp án occurs: "false"',
    ),
    ("an answer to {}", "trả lời được tình huống {}"),
    ("{}, as the case {} says", "{} như tình huống {} nêu"),
    ("ask as one of day, {}", "ask là một trong day, {}"),
    ("answers among {}", "câu trả lời trong số {}"),
    ("slot as [start, end]", "slot dạng [bắt đầu, kết thúc]"),
    ("facts as <fact>_on or <fact>_at", "facts dạng <việc>_on hoặc <việc>_at"),
    ("an obligation that cites the clause", "một nghĩa vụ viện dẫn điều khoản này"),
    ("a value in place of {}", "điền nội dung vào chỗ {}"),
    (
        "a report of this duty in reports.yaml, or a fact that the system records: {}",
        "một loại báo cáo của nghĩa vụ này ở reports.yaml, hoặc một việc hệ thống tự ghi nhận (nếu không, kỳ nào cũng"
        " thành quá hạn): {}",
    ),
    ("a figure that the system counts (nearest: {})", "số liệu mà hệ thống đếm được (gần nhất: {})"),
    ("a figure that the system counts", "số liệu mà hệ thống đếm được; số khác in ra dấu “–”"),
    ("at least two cases, one each way", "ít nhất hai tình huống: một đúng, một sai"),
    ("a case that notices {}", "một tình huống phát hiện được thay đổi: {}"),
    ("{}, one of {}", "{}, một trong {}"),
    ("one of {}", "một trong {}"),
    ("a {}", "một {}"),
)
GOT: tuple[tuple[str, str], ...] = (
    ("no such field", "không có trường đó"),
    ("no such file", "không có tệp đó"),
    ("an empty file", "tệp trống"),
    ("it twice", "hai lần"),
    ("{} twice", "{} hai lần"),
    ("two that overlap", "hai dòng chồng nhau"),
    ("both", "cả hai"),
    ("neither", "không có cái nào"),
    ("one of them", "chỉ một trong hai"),
    ("none", "không có"),
    ("none for {}", "không có cho {}"),
    ("not so", "không phải vậy"),
    ("more", "nhiều hơn"),
    ("a tab", "một dấu tab"),
    ("a link", "một liên kết"),
    ("something else", "một thứ khác"),
    ("a character that no text holds", "một ký tự không có trong văn bản"),
    ("the byte {}", "byte {}"),
    ("fields", "các trường"),
    ("a list", "một danh sách"),
    ("nothing", "để trống"),
    ("{} values", "{} giá trị"),
    ("{} from the data", "dữ liệu cho kết quả {}"),
    ("{} cases", "{} tình huống"),
    ("{}: not so on {}", "{}: không đúng ngày {}"),
    ("the prefix of {}", "tiền tố của {}"),
    ("{}, governed by {}", "{}, đã thuộc {}"),
    ("{}, named by {}", "{}, đã có ở {}"),
    ("None", "không có"),
)
# What `mutation` moved. Longer templates first where one begins like another.
MOVED: tuple[tuple[str, str], ...] = (
    ("{} in effect from {}", "{} có hiệu lực từ {}"),
    ("{} succeeded on {}", "{} có cơ quan kế thừa từ {}"),
    ("{}: owed by {} -> {}", "{}: bên thực hiện {} -> {}"),
    ("{}: owed to {} -> {}", "{}: bên nhận {} -> {}"),
    ("{}: held by {} -> {}", "{}: bên lưu giữ {} -> {}"),
    ("{}: done by {} -> {}", "{}: bên dịch {} -> {}"),
    ("{}: run by {}", "{}: đơn vị vận hành {}"),
    ("{}: quota read as {}", "{}: số lượng tính theo cách {}"),
    ("{}: duty -> request", "{}: nghĩa vụ (duty) -> đề nghị (request)"),
    ("{}: request -> duty", "{}: đề nghị (request) -> nghĩa vụ (duty)"),
    ("{}: {} by {}", "{}: bước {} do {}"),
)
WHAT = {
    "an agency or group": "cơ quan hoặc nhóm cơ quan",
    "an agency": "cơ quan",
    "a parent agency": "cơ quan cấp trên",
    "an issuer": "cơ quan ban hành",
    "an operator": "đơn vị vận hành",
    "a cluster": "cụm thông tin",
    "a parameter": "thông số",
    "a category": "danh mục",
    "an obligation": "nghĩa vụ",
    "a period": "kỳ",
    "a due operator": "cách tính hạn (operator)",
    "a kind of day": "loại ngày",
    "a kind of route": "loại quy trình",
    "something a sender is asked": "điều người gửi phải khai thêm (asks)",
    "a kind": "loại",
    "a match": "cách đối chiếu (match)",
    "a mode": "chế độ (mode)",
    "an area": "lĩnh vực còn chờ (pending)",
    "a nature": "tính chất (nature)",
    "an outcome": "kết quả (outcome)",
}


def sentence(problem: Problem, language: str, *, under: str = "") -> str:
    """Return "file:line: clause …: expected …; got …" in `language` ("vi" or "en…"); `under` comes before the file."""
    place = f"{under}{problem.file}:{problem.line}"
    if language.startswith("en"):
        clause = f" clause {problem.clause}:" if problem.clause else ""
        return f"{place}:{clause} expected {problem.expected}; got {problem.got}."
    clause = f" điều khoản {problem.clause}:" if problem.clause else ""
    return f"{place}:{clause} cần {expected_vi(problem.expected)}; gặp {_put(problem.got, GOT)}."


def expected_vi(text: str) -> str:
    """Return the Vietnamese of an expectation; the text itself where the table has none."""
    noticing = re.fullmatch("a case that notices (.+)", text, re.DOTALL)
    if noticing is not None:
        return f"một tình huống phát hiện được thay đổi: {_put(noticing[1], MOVED)}"
    return _put(text, EXPECTED)


def is_worded(text: str) -> bool:
    """Return whether the table holds an expectation."""
    return any(_pattern(english).fullmatch(text) for english, _ in EXPECTED[:-1])


def _put(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for english, vietnamese in table:
        found = _pattern(english).fullmatch(text)
        if found is not None:
            return vietnamese.format(*(WHAT.get(part, part) for part in found.groups()))
    return text


@cache
def _pattern(template: str) -> re.Pattern[str]:
    parts = (re.escape(part) for part in template.split("{}"))
    return re.compile("(.+?)".join(parts), re.DOTALL)
