"""Information requests: who asks, who answers, what an answer states, overdue, reminders."""

from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit import files
from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.kit.models import OutboxMessage
from bangtin.hub.kit.testing import local
from bangtin.hub.plans import actions, queries
from bangtin.hub.plans.errors import BadAnswer, BadRequest, NotForThis
from bangtin.hub.plans.models import InformationRequest
from bangtin.hub.plans.tests.factories import MORNING, asked, ordered
from bangtin.hub.programmes.actions import Answer, StateSecret, answer
from bangtin.hub.programmes.paperwork import SecretNotice
from bangtin.hub.programmes.tests.factories import submitted
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.regulations.tests.factories import CAST, World, account, cao_bang

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
LATE = local("2026-12-01 08:00")


@pytest.fixture(autouse=True)
def store(settings: Settings, tmp_path: Path) -> None:
    """A file store of its own."""
    settings.DATA_DIR = tmp_path


@pytest.fixture
def world() -> World:
    return cao_bang()


def given(words: str = "Năm 2026 có 42 đoàn.", **changes: object) -> Answer:
    fields: dict[str, object] = {"words": words, "is_publishable": True, "is_lawful": True}
    return Answer(**(fields | changes))  # type: ignore[arg-type]  # tests name fields of Answer


def test_a_request_is_answered_with_words_and_files_and_used(world: World) -> None:
    row = asked(world)
    assert (row.number, row.state, row.is_overdue(TODAY)) == ("YC-2026-0001", "sent", False)
    assert [one.pk for one in queries.to_answer(world.users["ngoai-vu"], on=TODAY)] == [row.pk]
    stored = files.put([b"42 do\xc3\xa0n"], max_bytes=100)
    answer(request=row, given=given(files=(("so-lieu.txt", stored),)), actor=world.users["ngoai-vu"], at=MORNING)
    assert (row.state, row.is_publishable, row.is_lawful, row.was_late()) == ("answered", True, True, False)
    assert [one.name for one in row.files.all()] == ["so-lieu.txt"]
    actions.note_used(row=row, note="Dùng cho bản tin tháng 12", actor=world.users["bao-cao"], at=MORNING)
    assert row.state == "used"
    with pytest.raises(StaleState):
        answer(request=row, given=given(), actor=world.users["ngoai-vu"], at=MORNING)


def test_an_answer_that_is_not_full_is_asked_for_again_and_a_late_one_says_so(world: World) -> None:
    row = asked(world)
    assert row.is_overdue(date(2026, 11, 28))
    answer(request=row, given=given(), actor=world.users["ngoai-vu"], at=LATE)
    assert row.was_late()
    with pytest.raises(BadRequest):
        actions.ask_again(row=row, reason="", actor=world.users["bao-cao"], at=LATE)
    actions.ask_again(row=row, reason="Thiếu quốc tịch của các đoàn.", actor=world.users["bao-cao"], at=LATE)
    assert (row.state, row.returned_note) == ("sent", "Thiếu quốc tịch của các đoàn.")
    actions.withdraw(row=row, reason="Đã có số liệu khác.", actor=world.users["bao-cao"], at=LATE)
    assert row.state == "withdrawn"


def test_an_answer_states_that_it_may_be_published_and_obeys_the_law(world: World) -> None:
    row = asked(world)
    wrong = {
        "answer": given(words=" "),
        "is_publishable": given(is_publishable=False),
        "is_lawful": given(is_lawful=False),
    }
    for field, one in wrong.items():
        with pytest.raises(BadAnswer) as caught:
            answer(request=row, given=one, actor=world.users["ngoai-vu"], at=MORNING)
        assert set(caught.value.fields) == {field}
    row.refresh_from_db()
    assert row.state == "sent"


def test_a_state_secret_in_words_or_files_of_an_answer_is_refused_and_removed(world: World) -> None:
    row = asked(world)
    stored = files.put(["TỐI MẬT\nSố quân tại đồn".encode()], max_bytes=100)
    for one in (given(words="TỐI MẬT\nSố quân"), given(files=(("so-lieu.txt", stored),))):
        with pytest.raises(StateSecret):
            answer(request=row, given=one, actor=world.users["ngoai-vu"], at=MORNING)
    row.refresh_from_db()
    assert (row.state, row.answer, files.has(stored.sha256), SecretNotice.objects.count()) == ("sent", "", False, 2)


def test_only_the_lead_agency_asks_and_only_the_asked_one_answers(world: World) -> None:
    for name in set(CAST) - {"tham-dinh-1", "tham-dinh-2", "bao-cao"}:
        with pytest.raises(NotPermitted):
            asked(world, by=name)
    row = asked(world)
    for name in set(CAST) - {"ngoai-vu"}:
        with pytest.raises(NotPermitted):
            answer(request=row, given=given(), actor=world.users[name], at=MORNING)
    for name in set(CAST) - {"tham-dinh-1", "tham-dinh-2", "bao-cao"}:
        with pytest.raises(NotPermitted):
            actions.withdraw(row=row, reason="Không còn cần nữa", actor=world.users[name], at=MORNING)
    seen = {name for name in CAST if queries.requests(world.users[name], on=TODAY).exists()}
    assert seen == {"tham-dinh-1", "tham-dinh-2", "bao-cao", "ngoai-vu"}


def test_a_programme_may_answer_a_request_of_its_agency_alone(world: World) -> None:
    row = asked(world, agency="dai-ptth")
    version = submitted(world, information_request=row)
    assert list(row.programmes.all()) == [version.programme]
    with pytest.raises(NotForThis):
        submitted(world, information_request=asked(world))


def test_requests_and_orders_are_reminded_of_by_mail_once_a_day(world: World, settings: Settings) -> None:
    settings.EMAIL_HOST = "mail.example.vn"
    for name in ("ngoai-vu", "dai"):
        world.users[name].email = f"{name}@example.vn"
        world.users[name].save()
    row = asked(world)
    assert OutboxMessage.objects.get().recipient == "ngoai-vu@example.vn"
    ordered(world, due_on=date(2026, 11, 27))
    assert [actions.remind(at=local(f"2026-11-{day} 07:30")) for day in (23, 24, 24, 27, 28)] == [0, 2, 2, 2, 2]
    assert OutboxMessage.objects.count() == 1 + 3 * 2
    assert row.subject in OutboxMessage.objects.get(key__startswith="plans-reminder", key__endswith="11-28",
                                                    recipient="ngoai-vu@example.vn").body  # fmt: skip
    answer(request=row, given=given(), actor=world.users["ngoai-vu"], at=local("2026-11-28 09:00"))
    assert actions.remind(at=local("2026-12-04 07:30")) == 1


@pytest.mark.parametrize(
    ("instrument_id", "agency_id"),
    [("lai-chau/20-2024-qd-ubnd", "lai-chau/so-ngoai-vu"), ("ha-tinh/2432-qd-ubnd", "ha-tinh/so-ngoai-vu")],
    ids=["lai-chau", "ha-tinh"],
)
def test_the_lead_of_every_province_asks_and_its_agencies_answer(instrument_id: str, agency_id: str) -> None:
    install(instrument_id=instrument_id, actor=None, at=local("2026-01-01 08:00"))
    province = instrument_id.partition("/")[0]
    officer = account("so", "Cán bộ Sở", Agency.objects.get(pk=f"{province}/so-tttt"), "reporter")  # type: ignore[arg-type]  # a role's value
    asked_one = Agency.objects.get(pk=agency_id)
    person = account("nv", "Cán bộ", asked_one, "contributor")  # type: ignore[arg-type]  # a role's value
    row = actions.ask(
        instrument=Instrument.objects.get(pk=instrument_id),
        agency=asked_one,
        asked=actions.Asked("Số liệu đối ngoại", "Số đoàn ra, đoàn vào năm 2026.", date(2026, 11, 30)),
        actor=officer,
        at=MORNING,
    )
    answer(request=row, given=given(), actor=person, at=MORNING)
    assert InformationRequest.objects.get().state == "answered"
