"""The same through the pages: whoever handed a programme in finds no button, and a post made by hand is refused."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bangtin.hub.accounts.models import Post, Role, User
from bangtin.hub.appraisal.models import Decision
from bangtin.hub.appraisal.tests.factories import REASON, proposed
from bangtin.hub.kit import clock
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import MORNING, received
from bangtin.hub.regulations.tests.factories import World, cao_bang
from tests.conventions.site import routes

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Any) -> World:
    """Cao Bằng at 08:00 of Monday 23/11/2026; the author is an appraiser of the appraising agency as well."""
    settings.CLOCK_OFFSET_S = 0.0
    settings.CLOCK_OFFSET_S = (MORNING - clock.now()).total_seconds()
    made = cao_bang()
    Post.objects.create(user=made.users["dai"], agency=made.agencies["so-tttt"], role=Role.APPRAISER)
    return made


def _client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def _word(version: ProgrammeVersion, outcome: str) -> dict[str, object]:
    """The fields of the bench's form as the page would send them."""
    return {"version": version.pk, "digest": version.content_digest, "outcome": outcome, "grounds": REASON}


def _is_untouched(version: ProgrammeVersion, state: VersionState, decisions: int) -> bool:
    version.refresh_from_db()
    return version.state == state and Decision.objects.count() == decisions


@pytest.mark.parametrize("outcome", ["approved", "returned", "rejected"])
def test_the_author_sees_no_form_and_a_post_by_hand_is_refused(world: World, outcome: str) -> None:
    version = received(world)
    client, address = _client(world.users["dai"]), reverse("appraise", args=[version.programme.code])
    assert 'name="outcome"' not in client.get(address).content.decode()
    answer = client.post(address, _word(version, outcome))
    assert answer.status_code == 403
    assert "BT-APPR-002" in answer.content.decode()
    assert _is_untouched(version, VersionState.RECEIVED, 0)


@pytest.mark.parametrize("outcome", ["approved", "returned"])
def test_the_author_does_not_confirm_either(world: World, outcome: str) -> None:
    version = proposed(world)
    client, address = _client(world.users["dai"]), reverse("appraise", args=[version.programme.code])
    assert 'name="outcome"' not in client.get(address).content.decode()
    assert client.post(address, _word(version, outcome)).status_code == 403
    assert _is_untouched(version, VersionState.PROPOSED, 1)


def test_the_first_officer_sees_no_form_and_does_not_confirm_by_hand(world: World) -> None:
    version = proposed(world)
    client, address = _client(world.users["tham-dinh-1"]), reverse("appraise", args=[version.programme.code])
    assert 'name="outcome"' not in client.get(address).content.decode()
    answer = client.post(address, _word(version, "approved"))
    assert answer.status_code == 403
    assert "BT-APPR-003" in answer.content.decode()
    assert _is_untouched(version, VersionState.PROPOSED, 1)


def test_a_version_named_in_another_programmes_form_is_not_decided_on(world: World) -> None:
    own, other = received(world), received(world, by="ngoai-vu", agency_id="cao-bang/so-ngoai-vu")
    client, address = _client(world.users["dai"]), reverse("appraise", args=[other.programme.code])
    assert client.post(address, _word(own, "approved")).status_code in {403, 404}
    assert _is_untouched(own, VersionState.RECEIVED, 0)


def test_an_administrator_reaches_no_bench(world: World) -> None:
    admin, version = world.users["quan-tri"], received(world)
    Post.objects.create(user=admin, agency=world.agencies["so-tttt"], role=Role.APPRAISER)
    client, address = _client(admin), reverse("appraise", args=[version.programme.code])
    assert client.get(address).status_code in {403, 404}
    assert client.post(address, _word(version, "approved")).status_code in {403, 404}
    assert _is_untouched(version, VersionState.RECEIVED, 0)


@pytest.mark.parametrize("username", ["dai", "tham-dinh-1", "quan-tri"])
def test_no_other_address_takes_a_decision(world: World, username: str) -> None:
    version = proposed(world)
    client = _client(world.users[username])
    names = {"code": version.programme.code, "number": version.number, "version_id": version.pk}
    for route in routes():
        if set(route.kinds) <= set(names) and route.name != "sign-out":
            address = reverse(route.name, kwargs={name: names[name] for name in route.kinds})
            client.post(address, {**_word(version, "approved"), "step": "appraisal.confirm", "state": "ready"})
    assert _is_untouched(version, VersionState.PROPOSED, 1)
