import pytest

from bangtin.hub.accounts.models import Post, Role
from bangtin.hub.programmes import policies
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import MORNING, in_state, submitted
from bangtin.hub.regulations.tests.factories import World

ON = MORNING.date()
ALWAYS = {"dai", "tham-dinh-1", "tham-dinh-2", "bao-cao", "lanh-dao"}
WHEN_READY = ALWAYS | {"xep-lich", "van-hanh"}


@pytest.mark.parametrize("state", VersionState.values)
def test_who_sees_a_version_in_each_state(world: World, state: str) -> None:
    version = in_state(submitted(world), VersionState(state))
    seeing = {name for name, user in world.users.items() if policies.may_see(user, version, on=ON)}
    assert seeing & set(world.users) == (WHEN_READY if state == VersionState.READY else ALWAYS)


def test_the_matrix_of_who_submits_for_whom(world: World) -> None:
    allowed = {
        (name, slug)
        for name, user in world.users.items()
        for slug, agency in world.agencies.items()
        if policies.may_submit(user, agency_id=agency.pk, on=ON)
    }
    contributors = Post.objects.filter(role=Role.CONTRIBUTOR).select_related("user")
    assert allowed == {(post.user.username, post.agency_id.split("/")[1]) for post in contributors}
    assert ("dai", "dai-ptth") in allowed


def test_whoever_administers_the_system_sees_no_content(world: World) -> None:
    version = submitted(world)
    Post.objects.create(user=world.users["dai"], agency=world.agencies["so-tttt"], role=Role.ADMINISTRATOR)
    assert not policies.may_see(world.users["dai"], version, on=ON)
    assert not policies.may_submit(world.users["dai"], agency_id="cao-bang/dai-ptth", on=ON)
