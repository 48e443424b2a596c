"""What an agency states beside a programme: kept as stated, asked as the regulation has it, never changed."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.programmes import asked
from bangtin.hub.programmes.actions import BadSubmission, Facts
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.paperwork import Channel, Nature, SubmissionFacts
from bangtin.hub.programmes.queries import mine
from bangtin.hub.programmes.tests.factories import MORNING, submitted
from bangtin.hub.regulations.actions import install
from bangtin.hub.regulations.tests.factories import World

pytestmark = pytest.mark.django_db
DECLARED = Facts(is_declared=True)
LETTER = Facts(
    is_declared=True, channel=Channel.DOCUMENT_SYSTEM, letter_number="125/ĐPTTH-TS", letter_on=date(2026, 11, 20)
)


def test_what_was_stated_stands_beside_the_version_and_is_never_changed(world: World) -> None:
    stated = replace(
        DECLARED,
        categories=("tourism",),
        languages=("en",),
        published_in="Báo Cao Bằng",
        published_on=date(2026, 11, 3),
        wanted_from=date(2026, 11, 24),
        wanted_until=date(2026, 11, 30),
        rights_owner="Đài PT-TH Cao Bằng",
    )
    row = submitted(world, facts=stated, category="grassroots_essential").facts
    row = SubmissionFacts.objects.get(pk=row.pk)
    assert row.categories == ["grassroots_essential", "tourism"]
    assert (row.published_in, row.published_on, row.languages) == ("Báo Cao Bằng", date(2026, 11, 3), ["en"])
    assert len(row.follow_code) == 10
    with pytest.raises(TypeError):
        row.save()


def test_without_the_declaration_nothing_is_taken_and_the_article_is_named(world: World) -> None:
    with pytest.raises(BadSubmission) as caught:
        submitted(world, facts=Facts())
    assert caught.value.citation == "cao-bang/14.2-1"
    assert set(caught.value.fields) == {"is_declared"}
    assert not ProgrammeVersion.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"wanted_from": date(2026, 11, 30), "wanted_until": date(2026, 11, 29)}, "wanted_until"),
        ({"wanted_until": date(2026, 11, 22)}, "wanted_until"),
        ({"rights_from": date(2026, 11, 30), "rights_until": date(2026, 11, 29)}, "rights_until"),
        ({"published_in": "Báo Cao Bằng"}, "published_on"),
        ({"published_on": date(2026, 11, 3)}, "published_in"),
        ({"published_in": "Báo Cao Bằng", "published_on": date(2026, 11, 24)}, "published_on"),
        ({"letter_on": date(2026, 11, 24)}, "letter_on"),
        ({"rights_author": "x" * 201}, "rights_author"),
        ({"languages": ("xx",)}, "languages"),
        ({"categories": ("advertising",)}, "categories"),
        ({"nature": Nature.ADVERTISING}, "nature"),
        ({"channel": "pigeon"}, "channel"),
    ],
)
def test_a_statement_that_does_not_hold_is_named(world: World, changes: dict[str, Any], field: str) -> None:
    by = "tham-dinh-1" if "channel" in changes else "dai"
    with pytest.raises(BadSubmission) as caught:
        submitted(world, by=by, facts=replace(DECLARED, **changes))
    assert field in caught.value.fields


def test_a_regulation_asks_what_its_own_duties_and_categories_turn_on(world: World) -> None:
    for name in ("lai-chau/20-2024-qd-ubnd", "ha-tinh/2432-qd-ubnd"):
        install(instrument_id=name, actor=None, at=MORNING)
    cao_bang, lai_chau, ha_tinh = (
        asked.of(name) for name in (world.instrument.pk, "lai-chau/20-2024-qd-ubnd", "ha-tinh/2432-qd-ubnd")
    )
    assert cao_bang.natures == (Nature.PROPAGANDA,)
    assert lai_chau.natures == (Nature.PROPAGANDA, Nature.ADVERTISING)
    assert ha_tinh.natures == (Nature.PROPAGANDA, Nature.ENTERPRISE)
    assert not cao_bang.published_from and not cao_bang.finished_from
    assert "lai-chau/bao-lai-chau" in lai_chau.published_from
    assert "lai-chau/bch-bdbp" in lai_chau.finished_from
    assert {"disaster_rescue", "good_examples"} <= {one.id for one in lai_chau.categories}


def test_an_intake_officer_registers_what_came_by_letter_for_its_agency(world: World) -> None:
    version = submitted(world, by="tham-dinh-1", facts=LETTER)
    assert (version.programme.agency_id, version.facts.letter_number) == ("cao-bang/dai-ptth", "125/ĐPTTH-TS")
    assert list(mine(world.users["dai"], MORNING.date())) == [version]


@pytest.mark.parametrize("user", ["dai", "ngoai-vu", "xep-lich", "an-toan", "lanh-dao", "quan-tri"])
def test_nobody_else_registers_for_others(world: World, user: str) -> None:
    with pytest.raises(NotPermitted):
        submitted(world, by=user, facts=LETTER)


INCOMPLETE = {"letter_number": replace(LETTER, letter_number=""), "letter_on": replace(LETTER, letter_on=None)}


@pytest.mark.parametrize("missing", list(INCOMPLETE))
def test_what_is_registered_bears_the_letters_number_and_day(world: World, missing: str) -> None:
    with pytest.raises(BadSubmission) as caught:
        submitted(world, by="tham-dinh-1", facts=INCOMPLETE[missing])
    assert set(caught.value.fields) == {missing}


def test_only_an_agency_of_the_regulation_is_registered_for(world: World) -> None:
    Agency.objects.create(pk="lai-chau/khac")
    with pytest.raises(BadSubmission) as caught:
        submitted(world, by="tham-dinh-1", agency_id="lai-chau/khac", facts=LETTER)
    assert set(caught.value.fields) == {"agency_id"}
