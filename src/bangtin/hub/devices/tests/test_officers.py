"""Who is listed for orders of emergency notices (trust 6.6), and that a new post reaches the screens by itself."""

import pytest

from bangtin.bundle.approvals import Officers
from bangtin.hub.accounts.models import Role
from bangtin.hub.devices.actions import repository
from bangtin.hub.devices.queries import current_files
from bangtin.hub.programmes.queries import officer_id
from bangtin.hub.regulations.tests.factories import account
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db


def _may(desk: Desk, username: str) -> bool:
    listed = Officers.parse(repository.officers(at=NOW)).by_id.get(officer_id(desk.world.users[username]))
    return listed is not None and any("alert.order" in one.steps for one in listed.charges)


def test_leaders_who_instruct_and_the_lead_agency_order_and_nobody_else(desk: Desk) -> None:
    found = {name for name in desk.world.users if _may(desk, name)}
    assert found == {"lanh-dao", "tham-dinh-1", "tham-dinh-2"}


def test_a_new_post_is_listed_at_the_next_tick(desk: Desk) -> None:
    repository.create_repository(at=NOW)
    before = current_files()
    assert not repository.list_officers(at=NOW)
    new = account("lanh-dao-so", "Lãnh đạo Sở", desk.world.agencies["so-tttt"], Role.LEADER)
    repository.refresh(at=NOW)
    after = current_files()
    assert officer_id(new) in next(str(body) for name, body in after.items() if name.endswith("officers.json"))
    assert before.keys() != after.keys()
