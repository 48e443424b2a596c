"""Asking for a translation, giving it out, taking it back; saving its draft."""

from datetime import date

import pytest

from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.regulations.tests.factories import World
from bangtin.hub.translation.actions import Words, assign, request, save_draft, withdraw
from bangtin.hub.translation.errors import BadRequest, DraftChanged, JobExists
from bangtin.hub.translation.queries import editions, jobs_of, lines
from bangtin.hub.translation.states import JobState
from bangtin.hub.translation.tests.factories import CHINESE, MORNING, asked, delivered, original, written

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def test_it_goes_to_the_agency_that_the_regulation_charges(world: World) -> None:
    job = asked(world, due_on=date(2026, 11, 30))
    assert job.agency == world.agencies["so-ngoai-vu"]
    assert job.clause == "lai-chau/13.4-2"
    assert job.state == JobState.ASSIGNED
    assert job in jobs_of(world.users["dich-1"], on=TODAY)
    assert job in jobs_of(world.users["gui-tin"], on=TODAY)
    assert job not in jobs_of(world.users["van-hanh"], on=TODAY)


def test_who_has_no_part_in_it_asks_for_nothing(world: World) -> None:
    version = original(world)
    for name in ("van-hanh", "xep-lich", "quan-tri", "tai-chinh", "lanh-dao"):
        with pytest.raises(NotPermitted):
            request(version=version, language="zh", actor=world.users[name], at=MORNING)


@pytest.mark.parametrize("language", ["vi", "xx"])
def test_its_own_language_or_an_unknown_one_is_refused(world: World, language: str) -> None:
    with pytest.raises(BadRequest):
        asked(world, language=language)


def test_a_translation_is_not_translated_again(world: World) -> None:
    job = delivered(world)
    with pytest.raises(BadRequest):
        asked(world, version=job.delivered, language="en")


def test_one_language_is_asked_for_once(world: World) -> None:
    job = asked(world)
    with pytest.raises(JobExists):
        asked(world, version=job.source)


def test_a_person_without_a_contributors_post_is_not_given_it(world: World) -> None:
    with pytest.raises(BadRequest):
        assign(job=asked(world), translator=world.users["van-hanh"], actor=world.users["tham-dinh-1"], at=MORNING)


def test_its_agency_gives_it_to_one_of_its_own(world: World) -> None:
    job = asked(world)
    agency, person = world.agencies["so-ngoai-vu"], world.users["dich-2"]
    assign(job=job, agency=agency, translator=person, actor=world.users["dich-1"], at=MORNING)
    assert job.translator == person
    with pytest.raises(NotPermitted):
        written(job, world)


def test_who_asked_takes_it_back_with_a_reason(world: World) -> None:
    job = asked(world)
    with pytest.raises(BadRequest):
        withdraw(job=job, reason="", actor=world.users["tham-dinh-1"], at=MORNING)
    with pytest.raises(NotPermitted):
        withdraw(job=job, reason="Không cần nữa.", actor=world.users["dich-1"], at=MORNING)
    withdraw(job=job, reason="Không cần nữa.", actor=world.users["tham-dinh-1"], at=MORNING)
    assert job.state == JobState.WITHDRAWN
    assert asked(world, version=job.source).pk != job.pk


def test_a_draft_keeps_what_was_typed_and_says_what_is_wrong(world: World) -> None:
    job = asked(world)
    words = Words({"title": "Chµo mõng n¨m míi", "field.title": "口岸7点开放"})
    faults = save_draft(job=job, words=words, actor=world.users["dich-1"], at=MORNING)
    assert set(faults) == {"title"}
    assert {one.segment.id: one.target for one in lines(job)}["title"] == "Chµo mõng n¨m míi"


def test_two_pages_do_not_overwrite_each_other(world: World) -> None:
    job = asked(world)
    save_draft(job=job, words=Words(CHINESE, seen=0), actor=world.users["dich-1"], at=MORNING)
    with pytest.raises(DraftChanged):
        save_draft(job=job, words=Words({"title": "x"}, seen=0), actor=world.users["dich-2"], at=MORNING)
    assert {one.target for one in lines(job)} == set(CHINESE.values())


def test_what_was_handed_in_is_written_no_more(world: World) -> None:
    job = delivered(world)
    with pytest.raises(StaleState):
        written(job, world)


def test_the_language_versions_of_a_programme(world: World) -> None:
    job = delivered(world)
    asked(world, version=job.source, language="en")
    found = editions(job.programme)
    assert [(one.language, one.version, one.is_stale) for one in found] == [
        ("en", None, False),
        ("zh", job.delivered, False),
    ]
