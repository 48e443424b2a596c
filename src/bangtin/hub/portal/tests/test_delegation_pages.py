"""The pages on who is who and who stands in for whom: what an officer and an administrator do there."""

import pytest
from django.test import Client

from bangtin.hub.accounts import queries
from bangtin.hub.accounts.models import Delegation, Post, Role, User
from bangtin.hub.kit import clock
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return cao_bang()


def _client(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.users[name])
    return client


def _post_data(world: World, *, to: str, of: str = "tham-dinh-1") -> dict[str, object]:
    today = clock.local_date(clock.now())
    post = Post.objects.get(user=world.users[of], role=Role.APPRAISER)
    return {
        "post": post.pk,
        "to": world.users[to].pk,
        "starts_on": today.isoformat(),
        "ends_on": today.isoformat(),
        "reason": "Đi công tác",
    }


def test_an_officer_has_somebody_stand_in_and_ends_it(world: World) -> None:
    client = _client(world, "tham-dinh-1")
    assert client.post("/uy-quyen/", _post_data(world, to="bao-cao")).status_code == 302
    made = Delegation.objects.get()
    page = client.get("/uy-quyen/").content.decode()
    assert "Cán bộ tổng hợp" in page and "Đi công tác" in page
    assert "Cán bộ thẩm định 1" in _client(world, "bao-cao").get("/uy-quyen/").content.decode()
    address = f"/uy-quyen/{made.pk}/rut/"
    assert client.get(address).status_code == 200
    assert _client(world, "tham-dinh-2").get(address).status_code == 404
    assert client.post(address).status_code == 302
    made.refresh_from_db()
    assert made.withdrawn_by == world.users["tham-dinh-1"]


def test_an_administrator_does_it_for_somebody_away_and_nobody_else(world: World) -> None:
    assert _client(world, "quan-tri").post("/quan-tri/uy-quyen/", _post_data(world, to="bao-cao")).status_code == 302
    assert "Cán bộ tổng hợp" in _client(world, "quan-tri").get("/quan-tri/uy-quyen/").content.decode()
    assert _client(world, "tham-dinh-1").get("/quan-tri/uy-quyen/").status_code == 403
    # a post that is not the officer's own is not among the choices
    assert _client(world, "tham-dinh-2").post("/uy-quyen/", _post_data(world, to="bao-cao")).status_code == 422


def test_a_refusal_is_shown_at_its_field(world: World) -> None:
    data = {**_post_data(world, to="bao-cao"), "ends_on": "2020-01-01"}
    answer = _client(world, "tham-dinh-1").post("/uy-quyen/", data)
    assert answer.status_code == 422
    assert "BT-ACCOUNT-003" in answer.content.decode()
    assert not Delegation.objects.exists()


def test_two_accounts_are_recorded_as_one_person_and_parted_again(world: World) -> None:
    client, other = _client(world, "quan-tri"), world.users["bao-cao"]
    data = {"same_as": world.users["tham-dinh-1"].pk, "reason": "Theo quyết định bổ nhiệm"}
    assert client.post(f"/quan-tri/tai-khoan/{other.pk}/nguoi/", data).status_code == 302
    other.refresh_from_db()
    assert queries.is_same_person(other, world.users["tham-dinh-1"])
    page = client.get(f"/quan-tri/tai-khoan/{other.pk}/").content.decode()
    assert "tham-dinh-1" in page and "Theo quyết định bổ nhiệm" in page
    assert client.get(f"/quan-tri/tai-khoan/{other.pk}/tach/").status_code == 200
    client.post(f"/quan-tri/tai-khoan/{other.pk}/tach/", {"reason": "Ghép nhầm người"})
    other.refresh_from_db()
    assert not queries.is_same_person(other, world.users["tham-dinh-1"])


def test_a_new_account_is_made_as_a_second_one_of_a_person(world: World) -> None:
    data = {"username": "dai-hai", "display_name": "Phóng viên Đài", "same_as": world.users["dai"].pk}
    assert _client(world, "quan-tri").post("/quan-tri/tai-khoan/moi/", data).status_code == 200
    assert queries.is_same_person(User.objects.get(username="dai-hai"), world.users["dai"])


def test_these_pages_of_persons_are_the_administrators(world: World) -> None:
    other = world.users["dai"]
    for name, status in (("quan-tri", 200), ("tham-dinh-1", 403), ("lanh-dao", 403), ("an-toan", 403)):
        client = _client(world, name)
        for path in ("nguoi", "tach"):
            assert client.get(f"/quan-tri/tai-khoan/{other.pk}/{path}/").status_code == status
