"""The words for what went wrong: bad input, reasons, refusals of what came, the line; each with the next step."""

from collections.abc import Mapping

_MEND_VI = " Sửa giá trị này (của dịch vụ: /etc/bangtin/player.env) rồi chạy lại."
_MEND_EN = " Mend that value (the service's stands in /etc/bangtin/player.env) and start again."

# BadInput: one sentence or two for each key
BAD_INPUT: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "demo_clock": "BANGTIN_CLOCK_OFFSET_S dời đồng hồ, chỉ dùng được khi BANGTIN_DEMO=1. Bỏ biến này rồi chạy lại.",
        "windows": "BANGTIN_PLAYER_WINDOWS phải có dạng 22:00-05:00,11:30-13:00, nay là {got!r}." + _MEND_VI,
        "kbit": "BANGTIN_PLAYER_KBIT_S phải là 0 (không giới hạn) hoặc ít nhất {least}, nay là {got:g}." + _MEND_VI,
        "quota": "BANGTIN_PLAYER_QUOTA_MB không được âm, nay là {got:g}." + _MEND_VI,
        "place": "BANGTIN_PLAYER_AT phải có dạng 1920,0, nay là {got!r}." + _MEND_VI,
        "quiet": "BANGTIN_PLAYER_QUIET phải có dạng 22:00-05:00 hoặc là none, nay là {got!r}." + _MEND_VI,
        "number": "{name} phải là một số, nay là {got!r}." + _MEND_VI,
        "whole": "{name} phải là số nguyên từ {least} đến {most}, nay là {got!r}." + _MEND_VI,
        "tls_key_alone": "Có BANGTIN_PLAYER_TLS_KEY mà không có BANGTIN_PLAYER_TLS_CERT: thiếu tệp chứng thư của khóa. "
        "Đặt cả hai, hoặc bỏ cả hai.",
        "client_certificate": "Không dùng được chứng thư máy khách {chain} với khóa {key} "
        "(BANGTIN_PLAYER_TLS_CERT, BANGTIN_PLAYER_TLS_KEY): {why}. "
        "Đặt đúng hai tệp PEM mà tài khoản của máy phát đọc được, hoặc xin Sở cấp lại.",
        "passphrase": "khóa có mật khẩu, mà máy phát tự khởi động nên cần khóa không mật khẩu",
        "kit_missing": "Chưa có bộ cài trong {folder}. Lần chạy đầu cần --kit TỆP, tệp kit.json do Sở cấp.",
        "kit_unreadable": "Không đọc được bộ cài {path}: {why}. Kiểm tra lại đường dẫn, hoặc xin Sở cấp lại kit.json.",
        "kit_fields": "Bộ cài {path} thiếu mục hub, province hoặc root. Xin Sở cấp lại kit.json.",
        "kit_hub": "Địa chỉ trung tâm trong bộ cài {path} phải bắt đầu bằng http:// hoặc https://, nay là {got!r}. "
        "Xin Sở cấp lại kit.json.",
        "kit_ca": "Không dùng được chứng thư CA trong bộ cài {path}: {why}. Xin Sở cấp lại kit.json.",
        "kit_ca_kept": "Không dùng được chứng thư CA của bộ cài: {why}. Xin Sở cấp lại kit.json rồi chạy với "
        "--kit TỆP.",
        "kit_kept": "{why} Sau đó chạy một lần với --kit TỆP: máy tự giữ lại tệp ấy.",
        "hub_without_tls": "hub_without_tls: {address} đi qua mạng mà không có TLS, máy không ghi danh. Nhờ Sở đặt "
        "proxy TLS trước trung tâm, đặt BANGTIN_PUBLIC_URL=https://… ở đó (và BANGTIN_CA_FILE nếu tỉnh có CA riêng), "
        "tải bộ cài mới rồi chạy lại với --kit TỆP.",
        "port": "--port phải từ 1 đến 65535, nay là {got}. Bỏ tùy chọn này để dùng cổng {usual}.",
        "rotate_stranger": "Không có máy phát nào đã ghi danh với thư mục dữ liệu {folder}. Dùng đúng tài khoản và "
        "--data-dir (hoặc BANGTIN_PLAYER_DIR) của máy phát, hoặc ghi danh trước: bangtin-player enrol.",
        "occupied": "Máy phát khác đang chạy với thư mục dữ liệu {folder}. Dừng máy ấy trước "
        "(sudo systemctl stop bangtin-player), hoặc dùng --data-dir khác.",
        "other_records": "{folder} giữ nhật ký phát của máy {owner}. Dùng --data-dir khác; đừng xóa thư mục này.",
        "device_key": "{path} không phải khóa của máy phát. Chép lại đúng tệp, hoặc xóa tệp này rồi ghi danh lại: "
        "bangtin-player enrol --again.",
        "no_browser": "Không thấy Chromium trên máy. Cài đặt: sudo apt-get install chromium; hoặc nêu đường dẫn: "
        "--browser ĐƯỜNG-DẪN; không dùng trình duyệt: --browser none.",
        "no_browser_at": "{path} không phải trình duyệt chạy được. Nêu đúng đường dẫn của Chromium sau --browser, "
        "hoặc bỏ tùy chọn này để máy tự tìm.",
        "no_sound": "Không thấy chương trình phát loa (mpv, ffplay). Cài đặt: sudo apt-get install mpv.",
        "import_stranger": "Máy chưa ghi danh, nên chưa nhận được bản lịch bằng USB. Nối mạng về trung tâm một lần rồi "
        "chạy: bangtin-player enrol --kit TỆP.",
        "no_stick": "{path} không phải là thư mục. Gắn USB (lsblk, mount) rồi nêu đúng nơi gắn, ví dụ "
        "bangtin-player import /media/usb.",
        "stick_failed": "Không đọc hoặc ghi được USB tại {path}: {why}. Cắm lại USB rồi chạy lại lệnh; nếu vẫn vậy, "
        "dùng USB khác.",
    },
    "en": {
        "demo_clock": "BANGTIN_CLOCK_OFFSET_S moves the clock and is refused unless BANGTIN_DEMO=1. Unset it and start "
        "again.",
        "windows": "BANGTIN_PLAYER_WINDOWS must look like 22:00-05:00,11:30-13:00, got {got!r}." + _MEND_EN,
        "kbit": "BANGTIN_PLAYER_KBIT_S must be 0 (no limit) or at least {least}, got {got:g}." + _MEND_EN,
        "quota": "BANGTIN_PLAYER_QUOTA_MB must not be negative, got {got:g}." + _MEND_EN,
        "place": "BANGTIN_PLAYER_AT must look like 1920,0, got {got!r}." + _MEND_EN,
        "quiet": "BANGTIN_PLAYER_QUIET must look like 22:00-05:00 or be none, got {got!r}." + _MEND_EN,
        "number": "{name} must be a number, got {got!r}." + _MEND_EN,
        "whole": "{name} must be a whole number from {least} to {most}, got {got!r}." + _MEND_EN,
        "tls_key_alone": "BANGTIN_PLAYER_TLS_KEY is set without BANGTIN_PLAYER_TLS_CERT: the key's certificate is "
        "missing. Set both, or neither.",
        "client_certificate": "The client certificate {chain} with the key {key} cannot be used "
        "(BANGTIN_PLAYER_TLS_CERT, BANGTIN_PLAYER_TLS_KEY): {why}. "
        "Name two PEM files that the player's account may read, or have the department issue them anew.",
        "passphrase": "the key has a passphrase, and a player starts by itself: it needs one without",
        "kit_missing": "There is no kit in {folder}. The first start needs --kit FILE, the kit.json that the "
        "department gives out.",
        "kit_unreadable": "The kit {path} cannot be read: {why}. Look at the path, or ask the department for another "
        "kit.json.",
        "kit_fields": "The kit {path} lacks hub, province or root. Ask the department for another kit.json.",
        "kit_hub": "The hub's address in the kit {path} must begin with http:// or https://, got {got!r}. "
        "Ask the department for another kit.json.",
        "kit_ca": "The CA certificate in the kit {path} cannot be used: {why}. Ask the department for another "
        "kit.json.",
        "kit_ca_kept": "The CA certificate of the kit cannot be used: {why}. Ask the department for another kit.json "
        "and start with --kit FILE.",
        "kit_kept": "{why} Then start once with --kit FILE: it is kept anew.",
        "hub_without_tls": "hub_without_tls: {address} would be reached over the network without TLS, so this player "
        "does not join. Have a TLS proxy put in front of the hub and BANGTIN_PUBLIC_URL=https://… set there (and "
        "BANGTIN_CA_FILE, if the province has its own CA), download the kit anew and give it with --kit FILE.",
        "port": "--port must lie between 1 and 65535, got {got}. Leave it out to use port {usual}.",
        "rotate_stranger": "No enrolled player has its state in {folder}. Use the player's own account and --data-dir "
        "(or BANGTIN_PLAYER_DIR), or enrol first: bangtin-player enrol.",
        "occupied": "Another player runs on {folder}. Stop it first (sudo systemctl stop bangtin-player), or use "
        "another --data-dir.",
        "other_records": "{folder} holds the records of {owner}. Use another --data-dir; do not delete this folder.",
        "device_key": "{path} is not a key of a player. Put the right file back, or delete this one and enrol anew: "
        "bangtin-player enrol --again.",
        "no_browser": "No Chromium was found. Install it (sudo apt-get install chromium), name one with "
        "--browser PATH, or use --browser none.",
        "no_browser_at": "{path} is no browser that can be run. Name a Chromium after --browser, or leave it out to "
        "have one found.",
        "no_sound": "No program that plays sound was found (mpv, ffplay). Install one: sudo apt-get install mpv.",
        "import_stranger": "This player is not enrolled, so it can take no bundle from a stick. Connect it to the hub "
        "once and run: bangtin-player enrol --kit FILE.",
        "no_stick": "{path} is no folder. Mount the stick (lsblk, mount) and name the place, such as "
        "bangtin-player import /media/usb.",
        "stick_failed": "The stick at {path} cannot be read or written: {why}. Plug it in again and repeat the "
        "command; if that does not help, use another stick.",
    },
}

# why a file or a line failed, as part of a sentence
REASONS: Mapping[str, Mapping[str, str]] = {
    "vi": {
        "absent": "không có tệp hay thư mục này",
        "closed": "không có quyền",
        "folder": "đây là thư mục, không phải tệp",
        "full": "hết chỗ trên ổ đĩa",
        "read_only": "chỉ đọc được, không ghi được",
        "io": "lỗi vào ra của ổ đĩa hoặc USB",
        "json": "không phải JSON (dòng {line}, cột {column})",
        "text": "không phải tệp văn bản UTF-8",
        "line": "không kết nối được với trung tâm",
    },
    "en": {
        "absent": "there is no such file or folder",
        "closed": "no right to it",
        "folder": "it is a folder, not a file",
        "full": "the disk is full",
        "read_only": "it can be read but not written",
        "io": "the disk or the stick fails to read or write",
        "json": "it is not JSON (line {line}, column {column})",
        "text": "it is not a text in UTF-8",
        "line": "the hub cannot be reached",
    },
}

# what stopped a command that was given well: what is so, and what to do
TROUBLES: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "vi": {
        "no_line": (
            "Không kết nối được với trung tâm: {why}",
            "kiểm tra SIM 4G, dây mạng, nguồn bộ định tuyến và địa chỉ trung tâm (--hub), rồi chạy lại",
        ),
        "certificate": (
            "Không tin được chứng thư TLS của trung tâm: {why}",
            "kiểm tra giờ của máy (timedatectl); giờ đúng thì xin Sở cấp lại bộ cài có CA của tỉnh, "
            "rồi chạy lại với --kit TỆP",
        ),
        "slow_line": ("Trung tâm không trả lời kịp", "đợi vài phút rồi chạy lại; nếu còn lặp lại, báo Sở"),
        "slow_daemon": (
            "Chương trình phát đang chạy không nhận USB trong {minutes} phút",
            "đừng rút USB; sudo systemctl restart bangtin-player rồi chạy lại lệnh này",
        ),
        "http": (
            "Trung tâm từ chối ({status} {code}): {why}",
            "đợi vài phút rồi chạy lại; nếu còn lặp lại, gửi dòng này cho Sở",
        ),
        "not_a_hub": (
            "Địa chỉ này có trả lời ({status} {code}) nhưng không phải trung tâm Bangtin",
            "kiểm tra --hub và bộ cài; hỏi Sở địa chỉ đúng của trung tâm",
        ),
        "hub_down": (
            "Trung tâm đang gặp sự cố ({status} {code})",
            "đợi vài phút rồi chạy lại; nếu còn lặp lại, báo Sở",
        ),
        "store": (
            "Kho dữ liệu của máy phát không mở hoặc không ghi được: {why}",
            "xem bangtin-player doctor; giữ nguyên các tệp player.sqlite3*, đó là chứng cứ",
        ),
        "closed": (
            "Không có quyền với {path}",
            "chạy bằng tài khoản của máy phát: "
            "sudo -u bangtin-player BANGTIN_PLAYER_DIR=/var/lib/bangtin-player bangtin-player …",
        ),
        "port": (
            "Cổng của trang phát đã có chương trình khác dùng: {why}",
            "dừng chương trình ấy, hoặc chọn cổng khác: --port CỔNG",
        ),
        "files": (
            "Lỗi tệp {path}: {why}",
            "xem bangtin-player doctor; tệp nằm trên USB thì cắm lại hoặc dùng USB khác",
        ),
        "other": ("Lỗi không lường trước: {why}", "chạy lại; nếu còn lặp lại, gửi dòng này cho Sở"),
    },
    "en": {
        "no_line": (
            "The hub cannot be reached: {why}",
            "look at the SIM card, the cable, the router's power and the hub's address (--hub), then run this again",
        ),
        "certificate": (
            "The hub's TLS certificate is not believed: {why}",
            "look at the machine's clock (timedatectl); if it is right, ask the department for a kit with the "
            "province's CA and run this again with --kit FILE",
        ),
        "slow_line": (
            "The hub did not answer in time",
            "run this again in some minutes; if it returns, tell the department",
        ),
        "slow_daemon": (
            "The daemon that runs did not take the stick within {minutes} minutes",
            "leave the stick in; sudo systemctl restart bangtin-player, then run this again",
        ),
        "http": (
            "The hub refused ({status} {code}): {why}",
            "run this again in some minutes; if it returns, send this line to the department",
        ),
        "not_a_hub": (
            "This address answers ({status} {code}), but is no hub of Bangtin",
            "look at --hub and the kit; ask the department for the hub's address",
        ),
        "hub_down": (
            "The hub is in trouble ({status} {code})",
            "run this again in some minutes; if it returns, tell the department",
        ),
        "store": (
            "The player's store cannot be opened or written: {why}",
            "see bangtin-player doctor; keep the files player.sqlite3* as they are: they are evidence",
        ),
        "closed": (
            "No right to {path}",
            "run this under the player's account: "
            "sudo -u bangtin-player BANGTIN_PLAYER_DIR=/var/lib/bangtin-player bangtin-player …",
        ),
        "port": (
            "Another program uses the port of the page: {why}",
            "stop that program, or choose another port: --port PORT",
        ),
        "files": (
            "The file {path} failed: {why}",
            "see bangtin-player doctor; if it lies on a stick, plug it in again or use another",
        ),
        "other": ("An unforeseen trouble: {why}", "run this again; if it returns, send this line to the department"),
    },
}
