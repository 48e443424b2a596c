"""What the demo's agencies hand in: the files it draws, or those of a folder, and text notices in three languages."""

from dataclasses import dataclass
from pathlib import Path

STILL_MS = 2_200
# Languages of the drawn files by name; a file from outside is taken as Vietnamese.
DRAWN = {
    "thac-ban-gioc.mp4": ("Thác Bản Giốc: giữ sạch dòng thác", "vi", "culture_country_people"),
    "phong-chay-rung.mp4": ("Phòng cháy rừng mùa hanh khô", "vi", "grassroots_essential"),
    "gio-lam-thu-tuc-ta-lung.png": ("Giờ làm thủ tục tại cửa khẩu Tà Lùng", "zh", "policy_law_external_border"),
    "tiem-phong-cum.jpg": ("Tiêm phòng cúm cho người từ 65 tuổi", "vi", "grassroots_essential"),
    "non-nuoc-cao-bang.jpg": ("Cao Bằng, non nước nghìn năm", "vi", "promotion_potential_strengths"),
    "ban-tin-toi.mp4": ("Bản tin tối", "vi", "policy_law_external_border"),
}
FILLER = "non-nuoc-cao-bang.jpg"
RETURNED_TITLE = "Thông báo tạm dừng thông quan"


@dataclass(frozen=True)
class Piece:
    """Something to hand in: a file, or a text notice; `sender` is an account of the cast."""

    sender: str
    title: str
    language: str
    category: str
    path: Path | None = None
    text: dict[str, object] | None = None


def pieces(folder: Path) -> list[Piece]:
    """Every regular file of the folder in order of names, then the notices; names from outside are names alone."""
    senders = ("dai-ptth", "so-ngoai-vu", "so-vhttdl")
    found = sorted(path for path in folder.iterdir() if path.is_file())
    files = [
        Piece(senders[number % 3], *DRAWN.get(path.name, (_title(path), "vi", "grassroots_essential")), path=path)
        for number, path in enumerate(found)
    ]
    return [*files, *notices()]


def notices() -> list[Piece]:
    """Three notices: two for air, and one that lacks its end and is returned."""
    return [
        Piece(
            "so-ngoai-vu",
            "Giờ làm thủ tục tại cửa khẩu",
            "vi",
            "policy_law_external_border",
            text={
                "template": "notice",
                "fields": {
                    "head": "Cửa khẩu Tà Lùng",
                    "title": "Làm thủ tục xuất, nhập cảnh",
                    "fact": "07:00 – 17:00",
                    "detail": "Tất cả các ngày trong tuần",
                    "issuer": "Nội dung mẫu",
                },
            },
        ),
        Piece(
            "so-vhttdl",
            "Ngày hội Non nước Cao Bằng",
            "en",
            "culture_country_people",
            text={
                "template": "bilingual",
                "fields": {
                    "title": "Ngày hội Non nước Cao Bằng",
                    "translation": "Cao Bằng Mountains and Waters Festival",
                    "language": "en",
                    "fact": "28 – 29/11 · Bản Giốc",
                },
            },
        ),
        Piece(
            "so-ngoai-vu",
            RETURNED_TITLE,
            "vi",
            "policy_law_external_border",
            text={"template": "notice", "fields": {"title": "Tạm dừng thông quan", "fact": "Từ 14:00"}},
        ),
    ]


def _title(path: Path) -> str:
    """A title from a file's name: printable, short, never empty."""
    words = "".join(letter if letter.isprintable() else " " for letter in path.stem)
    return " ".join(words.split())[:120] or "Chương trình"
