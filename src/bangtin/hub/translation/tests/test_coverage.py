"""The languages a regulation names: what a version lacks on a cluster, what it stands in for, what a year has."""

import pytest

from bangtin.hub.programmes.actions import Facts
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import in_state
from bangtin.hub.regulations.tests.factories import World
from bangtin.hub.translation.coverage import spoken, standings, year_sets
from bangtin.hub.translation.tests.factories import NOTICE, delivered, original

pytestmark = pytest.mark.django_db
LAI_CHAU = "lai-chau/20-2024-qd-ubnd"


def _ready(version: ProgrammeVersion) -> ProgrammeVersion:
    return in_state(version, VersionState.READY)


def _set(rule: str, year: int = 2026) -> dict[str, int]:
    found = next(one for one in year_sets(LAI_CHAU, year=year) if one.rule.id == rule)
    return {row.code: len(row.versions) for row in found.rows}


def test_vietnamese_stands_in_where_no_other_language_was_made(world: World) -> None:
    version = _ready(original(world))
    (found,) = standings(version, world.clusters["ma-lu-thang"])
    assert (found.clause, found.missing, found.replaced) == ("lai-chau/2.2-6", (), ("minority", "foreign"))


def test_an_english_programme_lacks_its_vietnamese(world: World) -> None:
    version = _ready(original(world, language="en", title="Opening hours of the gate"))
    (found,) = standings(version, world.clusters["ma-lu-thang"])
    assert found.missing == ("vi",)


def test_an_edition_has_the_vietnamese_of_its_original(world: World) -> None:
    job = delivered(world)
    assert job.delivered is not None
    edition = _ready(job.delivered)
    (before,) = standings(edition, world.clusters["ma-lu-thang"])
    _ready(job.source)
    (after,) = standings(edition, world.clusters["ma-lu-thang"])
    assert (before.missing, after.missing) == (("vi",), ())
    (vietnamese,) = standings(job.source, world.clusters["ma-lu-thang"])
    assert vietnamese.replaced == ("minority",)


def test_a_stale_edition_counts_for_nothing(world: World) -> None:
    job = delivered(world)
    assert job.delivered is not None
    _ready(job.delivered)
    changed = _ready(original(world, programme=job.programme, title="Giờ mở cửa khẩu mới"))
    (found,) = standings(changed, world.clusters["ma-lu-thang"])
    assert "foreign" in found.replaced


def test_two_languages_in_one_item_are_a_pair(world: World) -> None:
    version = original(world, facts=Facts(is_declared=True, languages=("zh",)))
    assert spoken(version) == ("vi", "zh", "vi+zh")
    both = {"template": "bilingual", "fields": {"title": "Chào", "translation": "Hello", "language": "en"}}
    assert set(spoken(original(world, text=both))) == {"vi", "en", "vi+en"}


def test_the_years_set_for_border_clusters_is_counted_by_form(world: World) -> None:
    _ready(original(world))
    assert _set("lai-chau/border-products") == {"vi": 1, "minority": 0, "vi+en": 0, "vi+zh": 0}
    _ready(original(world, facts=Facts(is_declared=True, languages=("zh",))))
    _ready(original(world, language="blt", text={**NOTICE, "fields": {"title": "ꪜꪱꪀ ꪖꪴ ꪼꪄ"}}))
    assert _set("lai-chau/border-products") == {"vi": 2, "minority": 1, "vi+en": 0, "vi+zh": 1}
    assert _set("lai-chau/border-products", year=2025) == {"vi": 0, "minority": 0, "vi+en": 0, "vi+zh": 0}


def test_products_supplied_to_operators_are_counted_by_language(world: World) -> None:
    job = delivered(world)
    assert job.delivered is not None
    _ready(job.delivered)
    assert _set("lai-chau/supplied-products") == {"vi": 0, "minority": 0, "en": 0, "zh": 1}
