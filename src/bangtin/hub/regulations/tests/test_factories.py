import pytest

from bangtin.hub.accounts.models import Role
from bangtin.hub.accounts.queries import has_role
from bangtin.hub.kit.testing import local
from bangtin.hub.regulations.tests.factories import cao_bang

pytestmark = pytest.mark.django_db


def test_the_cast_holds_its_posts() -> None:
    world = cao_bang()
    on = local("2026-11-23 08:00").date()
    assert has_role(world.users["tham-dinh-1"], Role.APPRAISER, on=on, agencies={"cao-bang/so-tttt"})
    assert not has_role(world.users["dai"], Role.APPRAISER, on=on)
