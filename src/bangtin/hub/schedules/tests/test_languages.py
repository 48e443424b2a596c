"""A slot in the languages that the regulation wants on its cluster, or refused with the clause."""

import pytest

from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import in_state
from bangtin.hub.regulations.tests.factories import World
from bangtin.hub.schedules.actions.readiness import require_languages
from bangtin.hub.schedules.errors import LanguageMissing, NotReady
from bangtin.hub.translation.tests.factories import delivered, lai_chau, original

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return lai_chau()


def _ready(version: ProgrammeVersion) -> ProgrammeVersion:
    return in_state(version, VersionState.READY)


def test_a_border_cluster_takes_nothing_without_its_vietnamese(world: World) -> None:
    english = _ready(original(world, language="en", title="Opening hours of the gate"))
    with pytest.raises(LanguageMissing) as refusal:
        require_languages(english, world.clusters["ma-lu-thang"])
    assert refusal.value.citation == "lai-chau/2.2-6"
    assert refusal.value.next_step


def test_vietnamese_is_shown_instead_where_the_clause_allows(world: World) -> None:
    vietnamese = _ready(original(world))
    assert require_languages(vietnamese, world.clusters["ma-lu-thang"]) == ("minority", "foreign")


def test_an_edition_whose_original_changed_is_refused(world: World) -> None:
    job = delivered(world)
    assert job.delivered is not None
    edition = _ready(job.delivered)
    original(world, programme=job.programme, title="Giờ mở cửa khẩu mới")
    with pytest.raises(NotReady):
        require_languages(edition, world.clusters["ma-lu-thang"])
