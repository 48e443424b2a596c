"""Titles are kept without case and marks beside the words people read, for search."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

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


def _folded(code: str) -> str:
    return ProgrammeVersion.objects.get(receipt=f"{code}/1").title_folded


def test_a_title_is_kept_as_it_is_searched_too(titles: None) -> None:
    assert _folded("CB-2026-0001") == "le hoi thac ban gioc"
    assert _folded("CB-2026-0012") == "den vua le"


def test_a_title_that_changes_is_found_under_its_new_name(titles: None) -> None:
    row = ProgrammeVersion.objects.get(receipt="CB-2026-0001/1")
    row.title = "Phòng cháy rừng"
    row.save(update_fields=["title"])
    assert _folded("CB-2026-0001") == "phong chay rung"


def test_titles_from_before_are_filled_by_the_migration(titles: None) -> None:
    ProgrammeVersion.objects.update(title_folded="")
    import_module("bangtin.hub.programmes.migrations.0003_title_folded").fill(apps, connection.schema_editor())
    assert _folded("CB-2026-0001") == "le hoi thac ban gioc"
