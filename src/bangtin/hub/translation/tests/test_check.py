"""The second person at a language edition, who signs it off, and what voids their words."""

from typing import Any

import pytest

from bangtin.hub.accounts.models import Post, Role
from bangtin.hub.appraisal.actions import OriginalNotReady, OwnSubmission, check_language, confirm
from bangtin.hub.appraisal.queries import is_approved
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.tests.factories import World, account
from bangtin.hub.translation.actions import follow, follow_all
from bangtin.hub.translation.models import TranslationJob
from bangtin.hub.translation.states import JobState
from bangtin.hub.translation.tests.factories import MORNING, approved, delivered, ha_tinh, original

pytestmark = pytest.mark.django_db
WRONG = "Tên cửa khẩu dịch sai, xem lại dòng một."


def _edition(job: TranslationJob) -> ProgrammeVersion:
    assert job.delivered is not None
    return ProgrammeVersion.objects.get(pk=job.delivered.pk)


def test_an_edition_is_checked_and_confirmed_by_two_other_persons(world: World) -> None:
    job = delivered(world)
    approved(job.source, world)
    version = approved(_edition(job), world)
    assert version.state == VersionState.READY
    assert [one.step for one in version.decisions.order_by("id")] == ["language.check", "appraisal.confirm"]
    assert len({one.officer_id for one in version.decisions.all()} | {version.submitted_by_id}) == 3
    assert follow(job=job, at=MORNING)
    assert job.state == JobState.RELEASED


def test_a_job_shows_that_its_language_was_checked(world: World) -> None:
    job = delivered(world)
    approved(job.source, world)
    check_language(version=_edition(job), outcome="approved", grounds="", actor=world.users["tham-dinh-1"], at=MORNING)
    follow_all(at=MORNING)
    job.refresh_from_db()
    assert job.state == JobState.REVIEWED


def test_who_translated_checks_nothing_from_another_post(world: World) -> None:
    job = delivered(world)
    approved(job.source, world)
    Post.objects.create(user=world.users["dich-1"], agency=world.agencies["so-tttt"], role=Role.APPRAISER)
    with pytest.raises(OwnSubmission):
        check_language(version=_edition(job), outcome="approved", grounds="", actor=world.users["dich-1"], at=MORNING)


def test_before_its_original_nothing_is_approved(world: World) -> None:
    job = delivered(world)
    with pytest.raises(OriginalNotReady):
        check_language(
            version=_edition(job), outcome="approved", grounds="", actor=world.users["tham-dinh-1"], at=MORNING
        )


def test_what_the_checker_returns_is_written_again(world: World) -> None:
    job = delivered(world)
    check_language(
        version=_edition(job), outcome="returned", grounds=WRONG, actor=world.users["tham-dinh-1"], at=MORNING
    )
    assert follow(job=job, at=MORNING)
    assert job.state == JobState.ASSIGNED


def test_foreign_affairs_signs_off_its_own_edition_in_ha_tinh() -> None:
    world = ha_tinh()
    job = delivered(world)
    approved(job.source, world)
    check: dict[str, Any] = {"version": _edition(job), "outcome": "approved", "grounds": "", "at": MORNING}
    with pytest.raises(NotPermitted):
        check_language(**check, actor=world.users["tham-dinh-1"])
    check_language(**check, actor=world.users["soat-1"])
    stranger = account("ky-thay", "ky-thay", world.agencies["so-tttt"], Role.APPRAISER)
    with pytest.raises(NotPermitted):
        confirm(**{**check, "version": _edition(job)}, actor=stranger)
    confirm(**{**check, "version": _edition(job)}, actor=world.users["soat-2"])
    assert is_approved(_edition(job))
    assert {one.clause for one in _edition(job).decisions.all()} <= {"ha-tinh/4.3.a-7", ""}


def test_approvals_of_an_edition_fall_with_its_original(world: World) -> None:
    job = delivered(world)
    approved(job.source, world)
    edition = approved(_edition(job), world)
    assert is_approved(edition)
    original(world, programme=job.programme, title="Giờ mở cửa khẩu mới")
    assert not is_approved(edition)
    follow_all(at=MORNING)
    edition.refresh_from_db()
    job.refresh_from_db()
    assert (edition.state, job.state) == (VersionState.RECEIVED, JobState.ASSIGNED)
    with pytest.raises(OriginalNotReady):
        check_language(version=edition, outcome="approved", grounds="", actor=world.users["tham-dinh-1"], at=MORNING)
