"""Points and remarks on the bench and on the programme's page: who sees what, and what the sender reads when."""

from typing import Any

import pytest
from django.test import Client

from bangtin.hub.appraisal.actions.answering import FIELD
from bangtin.hub.appraisal.paperwork import ChecklistAnswer, Remark
from bangtin.hub.kit import clock
from bangtin.hub.portal import moments
from bangtin.hub.portal.tests.content import GROUNDS, points, signed_in, word
from bangtin.hub.programmes.models import Kind, ProgrammeVersion, Rendition
from bangtin.hub.programmes.tests.factories import MORNING, received
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db
DENIED = {403, 404}
WORDS = "Sai tên xã ở dòng hai"


@pytest.fixture
def world(settings: Any) -> World:
    settings.CLOCK_OFFSET_S = 0.0
    settings.CLOCK_OFFSET_S = (MORNING - clock.now()).total_seconds()
    return cao_bang()


def _page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return str(answer.content.decode())


def _bench(version: ProgrammeVersion) -> str:
    return f"/tham-dinh/{version.programme.code}/"


def _film(version: ProgrammeVersion) -> ProgrammeVersion:
    ProgrammeVersion.objects.filter(pk=version.pk).update(kind=Kind.VIDEO, text=None)
    Rendition.objects.filter(version=version).update(sha256="a" * 64, mime="video/mp4", duration_ms=90_000)
    version.refresh_from_db()
    return version


def _remark(client: Client, version: ProgrammeVersion, **changes: object) -> Any:
    return client.post(_bench(version) + "gop-y/", {"at": "01:15,08", "text": WORDS, **changes})


def test_the_bench_asks_every_point_with_its_article_and_refuses_an_approval_that_leaves_one_open(
    world: World,
) -> None:
    version, officer = received(world), signed_in(world.users["tham-dinh-1"])
    page = _page(officer, _bench(version))
    assert "Đúng quy định của pháp luật" in page and "/quy-dinh/cao-bang/31-2020/7.1-2" in page
    given = {name: value for name, value in word(version, "approved").items() if name != FIELD + "cao-bang/law"}
    refused = officer.post(_bench(version), given)
    told = refused.content.decode()
    assert (refused.status_code, "BT-APPR-020" in told) == (422, True)
    # what was typed and ticked stays
    assert GROUNDS in told and told.count("checked") >= len(points(version)) - 1
    officer.post(_bench(version), word(version, "approved"))
    assert ChecklistAnswer.objects.count() == len(points(version))
    second = _page(signed_in(world.users["tham-dinh-2"]), _bench(version))
    assert "Đúng quy định của pháp luật" in second and FIELD not in second


def test_common_grounds_of_the_instrument_are_offered(world: World) -> None:
    page = _page(signed_in(world.users["tham-dinh-1"]), _bench(received(world)))
    assert 'data-insert="Nội dung không thuộc phạm vi đăng tải' in page


def test_the_sender_reads_remarks_and_answers_with_the_decision_and_jumps_to_the_moment(world: World) -> None:
    version = _film(received(world))
    officer, station = signed_in(world.users["tham-dinh-1"]), signed_in(world.users["dai"])
    assert _remark(officer, version).status_code == 302
    _remark(officer, version, at="0:10", text="Chỉ để trao đổi", is_kept_back="on")
    address = f"/chuong-trinh/{version.programme.code}/"
    assert WORDS in _page(officer, _bench(version))
    assert WORDS not in _page(station, address)
    ProgrammeVersion.objects.filter(pk=version.pk).update(content_digest=_digest(version))
    version.refresh_from_db()
    given = {**word(version, "returned"), FIELD + "cao-bang/law": "not_met"}
    assert officer.post(_bench(version), given).status_code == 302
    told = _page(station, address)
    assert WORDS in told and 'data-seek="75080"' in told and "moments.js" in told
    assert "Chỉ để trao đổi" not in told
    assert "Đúng quy định của pháp luật" in told


def _digest(version: ProgrammeVersion) -> str:
    from bangtin.hub.programmes import queries

    return queries.content_digest(version)


def test_only_appraisers_remark_and_only_the_author_takes_a_remark_back(world: World) -> None:
    version = received(world)
    officer = signed_in(world.users["tham-dinh-1"])
    _remark(officer, version, at="0:00")
    made = Remark.objects.get()
    back = _bench(version) + f"gop-y/{made.pk}/rut/"
    for name in set(world.users) - {"tham-dinh-1"}:
        client = signed_in(world.users[name])
        if name != "tham-dinh-2":
            assert _remark(client, version, at="0:00").status_code in DENIED, name
        assert client.post(back).status_code in DENIED, name
    assert Remark.objects.count() == 1
    assert officer.post(back).status_code == 302
    assert WORDS not in _page(officer, _bench(version))


@pytest.mark.parametrize("moment", ["", "giữa phim", "99:99:99:99", "-1:00", "9999:00"])
def test_a_moment_that_is_none_is_refused_with_what_was_typed(world: World, moment: str) -> None:
    version = received(world)
    answer = _remark(signed_in(world.users["tham-dinh-1"]), version, at=moment)
    assert (answer.status_code, WORDS in answer.content.decode()) == (422, True)
    assert not Remark.objects.exists()


@pytest.mark.parametrize(
    ("text", "at_ms"), [("0:00", 0), ("1:15", 75_000), ("01:15,08", 75_080), ("1:02:07.5", 3_727_500)]
)
def test_moments_are_read_as_people_write_them(text: str, at_ms: int) -> None:
    assert moments.parse(text) == at_ms
    assert moments.parse(moments.code(at_ms)) == at_ms


def test_the_queue_goes_by_class_and_wanted_day_and_its_filters_stand_in_the_address(world: World) -> None:
    plain = received(world, title="Không ngày")
    late, soon = (received(world, title=f"Từ {day}", facts=_wanted(day)) for day in (30, 26))
    urgent = received(world, title="Khẩn cấp lũ", is_urgent=True)
    officer = signed_in(world.users["tham-dinh-1"])
    page = _page(officer, "/tham-dinh/")
    order = [page.index(f"{one.programme.code}/") for one in (urgent, soon, late, plain)]
    assert order == sorted(order)
    narrowed = _page(officer, "/tham-dinh/?loai=khan")
    assert "Khẩn cấp lũ" in narrowed and "Không ngày" not in narrowed
    bench = _page(officer, _bench(soon))
    for neighbour, key in ((urgent, "k"), (late, "j")):
        assert f'href="{_bench(neighbour)}" data-key="{key}"' in bench


def _wanted(day: int) -> Any:
    from bangtin.hub.programmes.actions import Facts

    return Facts(is_declared=True, wanted_from=clock.local_date(MORNING).replace(day=day))


def test_copies_for_looking_at_are_given_to_who_sees_the_version_alone(world: World) -> None:
    from bangtin.hub.kit import files
    from bangtin.hub.programmes.review_copies import ReviewCopy

    version = _film(received(world))
    stored = files.put([b"\x00" * 64], max_bytes=100)
    ReviewCopy.objects.create(
        version=version, look="sheet", made_from="a" * 64, sha256=stored.sha256, size_bytes=64, mime="image/jpeg"
    )
    address = f"/tep/{version.pk}/xem/sheet"
    assert address in _page(signed_in(world.users["tham-dinh-1"]), _bench(version))
    assert signed_in(world.users["tham-dinh-1"]).get(address).status_code == 200
    assert signed_in(world.users["ngoai-vu"]).get(address).status_code in DENIED
    assert signed_in(world.users["tham-dinh-1"]).get(f"/tep/{version.pk}/xem/wave").status_code == 404


def test_the_bench_of_a_film_with_remarks_keeps_to_its_queries(
    world: World, django_assert_max_num_queries: Any
) -> None:
    version, officer = _film(received(world)), signed_in(world.users["tham-dinh-1"])
    _remark(officer, version)
    _page(officer, _bench(version))
    with django_assert_max_num_queries(21):
        _page(officer, _bench(version))
