"""The source system's pages, the inspection pack, and what is kept or removed: for their offices, in few queries."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from bangtin.hub.accounts.models import User
from bangtin.hub.exchange.actions import run
from bangtin.hub.exchange.models import ConnectionReminder, ConnectionTest, SourceItem
from bangtin.hub.exchange.tests.factories import BORDER, CAST, MAPPING, drop, item, lai_chau, map_with
from bangtin.hub.kit import clock, files
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.playlog.actions import removing
from bangtin.hub.portal import menu
from bangtin.hub.programmes.keeping import Disposal, LegalHold
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.regulations.tests.factories import World

pytestmark = pytest.mark.django_db
BOARD, RUN, TEST = "/nguon-tin/", "/nguon-tin/chay/", "/nguon-tin/cum/ma-lu-thang/thu/"
REMIND, PACK, KEEPING = "/nguon-tin/cum/bang-tin-thanh-pho/nhac/", "/kho/thanh-tra/", "/kho/luu-giu/"
GROUNDS = {"reason": "Hết thời hạn lưu giữ", "basis": "Tờ trình số 5/TTr-STTTT"}


@pytest.fixture(autouse=True)
def quick(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    menu.is_served.cache_clear()


@pytest.fixture
def world() -> World:
    return lai_chau()


@pytest.fixture
def folder(world: World) -> Path:
    return map_with()


def client(user: User) -> Client:
    found = Client()
    found.force_login(user)
    return found


def words(answer: Any) -> str:
    return str(answer.content.decode())


def taken_in(folder: Path) -> ProgrammeVersion:
    (folder / "in" / "a.png").write_bytes(b"picture")
    drop(folder, "a.json", item(type=4, url="a.png", content=None))
    run(at=clock.now())
    return ProgrammeVersion.objects.get()


def test_the_board_shows_what_failed_with_its_next_step_and_what_came(
    world: World, folder: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    version = taken_in(folder)
    for number in range(4):
        drop(folder, f"{number}.json", item(id=f"X{number}", sender="BAO"))
    run(at=clock.now())
    browser = client(world.users["tham-dinh"])
    with django_assert_max_num_queries(20):
        page = words(browser.get(BOARD))
    assert version.receipt in page and "LC-0001" in page
    row = SourceItem.objects.filter(number="X0").get()
    assert row.kept_name and "BT-NGUON-002" in page and "agencies" in page
    map_with(MAPPING.replace("DPTTH", "BAO"))
    answer = browser.post(f"/nguon-tin/tin/{row.pk}/lai/", follow=True)
    row.refresh_from_db()
    assert row.version is not None and row.version.receipt in words(answer)


def test_testing_and_running_work_from_the_page_for_their_offices_only(world: World, folder: Path) -> None:
    drop(folder, "a.json", item())
    may_run, may_test = {"tham-dinh", "tong-hop", "nguon", "quan-tri"}, {"van-hanh"}
    for name in CAST:
        browser = client(world.users[name])
        assert (browser.get(BOARD).status_code == 200) is (name != "dai"), name
        assert (browser.post(TEST).status_code == 302) is (name in may_run | may_test), name
        assert (browser.post(RUN).status_code == 302) is (name in may_run), name
    assert ConnectionTest.objects.filter(cluster=BORDER).exclude(tested_by=None).count() == 5
    assert ProgrammeVersion.objects.count() == 1


def test_an_operator_without_connection_is_reminded_once_a_day(world: World, folder: Path) -> None:
    operator = world.users["bang-tin"]
    operator.email = "a@example.vn"
    operator.save(update_fields=["email"])
    for name in ("van-hanh", "quan-tri", "dai"):
        assert client(world.users[name]).post(REMIND).status_code == 403
    browser = client(world.users["tham-dinh"])
    browser.post(REMIND)
    assert (ConnectionReminder.objects.get().mails, ConnectionReminder.objects.count()) == (1, 1)
    browser.post(REMIND)
    assert ConnectionReminder.objects.count() == 1
    assert ConnectionReminder.objects.get().agency_id == "lai-chau/ubnd-thanh-pho"


def test_a_faulty_mapping_stands_on_the_page_with_its_line(world: World, folder: Path) -> None:
    map_with(MAPPING + "tim: x\n")
    page = words(client(world.users["tham-dinh"]).get(BOARD))
    assert "mapping.yaml:9" in page


def test_the_inspection_pack_holds_the_log_and_is_kept_in_the_trail(world: World, folder: Path) -> None:
    taken_in(folder)
    today = clock.local_date(clock.now()).isoformat()
    given = {"cluster": BORDER, "from_on": today, "until_on": today}
    for name in ("dai", "lanh-dao", "quan-tri"):
        assert client(world.users[name]).post(PACK, given).status_code == 403, name
    assert client(world.users["bang-tin"]).post(PACK, given).status_code == 422  # another operator's cluster
    answer = client(world.users["van-hanh"]).post(PACK, given)
    package = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]  # FileResponse streams
    manifest = json.loads(package.read("manifest.json"))
    assert {one["name"] for one in manifest["members"]} >= {"nhat-ky-phat.csv", "noi-dung.json", "DOC-TRUOC.txt"}
    assert AuditEntry.objects.filter(action="inspection.packed").count() == 1
    wrong = client(world.users["van-hanh"]).post(PACK, given | {"until_on": "2020-01-01"})
    assert wrong.status_code == 422


def test_a_removal_goes_from_proposal_to_record_between_two_persons(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    version = taken_in(folder)
    code = version.programme.code
    first, second = client(world.users["tham-dinh"]), client(world.users["tong-hop"])
    given = {"deed": "remove", **{f"remove-{name}": text for name, text in GROUNDS.items()}}
    early = first.post(f"{KEEPING}{code}/", given)
    assert early.status_code == 422 and "10.1" in words(early)
    monkeypatch.setattr(removing, "_free", lambda _kept: None)
    assert first.post(f"{KEEPING}{code}/", given).status_code == 302
    row = Disposal.objects.get()
    address = f"{KEEPING}xoa/{row.pk}/"
    decision = {"deed": "decide", "verdict": "agree", "reason": "Đồng ý xóa"}
    assert first.post(address, decision).status_code == 422
    assert files.has(version.source_sha256)
    with django_capture_on_commit_callbacks(execute=True):
        assert second.post(address, decision).status_code == 302
    assert not files.has(version.source_sha256)
    assert version.source_sha256[:16] in words(second.get(address))
    assert version.title in words(second.get(f"{KEEPING}{code}/"))
    page = words(second.get(f"/chuong-trinh/{code}/"))
    assert version.title in page and f"{KEEPING}{code}/" in page
    assert second.get(f"{address}bien-ban.pdf").content.startswith(b"%PDF")


def test_a_hold_is_placed_and_lifted_by_two_persons(world: World, folder: Path) -> None:
    code = taken_in(folder).programme.code
    given = {"deed": "hold", **{f"hold-{name}": text for name, text in GROUNDS.items()}}
    first = client(world.users["tham-dinh"])
    assert first.post(f"{KEEPING}{code}/", given).status_code == 302
    row = LegalHold.objects.get()
    address = f"{KEEPING}giu/{row.pk}/bo/"
    assert first.post(address, {"reason": "Hết vụ việc"}).status_code == 422
    assert client(world.users["lanh-dao"]).post(address, {"reason": "Hết vụ việc"}).status_code == 302
    row.refresh_from_db()
    assert row.lifted_by == world.users["lanh-dao"]


def test_what_is_kept_opens_for_its_offices_only_and_in_few_queries(
    world: World, folder: Path, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    code = taken_in(folder).programme.code
    for number in range(5):
        drop(folder, f"{number}.json", item(id=f"X{number}"))
    run(at=clock.now())
    assert Programme.objects.count() == 6
    keepers = {"tham-dinh", "tong-hop", "nguon", "lanh-dao"}
    for name in CAST:
        browser = client(world.users[name])
        for address in (KEEPING, f"{KEEPING}{code}/"):
            assert (browser.get(address).status_code == 200) is (name in keepers), (name, address)
    browser = client(world.users["tham-dinh"])
    for address in (KEEPING, f"{KEEPING}{code}/", BOARD, PACK):
        with django_assert_max_num_queries(20):
            browser.get(address)
    assert browser.get(f"{KEEPING}?ma={code.lower()}").headers["Location"] == f"{KEEPING}{code}/"
    assert browser.get(f"{KEEPING}xoa/99/").status_code == 404
