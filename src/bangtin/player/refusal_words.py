"""The words for a refusal: what a code of bundle-format 9 means, and what to do with a stick or on a line."""

from collections.abc import Mapping

# the hub's play log says the same of these codes: a test holds the two together
MEANING: Mapping[str, str] = {
    "command_blank": "covered",
    "media_changed": "changed",
    "drill_not_here": "elsewhere",
    "device_not_listed": "elsewhere",
    "proof_too_weak": "unapproved",
    "officer_not_entitled": "unapproved",
    "clock_untrusted": "clock",
    "name_unsafe": "form",
    "class_unknown": "form",
    "timeline_invalid": "form",
    "manifest_format": "form",
}
MEANING_BY_END: Mapping[str, str] = {
    "unsigned": "unsigned",
    "digest": "changed",
    "rollback": "older",
    "replayed": "older",
    "twice": "older",
    "expired": "over",
    "over": "over",
    "stale": "over",
    "elsewhere": "elsewhere",
    "unapproved": "unapproved",
    "unordered": "unapproved",
    "officer": "unapproved",
    "author": "unapproved",
    "withdrawn": "withdrawn",
    "missing": "incomplete",
    "slow": "incomplete",
    "large": "large",
    "malformed": "form",
    "clock": "clock",
}
# what a technician is to know more exactly than the play log says it
OWN = frozenset(
    {
        *("carry_name", "carry_too_large", "carry_stale", "carry_ack", "carry_io"),
        *("device_record_elsewhere", "device_record_faces", "device_revoked", "clone_suspected"),
        *("request_clock", "request_unsigned"),
        *("enrolment_unknown", "enrolment_key", "enrolment_pending"),
    }
)
# for each meaning: in words, what to do where it came by stick, what to do where it came over a line
WORDS: Mapping[str, Mapping[str, tuple[str, str, str]]] = {
    "vi": {
        "unsigned": (
            "không có chữ ký của khóa có hiệu lực",
            "không phát phần này; nhờ trung tâm xuất lại, nếu vẫn vậy gửi dòng này cho Sở",
            "bộ cài có thể đã cũ: xin Sở cấp lại rồi chạy với --kit TỆP",
        ),
        "changed": (
            "tệp khác với bản đã duyệt",
            "USB hỏng hoặc tệp đã bị sửa: nhờ trung tâm xuất lại sang USB khác",
            "chạy lại; nếu còn lặp lại, gửi dòng này cho Sở",
        ),
        "older": (
            "cũ hơn bản máy phát đang có",
            "không cần làm gì nếu máy đã có bản mới; nếu cần, mang bản xuất mới hơn",
            "gửi dòng này cho Sở: trung tâm đang đưa ra bản cũ",
        ),
        "over": (
            "đã hết hạn",
            "mang bản xuất mới hơn; giờ của máy sai thì chỉnh: sudo timedatectl set-ntp true",
            "chỉnh giờ của máy: sudo timedatectl set-ntp true; giờ đúng thì báo Sở phát hành lại",
        ),
        "elsewhere": (
            "dành cho màn hình khác",
            "nhờ trung tâm xuất lại có cụm của điểm này",
            "hỏi Sở: màn hình này có thể chưa được xếp vào đúng cụm",
        ),
        "unapproved": (
            "thiếu phê duyệt cần có",
            "không phát phần này; gửi dòng này cho Sở",
            "gửi dòng này cho Sở",
        ),
        "withdrawn": ("phê duyệt đã bị rút", "mang bản xuất mới hơn", "đợi bản phát hành mới"),
        "incomplete": (
            "tệp chưa về hoặc về không đủ",
            "nhờ trung tâm xuất lại, đợi báo có thể rút USB rồi mới rút",
            "kiểm tra đường truyền rồi chạy lại",
        ),
        "large": (
            "lớn hơn mức cho phép",
            "gửi dòng này cho Sở",
            "gửi dòng này cho Sở",
        ),
        "form": (
            "sai khuôn dạng quy định",
            "nhờ trung tâm xuất lại sang USB khác; nếu vẫn vậy, cập nhật phần mềm máy phát",
            "kiểm tra địa chỉ trung tâm; nếu đúng, cập nhật phần mềm máy phát",
        ),
        "clock": (
            "giờ của máy phát chưa chắc chắn",
            "chỉnh giờ của máy: sudo timedatectl set-ntp true, rồi chạy lại",
            "chỉnh giờ của máy: sudo timedatectl set-ntp true, rồi chạy lại",
        ),
        "covered": ("cán bộ cho che màn hình", "không cần làm gì", "không cần làm gì"),
        "other": (
            "bản nhận được không qua bước kiểm tra",
            "nhờ trung tâm xuất lại sang USB khác; nếu vẫn vậy, gửi dòng này cho Sở",
            "chạy lại; nếu còn lặp lại, gửi dòng này cho Sở",
        ),
        "carry_name": (
            "trên USB có thứ không được phép; chưa đọc gì, chưa ghi gì",
            "xóa thư mục bangtin-carry trên USB rồi nhờ trung tâm xuất lại",
            "",
        ),
        "carry_too_large": (
            "tệp lớn hơn mức cho phép, hoặc hết chỗ dành cho tệp phát",
            "giải phóng ổ đĩa của máy hoặc nâng BANGTIN_PLAYER_QUOTA_MB, rồi chạy lại với USB này",
            "",
        ),
        "carry_stale": ("USB đi đường lâu hơn quy định", "mang bản xuất mới hơn", ""),
        "carry_ack": (
            "giấy báo nhận không phải do trung tâm ký, hoặc của nhật ký khác; không xóa nhật ký nào",
            "nộp USB về trung tâm (bangtin bundle import) rồi mang lại lần sau",
            "",
        ),
        "carry_io": (
            "không đọc hoặc ghi được trọn vẹn",
            "chạy lại lệnh này; nếu vẫn vậy, dùng USB khác còn chỗ trống",
            "",
        ),
        "device_record_elsewhere": (
            "hồ sơ thiết bị của tỉnh khác hoặc của khóa khác",
            "",
            "dùng bộ cài của đúng tỉnh (--kit TỆP) và chạy lại với --again",
        ),
        "device_record_faces": (
            "hồ sơ thiết bị ghi nhiều mặt màn hình, mà mỗi máy phát chỉ điều khiển một mặt",
            "",
            "nhờ cán bộ ghi danh mỗi mặt một máy, mỗi máy một --data-dir",
        ),
        "device_revoked": (
            "khóa của máy này đã bị thu hồi",
            "hỏi Sở lý do; nếu được dùng lại: bangtin-player enrol --again",
            "hỏi Sở lý do; nếu được dùng lại: bangtin-player enrol --again",
        ),
        "clone_suspected": (
            "có máy khác dùng cùng khóa này",
            "báo Sở; ghi danh lại: bangtin-player enrol --again",
            "báo Sở; ghi danh lại: bangtin-player enrol --again",
        ),
        "request_clock": (
            "giờ của máy lệch giờ trung tâm quá 5 phút",
            "",
            "chỉnh giờ của máy: sudo timedatectl set-ntp true, rồi chạy lại",
        ),
        "request_unsigned": (
            "trung tâm không nhận chữ ký của máy này",
            "",
            "chạy lại; nếu vẫn vậy: bangtin-player enrol --again và báo Sở",
        ),
        "enrolment_unknown": (
            "trung tâm không còn lần ghi danh này",
            "",
            "chạy lại để lấy mã mới rồi đọc cho cán bộ phụ trách",
        ),
        "enrolment_key": (
            "khóa của máy này đã thuộc về một thiết bị, hoặc yêu cầu ghi danh sai khuôn dạng",
            "",
            "ghi danh bằng khóa khác: bangtin-player enrol --again",
        ),
        "enrolment_pending": (
            "màn hình khác cùng địa chỉ mạng đang chờ nhập mã",
            "",
            "ghi danh xong màn hình đó, hoặc đợi mười phút, rồi chạy lại",
        ),
    },
    "en": {
        "unsigned": (
            "not signed with a key that counts",
            "this is not shown; have the hub export again, and if that does not help send this line to the department",
            "the kit may be old: ask the department for another and run this with --kit FILE",
        ),
        "changed": (
            "a file is not what was approved",
            "the stick is worn out or was changed: have the hub export again, to another stick",
            "run this again; if it returns, send this line to the department",
        ),
        "older": (
            "older than what the player has",
            "nothing to do if the player has the newer one; else bring a newer export",
            "send this line to the department: the hub gives out an older set",
        ),
        "over": (
            "its time is over",
            "bring a newer export; if the machine's clock is wrong: sudo timedatectl set-ntp true",
            "set the machine's clock: sudo timedatectl set-ntp true; if it is right, have the department publish anew",
        ),
        "elsewhere": (
            "meant for another screen",
            "have the hub export again, with this post's cluster",
            "ask the department: this screen may not be placed in the right cluster",
        ),
        "unapproved": (
            "an approval that it needs is not there",
            "this is not shown; send this line to the department",
            "send this line to the department",
        ),
        "withdrawn": ("its approval was withdrawn", "bring a newer export", "wait for the next publication"),
        "incomplete": (
            "a file did not come, or not whole",
            "have the hub export again, and pull the stick only when it says so",
            "look at the line and run this again",
        ),
        "large": ("larger than agreed", "send this line to the department", "send this line to the department"),
        "form": (
            "its form is not the agreed one",
            "have the hub export again, to another stick; if that does not help, update the player's software",
            "look at the hub's address; if it is right, update the player's software",
        ),
        "clock": (
            "the player's clock was not sure",
            "set the machine's clock: sudo timedatectl set-ntp true, then run this again",
            "set the machine's clock: sudo timedatectl set-ntp true, then run this again",
        ),
        "covered": ("an officer had the screen covered", "nothing to do", "nothing to do"),
        "other": (
            "a check of what came did not hold",
            "have the hub export again, to another stick; if that does not help, send this line to the department",
            "run this again; if it returns, send this line to the department",
        ),
        "carry_name": (
            "the stick holds something that has no place there; nothing was read, nothing written",
            "delete the folder bangtin-carry on the stick and have the hub export again",
            "",
        ),
        "carry_too_large": (
            "a file larger than may be, or no room left for media",
            "free the machine's disk or raise BANGTIN_PLAYER_QUOTA_MB, then run this again with this stick",
            "",
        ),
        "carry_stale": ("the stick was longer on its way than the policy allows", "bring a newer export", ""),
        "carry_ack": (
            "an acknowledgement that the hub did not sign, or for other records; no record was pruned",
            "bring the stick to the hub (bangtin bundle import) and back with the next visit",
            "",
        ),
        "carry_io": (
            "it could not be read or written whole",
            "run this again; if that does not help, use another stick with room on it",
            "",
        ),
        "device_record_elsewhere": (
            "the device record is of another province or of another key",
            "",
            "use the kit of the right province (--kit FILE) and run this again with --again",
        ),
        "device_record_faces": (
            "the device record names several faces, and a player drives one",
            "",
            "have an officer enrol one player for each face, each with a --data-dir of its own",
        ),
        "device_revoked": (
            "this machine's key was revoked",
            "ask the department why; if it may be used again: bangtin-player enrol --again",
            "ask the department why; if it may be used again: bangtin-player enrol --again",
        ),
        "clone_suspected": (
            "another machine uses this key",
            "tell the department; enrol anew: bangtin-player enrol --again",
            "tell the department; enrol anew: bangtin-player enrol --again",
        ),
        "request_clock": (
            "the machine's clock is more than 5 minutes away from the hub's",
            "",
            "set the machine's clock: sudo timedatectl set-ntp true, then run this again",
        ),
        "request_unsigned": (
            "the hub does not take this machine's signature",
            "",
            "run this again; if that does not help: bangtin-player enrol --again, and tell the department",
        ),
        "enrolment_unknown": (
            "the hub does not know this enrolment any more",
            "",
            "run this again for another code and read it to the officer",
        ),
        "enrolment_key": (
            "this machine's key belongs to a device already, or the request is none",
            "",
            "enrol with another key: bangtin-player enrol --again",
        ),
        "enrolment_pending": (
            "another screen at the same network address waits for its code",
            "",
            "enrol that one first, or wait ten minutes, then run this again",
        ),
    },
}


def meaning(code: str) -> str:
    """Which of WORDS says what the refusal `code` means."""
    if code in OWN:
        return code
    if code.startswith("passkey_"):
        return "unsigned"
    return MEANING.get(code) or MEANING_BY_END.get(code.rpartition("_")[2], "other")
