"""An incident's page: who is to be told and was, its history and cause, the screen and its standstill, the deeds."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from bangtin.hub.accounts.models import User
from bangtin.hub.devices.models import Incident, IncidentStep
from bangtin.hub.devices.tests.factories import Player, enrolled
from bangtin.hub.kit import clock
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.portal import menu
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = pytest.mark.django_db
MOMENT = f"{(NOW + timedelta(minutes=12)).astimezone(LOCAL):%Y-%m-%dT%H:%M}"


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> Desk:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=20))
    menu.is_served.cache_clear()
    return Desk()


@pytest.fixture
def player(desk: Desk) -> Player:
    return enrolled(desk)


@pytest.fixture
def row(desk: Desk, player: Player) -> Incident:
    face = desk.world.faces["ta-lung-1"]
    return Incident.objects.create(
        cluster=desk.cluster, face=face, kind="dark", opened_at=NOW, opened_by=desk.scheduler, device=player.device
    )


def _client(desk: Desk, name: str = "") -> Client:
    user = desk.world.users[name] if name else desk.scheduler
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client


def _text(client: Client, row: Incident) -> str:
    return client.get(f"/su-co/{row.pk}/").content.decode()


def test_the_page_says_who_is_to_be_told_and_how_soon_it_was(desk: Desk, row: Incident) -> None:
    client = _client(desk)
    page = _text(client, row)
    assert "Not told yet" in page and "notify promptly" in page
    answer = client.post(
        f"/su-co/{row.pk}/",
        {
            "deed": "bao",
            "bao-agency": "cao-bang/so-tttt",
            "bao-told_at": MOMENT,
            "bao-way": "phone",
            "bao-words": "",
        },
    )
    assert (answer.status_code, answer["Location"]) == (302, f"/su-co/{row.pk}/")
    step = IncidentStep.objects.get()
    page = _text(client, row)
    assert f"after the start: {round((step.at - row.opened_at).total_seconds() / 60)} min" in page
    assert "Not told yet" not in page and "by telephone" in page


def test_the_history_shows_the_former_cause_and_the_page_the_present_one(desk: Desk, row: Incident) -> None:
    client = _client(desk)
    for cause, words in (("power", ""), ("damage", "Cable cut")):
        client.post(
            f"/su-co/{row.pk}/", {"deed": "nguyen-nhan", "nguyen-nhan-cause": cause, "nguyen-nhan-words": words}
        )
    page = _text(client, row)
    assert "Damage or theft: Cable cut" in page
    assert page.index("Cause: Power") < page.index("said before)") < page.index("Cause: Damage or theft")


def test_it_is_closed_opened_again_and_its_screen_and_standstill_stand_beside_it(desk: Desk, row: Incident) -> None:
    client = _client(desk)
    page = _text(client, row)
    assert "/man-hinh/ta-lung-1/tai-cho/" in page and "Standstill while it was open" in page
    assert 'value="mo-lai"' not in page
    client.post(f"/su-co/{row.pk}/", {"deed": "dong", "findings": "The power unit was replaced"})
    page = _text(client, row)
    assert 'value="mo-lai"' in page and 'value="dong"' not in page
    assert client.post(f"/su-co/{row.pk}/", {"deed": "mo-lai", "reason": ""}).status_code == 422
    assert client.post(f"/su-co/{row.pk}/", {"deed": "mo-lai", "reason": "Dark once more"}).status_code == 302
    page = _text(client, row)
    assert "The power unit was replaced" in page and "Dark once more" in page


def test_what_is_refused_keeps_its_form_open_with_what_was_typed(desk: Desk, row: Incident) -> None:
    answer = _client(desk).post(
        f"/su-co/{row.pk}/",
        {
            "deed": "bao",
            "bao-agency": "cao-bang/ubnd-tinh",
            "bao-told_at": MOMENT,
            "bao-way": "paper",
            "bao-words": "",
        },
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<details class="bt-tr-x" open>' in page and "says what is proposed" in page


def test_who_may_not_close_is_offered_neither_cause_nor_closing(desk: Desk, row: Incident) -> None:
    client = _client(desk, "bao-cao")
    page = _text(client, row)
    assert 'value="ghi"' in page
    assert 'value="dong"' not in page and 'value="nguyen-nhan"' not in page
    assert client.post(f"/su-co/{row.pk}/", {"deed": "dong", "findings": "All is well"}).status_code == 404
    assert not IncidentStep.objects.exists()


def test_an_incident_of_seconds_says_less_than_a_minute(desk: Desk, row: Incident) -> None:
    Incident.objects.filter(pk=row.pk).update(opened_at=NOW + timedelta(minutes=20))
    page = _text(_client(desk), row)
    assert "open for less than a minute" in page and "open for at once" not in page
