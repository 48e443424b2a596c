"""The demo's offices: one account a desk, named by office, with passwords made at the first start."""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bangtin.hub.accounts import actions
from bangtin.hub.accounts.models import Role, User
from bangtin.hub.agencies.models import Agency


@dataclass(frozen=True)
class Office:
    """An account of the demo: `display_name` is what pages show, `agency` the id without the province."""

    username: str
    display_name: str
    agency: str
    role: Role


OFFICES = (
    Office("dai-ptth", "Biên tập Đài PT-TH", "dai-ptth", Role.CONTRIBUTOR),
    Office("so-ngoai-vu", "Cán bộ Sở Ngoại vụ", "so-ngoai-vu", Role.CONTRIBUTOR),
    Office("so-vhttdl", "Cán bộ Sở VHTTDL", "so-vhttdl", Role.CONTRIBUTOR),
    Office("tham-dinh-1", "Cán bộ thẩm định 1", "so-tttt", Role.APPRAISER),
    Office("tham-dinh-2", "Cán bộ thẩm định 2", "so-tttt", Role.APPRAISER),
    Office("tong-hop", "Cán bộ tổng hợp", "so-tttt", Role.REPORTER),
    Office("an-toan", "Cán bộ an toàn thông tin", "so-tttt", Role.SECURITY),
    Office("quan-tri", "Quản trị hệ thống", "so-tttt", Role.ADMINISTRATOR),
    Office("lich-trung-khanh", "Cán bộ xếp lịch Trùng Khánh", "ubnd-trung-khanh", Role.SCHEDULER),
    Office("duyet-lich-trung-khanh", "Cán bộ duyệt lịch Trùng Khánh", "ubnd-trung-khanh", Role.SCHEDULER),
    Office("lich-quang-hoa", "Cán bộ xếp lịch Quảng Hòa", "ubnd-quang-hoa", Role.SCHEDULER),
    Office("van-hanh-trung-khanh", "Cán bộ vận hành Trùng Khánh", "ubnd-trung-khanh", Role.OPERATOR),
    Office("tai-chinh", "Cán bộ Sở Tài chính", "so-tai-chinh", Role.FINANCE),
    Office("lanh-dao", "Lãnh đạo UBND tỉnh", "ubnd-tinh", Role.LEADER),
)


def make(folder: Path, *, province: str, at: datetime) -> dict[str, User]:
    """The accounts by user name; passwords of new ones are added to `accounts.txt` (mode 0600) in `folder`."""
    known = {user.username: user for user in User.objects.all()}
    for office in OFFICES:
        if office.username not in known:
            password = secrets.token_urlsafe(12)
            user = actions.create_account(
                username=office.username, password=password, display_name=office.display_name, actor=None, at=at
            )
            agency = Agency.objects.get(pk=f"{province}/{office.agency}")
            actions.give_post(user=user, agency=agency, role=office.role, actor=None, at=at)
            _note(folder / "accounts.txt", f"{office.username:<22} {password:<18} {office.display_name}")
            known[office.username] = user
    return known


def _note(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "a", encoding="utf-8") as file:
        file.write(line + "\n")
