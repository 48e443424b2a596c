"""A small Cao Bằng for tests: its agencies, clusters and one account an office, under Decision 31/2020/QĐ-UBND."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.agencies.models import Agency, AgencyName
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.regulations.models import Instrument, Mandate, Task

INSTRUMENT = "cao-bang/31-2020-qd-ubnd"
AGENCIES = {
    "so-tttt": "Sở Thông tin và Truyền thông",
    "ubnd-trung-khanh": "Ủy ban nhân dân huyện Trùng Khánh",
    "ubnd-quang-hoa": "Ủy ban nhân dân huyện Quảng Hòa",
    "dai-ptth": "Đài Phát thanh - Truyền hình tỉnh",
    "so-ngoai-vu": "Sở Ngoại vụ",
    "so-vhttdl": "Sở Văn hóa, Thể thao và Du lịch",
    "cong-an-tinh": "Công an tỉnh",
    "so-tai-chinh": "Sở Tài chính",
    "ubnd-tinh": "Ủy ban nhân dân tỉnh Cao Bằng",
}
# user name: (display name, agency, role)
CAST = {
    "dai": ("Phóng viên Đài", "dai-ptth", Role.CONTRIBUTOR),
    "ngoai-vu": ("Cán bộ Sở Ngoại vụ", "so-ngoai-vu", Role.CONTRIBUTOR),
    "tham-dinh-1": ("Cán bộ thẩm định 1", "so-tttt", Role.APPRAISER),
    "tham-dinh-2": ("Cán bộ thẩm định 2", "so-tttt", Role.APPRAISER),
    "bao-cao": ("Cán bộ tổng hợp", "so-tttt", Role.REPORTER),
    "xep-lich": ("Cán bộ xếp lịch Quảng Hòa", "ubnd-quang-hoa", Role.SCHEDULER),
    "van-hanh": ("Cán bộ vận hành Quảng Hòa", "ubnd-quang-hoa", Role.OPERATOR),
    "xep-lich-tk": ("Cán bộ xếp lịch Trùng Khánh", "ubnd-trung-khanh", Role.SCHEDULER),
    "an-toan": ("Cán bộ an toàn thông tin", "so-tttt", Role.SECURITY),
    "lanh-dao": ("Lãnh đạo tỉnh", "ubnd-tinh", Role.LEADER),
    "tai-chinh": ("Cán bộ Sở Tài chính", "so-tai-chinh", Role.FINANCE),
    "quan-tri": ("Quản trị hệ thống", "so-tttt", Role.ADMINISTRATOR),
}
MANDATES = (
    ("so-tttt", Task.APPRAISE, None, "cao-bang/7.1"),
    ("so-tttt", Task.REPORT, None, "cao-bang/15.2"),
    ("ubnd-trung-khanh", Task.OPERATE, "trung-khanh", "cao-bang/8.1"),
    ("ubnd-trung-khanh", Task.SCHEDULE, "trung-khanh", "cao-bang/8.1"),
    ("ubnd-quang-hoa", Task.OPERATE, "ta-lung", "cao-bang/8.1"),
    ("ubnd-quang-hoa", Task.SCHEDULE, "ta-lung", "cao-bang/8.1"),
    ("dai-ptth", Task.SUPPLY, None, "cao-bang/13"),
    ("so-ngoai-vu", Task.SUPPLY, None, "cao-bang/11"),
    ("so-vhttdl", Task.SUPPLY, None, "cao-bang/12"),
    ("cong-an-tinh", Task.SECURE, None, "cao-bang/9.1"),
    ("so-tai-chinh", Task.FUND, None, "cao-bang/10"),
    ("ubnd-tinh", Task.INSTRUCT, None, "cao-bang/7.1"),
)


@dataclass(frozen=True)
class World:
    """The rows by short name: `agencies["so-tttt"]`, `clusters["ta-lung"]`, `faces["ta-lung-1"]`, `users["dai"]`."""

    instrument: Instrument
    agencies: dict[str, Agency]
    clusters: dict[str, Cluster]
    faces: dict[str, Face]
    users: dict[str, User]


def cao_bang() -> World:
    """Make the province; every account's password is `mat-khau-thu-nghiem`."""
    instrument = Instrument.objects.create(
        id=INSTRUMENT,
        number="31/2020/QĐ-UBND",
        effective_on=date(2020, 12, 10),
        pack_digest="0" * 64,
        installed_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    agencies = {slug: agency(slug, name) for slug, name in AGENCIES.items()}
    clusters = {
        "trung-khanh": cluster("trung-khanh", "Cụm thông tin đối ngoại Trùng Khánh"),
        "ta-lung": cluster("ta-lung", "Cụm thông tin cơ sở cửa khẩu Tà Lùng"),
    }
    faces = {"trung-khanh-1": face("trung-khanh-1", clusters["trung-khanh"], (1024, 512), 4000)}
    for number in (1, 2, 3):
        faces[f"ta-lung-{number}"] = face(f"ta-lung-{number}", clusters["ta-lung"], (1920, 640), 5000)
    for slug, task, place, clause in MANDATES:
        Mandate.objects.create(
            agency=agencies[slug],
            instrument=instrument,
            task=task,
            cluster=clusters[place] if place else None,
            clause=clause,
        )
    users = {
        username: account(username, display, agencies[slug], role)
        for username, (display, slug, role) in CAST.items()
    }
    return World(instrument, agencies, clusters, faces, users)


def agency(slug: str, name: str) -> Agency:
    """An agency of Cao Bằng with one name."""
    row = Agency.objects.create(id=f"cao-bang/{slug}")
    AgencyName.objects.create(agency=row, name_vi=name)
    return row


def cluster(slug: str, name: str) -> Cluster:
    """A cluster of Cao Bằng."""
    return Cluster.objects.create(id=f"cao-bang/{slug}", instrument_id=INSTRUMENT, name_vi=name)


def face(face_id: str, owner: Cluster, size: tuple[int, int], pitch_um: int) -> Face:
    """A face of a cluster."""
    return Face.objects.create(
        id=face_id,
        cluster=owner,
        name_vi=f"Mặt {face_id[-1]}",
        name_en=f"Face {face_id[-1]}",
        width=size[0],
        height=size[1],
        pitch_um=pitch_um,
    )


def account(username: str, display: str, at_agency: Agency, role: Role) -> User:
    """An account with one post."""
    user = User.objects.create_account(username, "mat-khau-thu-nghiem", display)
    Post.objects.create(user=user, agency=at_agency, role=role)
    return user
