"""Handing a translation in: the edition, what it keeps of the original, what is refused."""

import pytest

from bangtin.hub.kit.errors import NotPermitted, StaleState
from bangtin.hub.programmes.actions import BadSubmission, check
from bangtin.hub.programmes.models import Programme
from bangtin.hub.programmes.queries import is_stale
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.tests.factories import World
from bangtin.hub.translation.actions import Words, deliver, follow, save_draft
from bangtin.hub.translation.errors import Incomplete, MachineDraft, SourceChanged
from bangtin.hub.translation.models import TranslationJob
from bangtin.hub.translation.states import JobState
from bangtin.hub.translation.tests.factories import (
    CHINESE,
    MORNING,
    NOTICE,
    asked,
    delivered,
    ha_tinh,
    original,
    written,
)

pytestmark = pytest.mark.django_db


def test_a_notice_handed_in_is_an_edition_of_its_original(world: World) -> None:
    job = delivered(world)
    version = job.delivered
    assert version is not None
    assert job.state == JobState.DELIVERED
    assert version.state == VersionState.RECEIVED
    assert (version.language, version.title, version.submitted_by) == ("zh", "口岸开放时间通知", world.users["dich-1"])
    assert version.text == {
        "template": "notice",
        "fields": {"title": "口岸7点开放", "fact": "07:00", "issuer": "口岸管理委员会"},
    }
    edition = version.programme
    assert edition.original == job.programme
    assert edition.category == job.programme.category
    assert set(edition.clusters.all()) == set(job.programme.clusters.all())
    assert edition.agency == world.agencies["so-ngoai-vu"]
    assert version.translates == job.source


def test_vietnamese_and_chinese_on_one_notice(world: World) -> None:
    job = written(asked(world), world, is_bilingual=True)
    version = deliver(job=job, actor=world.users["dich-1"], at=MORNING, is_declared=True)
    assert version.text == {
        "template": "bilingual",
        "fields": {
            "title": "Cửa khẩu mở cửa lúc 7 giờ",
            "fact": "07:00",
            "translation": "口岸7点开放",
            "language": "zh",
        },
    }
    assert version.facts.languages == ["vi"]


def test_a_gap_is_named_and_nothing_is_handed_in(world: World) -> None:
    job = written(asked(world), world, targets={**CHINESE, "field.title": ""})
    with pytest.raises(Incomplete) as refusal:
        deliver(job=job, actor=world.users["dich-1"], at=MORNING, is_declared=True)
    assert set(refusal.value.fields) == {"field.title"}
    assert not Programme.objects.filter(original__isnull=False).exists()


def test_without_the_declaration_it_is_not_taken(world: World) -> None:
    job = written(asked(world), world)
    with pytest.raises(BadSubmission):
        deliver(job=job, actor=world.users["dich-1"], at=MORNING)


def test_words_of_a_machine_are_not_handed_in_unread(world: World) -> None:
    job = written(asked(world), world)
    draft = {**job.draft, "title": {**job.draft["title"], "machine": True}}
    TranslationJob.objects.filter(pk=job.pk).update(draft=draft)
    job.refresh_from_db()
    with pytest.raises(MachineDraft):
        deliver(job=job, actor=world.users["dich-1"], at=MORNING, is_declared=True)
    save_draft(job=job, words=Words(CHINESE, read=["title"]), actor=world.users["dich-1"], at=MORNING)
    assert deliver(job=job, actor=world.users["dich-1"], at=MORNING, is_declared=True)


def test_only_who_it_was_given_to_hands_it_in(world: World) -> None:
    job = written(asked(world, translator=world.users["dich-1"]), world)
    for name in set(world.users) - {"dich-1"}:
        with pytest.raises(NotPermitted):
            deliver(job=job, actor=world.users[name], at=MORNING, is_declared=True)


def test_it_is_handed_in_once(world: World) -> None:
    job = delivered(world)
    with pytest.raises(StaleState):
        deliver(job=job, actor=world.users["dich-1"], at=MORNING, is_declared=True)


def test_a_changed_original_opens_the_translation_again(world: World) -> None:
    job = delivered(world)
    edition = job.delivered
    assert edition is not None
    newer = original(world, programme=job.programme, text={**NOTICE, "fields": {"title": "Mở cửa lúc 8 giờ"}})
    assert is_stale(edition)
    assert follow(job=job, at=MORNING)
    assert (job.state, job.source) == (JobState.ASSIGNED, newer)
    words = {"title": CHINESE["title"], "field.title": "口岸8点开放"}
    save_draft(job=job, words=Words(words), actor=world.users["dich-1"], at=MORNING)
    second = check(version=deliver(job=job, actor=world.users["dich-1"], at=MORNING, is_declared=True), at=MORNING)
    assert second.programme == edition.programme
    assert second.number == 2
    assert not is_stale(second)


def test_words_of_a_changed_place_are_read_over_first(world: World) -> None:
    job = delivered(world)
    original(world, programme=job.programme, text={**NOTICE, "fields": {"title": "Mở cửa lúc 8 giờ"}})
    follow(job=job, at=MORNING)
    with pytest.raises(Incomplete) as refusal:
        deliver(job=job, actor=world.users["dich-1"], at=MORNING, is_declared=True)
    assert set(refusal.value.fields) == {"field.title"}


def test_a_translation_of_what_changed_meanwhile_is_not_taken(world: World) -> None:
    job = written(asked(world), world)
    original(world, programme=job.programme, title="Giờ mở cửa khẩu mới")
    with pytest.raises(SourceChanged):
        deliver(job=job, actor=world.users["dich-1"], at=MORNING, is_declared=True)


def test_foreign_affairs_of_ha_tinh_makes_the_foreign_edition() -> None:
    world = ha_tinh()
    job = delivered(world)
    assert job.clause == "ha-tinh/4.3.a-7"
    assert job.edition is not None
    assert job.edition.agency == world.agencies["so-ngoai-vu"]
