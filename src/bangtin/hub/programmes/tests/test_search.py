"""Titles are found without case and marks, numbers and receipts exactly."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from bangtin.hub.programmes import queries
from bangtin.hub.programmes.models import Kind, Programme, ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import MORNING
from bangtin.hub.regulations.tests.factories import INSTRUMENT, World, cao_bang

pytestmark = pytest.mark.django_db


@pytest.fixture
def titles() -> None:
    world = cao_bang()
    _version(world, "CB-2026-0001", "Lễ hội Thác Bản Giốc")
    _version(world, "CB-2026-0012", "ĐỀN VUA LÊ")


def _version(world: World, code: str, title: str) -> None:
    programme = Programme.objects.create(
        code=code,
        instrument_id=INSTRUMENT,
        agency=world.agencies["dai-ptth"],
        month=MORNING.date().replace(day=1),
        created_at=MORNING,
    )
    ProgrammeVersion.objects.create(
        programme=programme,
        number=1,
        receipt=f"{code}/1",
        state=VersionState.READY,
        kind=Kind.VIDEO,
        title=title,
        submitted_by=world.users["dai"],
        submitted_at=MORNING,
    )


def _found(words: str) -> set[str]:
    rows = queries.matching(ProgrammeVersion.objects.all(), words)
    return {row.programme.code for row in rows.select_related("programme")}


@pytest.mark.parametrize("words", ["le hoi", "LỄ HỘI", "Lễ hội", "giốc lễ", "cb-2026-0001", "CB-2026-0001/1"])
def test_a_title_is_found_however_it_is_typed(titles: None, words: str) -> None:
    assert _found(words) == {"CB-2026-0001"}


@pytest.mark.parametrize("words", ["đền vua", "den vua le", "Đền"])
def test_d_and_its_stroke_are_one_letter_in_search(titles: None, words: str) -> None:
    assert _found(words) == {"CB-2026-0012"}


@pytest.mark.parametrize("words", ["CB-2026-000", "hoi den", "0001/2"])
def test_what_is_not_there_is_not_found(titles: None, words: str) -> None:
    assert _found(words) == set()


def test_a_title_that_changes_is_found_under_its_new_name(titles: None) -> None:
    row = ProgrammeVersion.objects.get(receipt="CB-2026-0001/1")
    row.title = "Phòng cháy rừng"
    row.save(update_fields=["title"])
    assert _found("phong chay") == {"CB-2026-0001"} and _found("le hoi") == set()


def test_titles_from_before_are_filled_by_the_migration(titles: None) -> None:
    ProgrammeVersion.objects.update(title_folded="")
    import_module("bangtin.hub.programmes.migrations.0003_title_folded").fill(apps, connection.schema_editor())
    assert _found("le hoi") == {"CB-2026-0001"}
