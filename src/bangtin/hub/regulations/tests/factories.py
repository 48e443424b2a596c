"""A small Cao Bằng for tests: its agencies, clusters and one account an office, under Decision 31/2020/QĐ-UBND."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.models import Instrument

PASSWORD = "mat-khau-thu-nghiem"
INSTRUMENT = "cao-bang/31-2020-qd-ubnd"
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


@dataclass(frozen=True)
class World:
    """The rows by short name: `agencies["so-tttt"]`, `clusters["ta-lung"]`, `faces["ta-lung-1"]`, `users["dai"]`."""

    instrument: Instrument
    agencies: dict[str, Agency]
    clusters: dict[str, Cluster]
    faces: dict[str, Face]
    users: dict[str, User]


def cao_bang() -> World:
    """Take the regulation into use and make the cast; every account's password is `mat-khau-thu-nghiem`."""
    instrument = install(instrument_id=INSTRUMENT, actor=None, at=datetime(2026, 1, 1, tzinfo=UTC))
    agencies = {row.pk.split("/")[1]: row for row in Agency.objects.all()}
    return World(
        instrument=instrument,
        agencies=agencies,
        clusters={row.slug: row for row in Cluster.objects.all()},
        faces={row.pk: row for row in Face.objects.all()},
        users=accounts({name: (display, agencies[slug], role) for name, (display, slug, role) in CAST.items()}),
    )


def accounts(cast: Mapping[str, tuple[str, Agency, Role]]) -> dict[str, User]:
    """An account with one post for each user name, all at once: nearly every test of the hub begins with these."""
    users = {name: User(username=name, display_name=display) for name, (display, _at_agency, _role) in cast.items()}
    for user in users.values():
        user.set_password(PASSWORD)
    User.objects.bulk_create(users.values())
    Post.objects.bulk_create(Post(user=users[name], agency=at, role=role) for name, (_said, at, role) in cast.items())
    return users


def account(username: str, display: str, at_agency: Agency, role: Role) -> User:
    """An account with one post."""
    user = User.objects.create_account(username, PASSWORD, display)
    Post.objects.create(user=user, agency=at_agency, role=role)
    return user
