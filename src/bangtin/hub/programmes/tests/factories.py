"""Programmes for tests: handed in through the action, with tiny real files."""

from datetime import date, datetime
from typing import Any

from bangtin.hub.kit import files
from bangtin.hub.kit.testing import local
from bangtin.hub.programmes.actions import Facts, Submission, submit
from bangtin.hub.programmes.models import ProgrammeVersion, Rendition
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.tests.factories import World

MORNING = local("2026-11-23 08:00")
NOTICE: dict[str, object] = {"template": "notice", "fields": {"title": "Cửa khẩu mở cửa lúc 7 giờ"}}


def submission(**changes: Any) -> Submission:
    """A text notice of the broadcaster for Tà Lùng; `changes` replace fields."""
    fields: dict[str, Any] = {
        "agency_id": "cao-bang/dai-ptth",
        "title": "Thông báo giờ mở cửa khẩu",
        "language": "vi",
        "cluster_ids": ("cao-bang/ta-lung",),
        "month": date(2026, 11, 1),
        "category": "policy_law_external_border",
        "text": NOTICE,
        "facts": Facts(is_declared=True),
    }
    if changes.get("is_urgent"):
        fields |= {
            "instruction_number": "12/CĐ-UBND",
            "instruction_on": date(2026, 11, 1),
            "instruction_by": "UBND tỉnh",
        }
    return Submission(**(fields | changes))


def submitted(world: World, *, by: str = "dai", at: datetime = MORNING, **changes: Any) -> ProgrammeVersion:
    """A text notice as it was just handed in."""
    return submit(submission=submission(**changes), source=None, actor=world.users[by], at=at)


def submitted_file(world: World, data: bytes, *, name: str, at: datetime = MORNING, **changes: Any) -> ProgrammeVersion:
    """A file as it was just handed in."""
    stored = files.put([data], max_bytes=1 << 30)
    wanted = submission(text=None, source_name=name, **changes)
    return submit(submission=wanted, source=stored, actor=world.users["dai"], at=at)


def received(world: World, *, at: datetime = MORNING, **changes: Any) -> ProgrammeVersion:
    """A text notice that passed the technical check: what the other desks start from."""
    from bangtin.hub.programmes.actions import check

    return check(version=submitted(world, at=at, **changes), at=at)


def remade(version: ProgrammeVersion) -> ProgrammeVersion:
    """The version with another rendition than the one that was looked at."""
    Rendition.objects.filter(version=version).update(duration_ms=9_999)
    version.refresh_from_db()
    return version


def in_state(version: ProgrammeVersion, state: VersionState) -> ProgrammeVersion:
    """The version put into a state directly, for tests of refused moves."""
    ProgrammeVersion.objects.filter(pk=version.pk).update(state=state)
    version.refresh_from_db()
    return version
