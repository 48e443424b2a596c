"""The archive: ranked as people type, narrowed by every filter, the shelf always as its rows are."""

from datetime import date, timedelta

import pytest
from django.db.models import F

from bangtin.hub.appraisal.tests.factories import approved
from bangtin.hub.kit.testing import local
from bangtin.hub.playlog import shelf
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.models import Airtime, ShelfEntry
from bangtin.hub.playlog.queries import archive
from bangtin.hub.playlog.queries.archive import Asked
from bangtin.hub.playlog.tests.factories import START, screen
from bangtin.hub.programmes import policies
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import MORNING, in_state, received, submitted
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return cao_bang()


def titles(**asked: object) -> list[str]:
    found = archive.page(ShelfEntry.objects.all(), Asked(**asked), number=1, rows=50)  # type: ignore[arg-type]  # tests name fields of Asked
    return [one.title for one in found.versions]


def test_a_title_that_begins_so_comes_before_whole_words_and_these_before_beginnings_of_words(world: World) -> None:
    for title in (
        "Tin đền tháng 11",
        "Phòng cháy: lễ hội an toàn",
        "Lễ hội Nàng Hai",
        "Sang lễ, chợ phiên hội",
        "Lệnh của hội đồng",
        "Bali ehội lễ",
    ):
        received(world, title=title)
    assert titles(words="le hoi") == [
        "Lễ hội Nàng Hai",
        "Sang lễ, chợ phiên hội",
        "Phòng cháy: lễ hội an toàn",
        "Lệnh của hội đồng",
    ]
    assert titles(words="phong ch") == ["Phòng cháy: lễ hội an toàn"]
    assert titles(words="ĐỀN") == ["Tin đền tháng 11"]
    assert titles(words="den") == ["Tin đền tháng 11"]
    assert titles(words="100%_") == titles(words="%_") == titles(words='"" OR *') == titles(words="hoi) OR (le") == []


def test_a_title_with_the_marks_as_typed_comes_first(world: World) -> None:
    for title in ("Lê Hội và bạn", "Lễ hội Nàng Hai", "Lê Hồi phục vụ", "Đê điều mùa lũ", "Để phòng cháy"):
        received(world, title=title)
    assert titles(words="lễ hội")[0] == "Lễ hội Nàng Hai"
    assert titles(words="lê hội")[0] == "Lê Hội và bạn"
    assert set(titles(words="le hoi")) == {"Lê Hội và bạn", "Lễ hội Nàng Hai", "Lê Hồi phục vụ"}
    assert titles(words="đê")[0] == "Đê điều mùa lũ"
    assert len(titles(words="de")) == 2


def test_writing_without_spaces_is_found_anywhere_in_a_title(world: World) -> None:
    for title in ("打龙海口岸通知", "ꪎꪱꪉ ꪠꪴ 2", "Khác"):
        received(world, title=title)
    assert titles(words="口岸") == ["打龙海口岸通知"]
    assert titles(words="ꪠꪴ 2") == ["ꪎꪱꪉ ꪠꪴ 2"]


def test_beyond_what_is_counted_those_that_begin_so_still_come_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "COUNTED", 2)
    for title in ("Lễ hội Nàng Hai", "Vui lễ hội", "Tin lễ hội", "Xem lễ hội"):
        received(world, title=title)
    found = archive.page(ShelfEntry.objects.all(), Asked(words="lễ hội"), number=1, rows=50)
    assert ([one.title for one in found.versions], found.is_more) == (["Lễ hội Nàng Hai", "Xem lễ hội"], True)


def test_a_number_or_receipt_finds_its_programme(world: World) -> None:
    version = received(world)
    received(world, title="Khác")
    assert titles(words=version.programme.code.lower()) == [version.title]
    assert titles(words=version.receipt) == [version.title]


def test_every_filter_narrows(world: World) -> None:
    version = received(world, title="Một", language="tyz", category="grassroots_essential")
    other = received(world, title="Hai", cluster_ids=("cao-bang/trung-khanh",), at=MORNING + timedelta(days=40))
    in_state(other, VersionState.RETURNED)
    on = MORNING.date()
    assert titles(language="tyz") == titles(category="grassroots_essential") == ["Một"]
    assert titles(cluster_id="cao-bang/ta-lung") == titles(until_on=on) == titles(from_on=on, until_on=on) == ["Một"]
    assert titles(from_on=on + timedelta(days=1)) == titles(states=("returned",)) == ["Hai"]
    assert titles(agency_id=version.programme.agency_id) == ["Hai", "Một"]
    assert titles(agency_id="cao-bang/so-tttt") == titles(is_aired=True) == []


def test_what_has_aired_is_known_as_soon_as_the_record_is_in() -> None:
    made = screen()
    shelf.make_anew()
    assert ShelfEntry.objects.get(version=made.version).is_aired is False
    ingest(device=made.device, body=made.say(made.play(0)), at=START)
    assert ShelfEntry.objects.get(version=made.version).is_aired is True
    shelf.make_anew()
    assert ShelfEntry.objects.get(version=made.version).is_aired is True


def test_only_the_first_plays_of_a_ledger_row_are_looked_at() -> None:
    made = screen()
    shelf.make_anew()
    ingest(device=made.device, body=made.say(made.play(0)), at=START)
    entry = ShelfEntry.objects.filter(version=made.version)
    entry.update(is_aired=False)
    Airtime.objects.update(plays=F("plays") + 1)
    assert entry.get().is_aired is False
    Airtime.objects.update(plays=0)
    Airtime.objects.update(plays=1)
    assert entry.get().is_aired is True


def as_kept() -> list[dict[str, object]]:
    return [dict(one) for one in ShelfEntry.objects.order_by("pk").values()]


def test_the_shelf_follows_whatever_writes_the_rows(world: World) -> None:
    version, second = approved(world), submitted(world, title="Đèo Mã Phục")
    ProgrammeVersion.objects.filter(pk=version.pk).update(title_folded="khac", language="en")
    Programme.objects.filter(pk=version.programme_id).update(category="advertising", agency="cao-bang/so-tttt")
    again = ProgrammeVersion.objects.get(pk=second.pk)
    again.pk, again.number, again.receipt, again.title = None, 2, f"{second.programme.code}/2", "Bản hai"
    again._state.adding = True
    ProgrammeVersion.objects.bulk_create([again])
    entry = ShelfEntry.objects.get(programme=second.programme)
    assert entry.version_id == again.pk
    kept = as_kept()
    shelf.make_anew()
    assert as_kept() == kept
    assert [one["title_folded"] for one in kept] == [" khac", " " + again.title_folded]
    ProgrammeVersion.objects.filter(pk=again.pk).delete()
    assert ShelfEntry.objects.get(programme=second.programme).version_id == second.pk


def test_triggers_taken_off_for_migrations_come_back_with_the_shelf_made_anew(world: World) -> None:
    shelf.take_off()
    version = received(world)
    assert not ShelfEntry.objects.exists()
    shelf.after_migrations(sender=None)  # type: ignore[arg-type]  # the signal's sender is of no account
    assert ShelfEntry.objects.get().version_id == version.pk
    assert received(world, title="Sau").pk in ShelfEntry.objects.values_list("version_id", flat=True)


def test_everyone_finds_exactly_what_they_may_see(world: World) -> None:
    approved(world)
    approved(world, title="Bài hai", cluster_ids=("cao-bang/trung-khanh",))
    received(world, title="Bài ba")
    in_state(submitted(world, title="Bốn"), VersionState.UNUSABLE)
    on: date = local("2026-11-24 08:00").date()
    for name, user in world.users.items():
        seen = list(policies.visible(user, on=on).order_by("pk").values_list("pk", flat=True))
        assert sorted(archive.seen_by(user, on=on).values_list("version_id", flat=True)) == seen, name


def test_long_answers_are_counted_so_far_and_no_further(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "COUNTED", 2)
    for number in range(4):
        received(world, title=f"Bản tin {number}")
    found = archive.page(ShelfEntry.objects.all(), Asked(words="ban tin"), number=9, rows=1)
    assert ([one.title for one in found.versions], found.total, found.is_more) == (["Bản tin 2"], 2, True)
