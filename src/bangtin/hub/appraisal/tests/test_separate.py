"""The database itself refuses who decides on their own, twice, or on an old version; whatever writes the row."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.appraisal import separation
from bangtin.hub.appraisal.lanes import OnePersonUnit
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.appraisal.tests.factories import REASON, proposed
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.tests.factories import MORNING, received
from bangtin.hub.regulations.tests.factories import World, account, cao_bang

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return cao_bang()


def _decision(version: ProgrammeVersion, officer: User, step: str, **changes: object) -> Decision:
    fields: dict[str, object] = {
        "version": version,
        "step": step,
        "outcome": Outcome.APPROVED,
        "grounds": REASON,
        "content_digest": version.content_digest,
        "clause": "cao-bang/7.1-1",
        "officer": officer,
        "agency_id": "cao-bang/so-tttt",
        "decided_at": MORNING,
    }
    return Decision(**{**fields, **changes})


def _refused(write: Callable[[], object]) -> str:
    """The rule that refused the write; the database is as it was."""
    before = Decision.objects.count()
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        write()
    assert Decision.objects.count() == before
    return separation.refused_by(caught.value)


def _written_raw(row: Decision) -> None:
    """Past the model: the statement itself."""
    fields = [field for field in Decision._meta.concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
    query = "INSERT INTO appraisal_decision ({columns}) VALUES ({marks})".format(
        columns=", ".join(str(field.column) for field in fields), marks=", ".join("%s" for _field in fields)
    )
    with connection.cursor() as cursor:
        cursor.execute(query, values)


def _next(version: ProgrammeVersion, by: User, *, edits: ProgrammeVersion | None = None) -> ProgrammeVersion:
    """A later version of the same programme."""
    last = version.programme.versions.order_by("number").last()
    assert last is not None
    return ProgrammeVersion.objects.create(
        programme=version.programme,
        number=last.number + 1,
        receipt=f"{version.programme.code}/{last.number + 1}",
        state=version.state,
        kind=version.kind,
        title=version.title,
        submitted_by=by,
        submitted_at=MORNING,
        content_digest=f"{last.number + 1}" * 64,
        edited_from=edits,
    )


def _same_person(one: User, other: User) -> None:
    User.objects.filter(pk=one.pk).update(person=other.person)


@pytest.mark.parametrize("step", ["appraisal.decide", "appraisal.confirm", "appraisal.edit", "language.check"])
def test_an_author_takes_no_step_by_any_way_of_writing(world: World, step: str) -> None:
    version, author = received(world), world.users["dai"]
    row = _decision(version, author, step)
    assert _refused(row.save) == "own"
    assert _refused(lambda: Decision.objects.bulk_create([row])) == "own"
    assert _refused(lambda: _written_raw(row)) == "own"


def test_a_decision_is_not_given_to_its_author_afterwards(world: World) -> None:
    version = proposed(world)
    assert _refused(lambda: version.decisions.update(officer=world.users["dai"])) == "own"


def test_a_second_account_of_the_author_takes_no_step(world: World) -> None:
    version = received(world)
    _same_person(world.users["tham-dinh-2"], world.users["dai"])
    assert _refused(_decision(version, world.users["tham-dinh-2"], Step.DECIDE).save) == "own"


def test_one_person_takes_one_step_of_an_item_from_whatever_account(world: World) -> None:
    version = proposed(world, by="tham-dinh-1")
    first, second = world.users["tham-dinh-1"], world.users["tham-dinh-2"]
    assert _refused(_decision(version, first, Step.CONFIRM).save) == "twice"
    _same_person(second, first)
    assert _refused(_decision(version, second, Step.CONFIRM).save) == "twice"


def test_who_stands_in_is_bound_by_what_the_absent_one_did_and_by_what_he_did_himself(world: World) -> None:
    version = proposed(world, by="tham-dinh-1")
    author, first = world.users["dai"], world.users["tham-dinh-1"]
    other = account("thay", "Cán bộ thay", world.agencies["so-tttt"], Role.REPORTER)
    assert _refused(_decision(version, other, Step.CONFIRM, acting_for=author).save) == "own"
    assert _refused(_decision(version, other, Step.CONFIRM, acting_for=first).save) == "twice"
    assert _refused(_decision(version, author, Step.CONFIRM, acting_for=world.users["tham-dinh-2"]).save) == "own"
    _decision(version, other, Step.CONFIRM, acting_for=world.users["tham-dinh-2"]).save()


def test_who_edited_takes_the_step_of_editing_and_no_other_on_that_item(world: World) -> None:
    version = proposed(world, by="tham-dinh-1")
    editor = account("bien-tap", "Biên tập viên", world.agencies["so-tttt"], Role.APPRAISER)
    edited = _next(version, editor, edits=version)
    _decision(edited, editor, "appraisal.edit").save()
    assert _refused(_decision(edited, editor, Step.CONFIRM).save) == "own"
    assert _refused(_decision(edited, world.users["tham-dinh-1"], Step.CONFIRM).save) == "twice"
    assert _refused(_decision(edited, world.users["dai"], Step.CONFIRM).save) == "own"
    _decision(edited, world.users["tham-dinh-2"], Step.CONFIRM).save()


def test_who_appraised_may_edit_and_another_person_confirms(world: World) -> None:
    version = proposed(world, by="tham-dinh-1")
    edited = _next(version, world.users["tham-dinh-1"], edits=version)
    _decision(edited, world.users["tham-dinh-1"], "appraisal.edit").save()
    assert _refused(_decision(edited, world.users["tham-dinh-1"], Step.CONFIRM).save) == "own"


def test_the_author_of_the_original_does_not_approve_its_edition_nor_its_translator(world: World) -> None:
    original, edition = received(world), received(world, by="ngoai-vu", agency_id="cao-bang/so-ngoai-vu")
    Programme.objects.filter(pk=edition.programme_id).update(original=original.programme)
    assert _refused(_decision(edition, world.users["dai"], Step.CONFIRM).save) == "original"
    assert _refused(_decision(edition, world.users["ngoai-vu"], "language.check").save) == "own"
    _decision(edition, world.users["tham-dinh-1"], "language.check").save()


def test_no_decision_is_written_on_a_version_that_has_a_newer_one(world: World) -> None:
    version = received(world)
    _next(version, world.users["dai"])
    assert _refused(_decision(version, world.users["tham-dinh-1"], Step.DECIDE).save) == "newer"


def test_one_person_alone_releases_only_where_and_while_the_unit_has_recorded_that(world: World) -> None:
    version, author = received(world), world.users["dai"]
    assert _refused(_decision(version, author, "appraisal.sole").save) == "sole"
    unit = OnePersonUnit.objects.create(
        agency_id="cao-bang/so-tttt",
        starts_on=MORNING.date() + timedelta(days=1),
        basis="Công văn thử nghiệm",
        recorded_by=world.users["lanh-dao"],
        recorded_at=MORNING,
    )
    assert _refused(_decision(version, author, "appraisal.sole").save) == "sole"
    OnePersonUnit.objects.filter(pk=unit.pk).update(starts_on=MORNING.date(), ends_on=MORNING.date())
    _decision(version, author, "appraisal.sole").save()
    assert _refused(_decision(version, author, Step.CONFIRM).save) == "own"


def test_a_version_keeps_its_author_and_edits_only_its_own_programme(world: World) -> None:
    version, other = received(world), received(world)
    rows = ProgrammeVersion.objects.filter(pk=version.pk)
    assert _refused(lambda: rows.update(submitted_by=world.users["ngoai-vu"])) == "author"
    assert _refused(lambda: _next(version, world.users["dai"], edits=other)) == "elsewhere"


def test_a_decision_that_is_void_binds_nobody(world: World) -> None:
    version = proposed(world, by="tham-dinh-1")
    ProgrammeVersion.objects.filter(pk=version.pk).update(content_digest="f" * 64)
    version.refresh_from_db()
    _decision(version, world.users["tham-dinh-1"], Step.CONFIRM, decided_at=MORNING + timedelta(hours=1)).save()


def test_the_rules_are_taken_off_for_migrations_and_put_back_after_them(world: World) -> None:
    assert separation.is_on()
    separation.take_off()
    assert not separation.is_on()
    separation.put_on()
    assert separation.is_on()
