"""The deeds beside a decision, on their pages: an edit, a Party body, later reviews, a unit with one person."""

import pytest
from django.test import Client

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal import actions, queries
from bangtin.hub.appraisal.lanes import Consultation, OnePersonUnit, UrgentReview
from bangtin.hub.appraisal.tests.provinces import Bench
from bangtin.hub.kit import clock
from bangtin.hub.portal.forms.acts import EditForm
from bangtin.hub.programmes.actions import check
from bangtin.hub.programmes.models import ProgrammeVersion

pytestmark = pytest.mark.django_db
DENIED = {403, 404}


def _client(user: User) -> Client:
    User.objects.filter(pk=user.pk).update(language="en")
    client = Client()
    client.force_login(user)
    return client


def _page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return answer.content.decode()


def test_an_editor_makes_a_version_on_the_bench_and_another_confirms_it() -> None:
    bench = Bench.of("ha-tinh")
    bench.at = clock.now()
    version = bench.sent("dai", "vung-ang")
    address = f"/tham-dinh/{version.programme.code}/"
    editor, second = _client(bench.user("so-1")), _client(bench.user("so-2"))
    shown = _page(editor, address)
    assert "bien-tap/" in shown and "4.3.a" in shown
    typed = {"title": "Nhan đề đã biên tập", "digest": version.content_digest, "note": "", "tu_title": "Mở cửa 7 giờ"}
    assert editor.post(address + "bien-tap/", typed).status_code == 422
    for who in ("dai", "dich", "ngoai-vu-1"):
        answer = _client(bench.user(who)).post(address + "bien-tap/", {**typed, "note": "Rút gọn câu chữ."})
        assert answer.status_code in DENIED, who
    assert ProgrammeVersion.objects.count() == 1
    assert editor.post(address + "bien-tap/", {**typed, "note": "Rút gọn câu chữ."}).status_code == 302
    made = check(version=ProgrammeVersion.objects.get(number=2), at=clock.now())
    assert made.text and made.text["fields"]["title"] == "Mở cửa 7 giờ"
    assert made.awaits == "appraisal.confirm"
    shown = _page(second, address)
    assert "Rút gọn câu chữ." in shown and "bien-tap/" not in shown
    said = {"outcome": "approved", "grounds": "", "version": made.pk, "digest": made.content_digest}
    assert editor.post(address, said).status_code == 403
    assert second.post(address, said).status_code == 302
    made.refresh_from_db()
    assert made.state == "ready" and queries.is_approved(made)


def test_a_file_that_did_not_go_up_is_told_and_not_left_out_of_the_edit() -> None:
    film = ProgrammeVersion(title="Lễ hội", kind="video", source_sha256="a" * 64)
    typed = {"title": "Lễ hội", "note": "Cắt đoạn đầu của phim."}
    with_name, with_upload = (
        EditForm({**typed, **more}, version=film)
        for more in ({"file": "phim.mp4"}, {"file": "phim.mp4", "upload": "x" * 43})
    )
    assert not with_name.is_valid() and set(with_name.errors) == {"file"}
    assert with_upload.is_valid() and with_upload.words() is None
    notice = ProgrammeVersion(title="Thông báo", kind="text", text={"template": "notice", "fields": {"title": "A"}})
    assert "file" not in EditForm(version=notice).fields


def test_a_party_body_is_asked_and_answers_without_anything_waiting() -> None:
    bench = Bench.of("ha-tinh")
    bench.at = clock.now()
    version = bench.sent("dai", "vung-ang")
    address = f"/tham-dinh/{version.programme.code}/"
    client = _client(bench.user("so-1"))
    assert "Ask the Party body" in _page(client, address)
    assert client.post(address + "hoi-y-kien/", {"hoi-question": "Xem giúp"}).status_code == 302
    row = Consultation.objects.get()
    assert "none is owed" in _page(client, address)
    given = {"tl-answer": "Thống nhất", "tl-reference": "88-CV", "tl-answered_on": f"{clock.local_date(clock.now())}"}
    assert client.post(f"{address}hoi-y-kien/{row.pk}/", {**given, "tl-answer": ""}).status_code == 422
    assert client.post(f"{address}hoi-y-kien/{row.pk + 1}/", given).status_code == 404
    assert client.post(f"{address}hoi-y-kien/{row.pk}/", given).status_code == 302
    assert "88-CV" in _page(client, address)
    assert client.post(f"{address}hoi-y-kien/{row.pk}/", given).status_code == 409


def test_urgent_content_waits_for_its_review_on_a_page() -> None:
    bench = Bench.of("cao-bang")
    bench.at = clock.now()
    version = bench.sent("dai", "ta-lung", is_urgent=True)
    bench.say("so-2", bench.say("so-1", version))
    row = UrgentReview.objects.get()
    assert version.receipt in _page(_client(bench.user("so-1")), "/tham-dinh/soat-lai/")
    given = {"verdict": "upheld", "findings": "Đã phát đúng theo công điện."}
    address = f"/tham-dinh/soat-lai/{row.pk}/"
    assert _client(bench.user("so-1")).post(address, given).status_code == 403
    assert _client(bench.user("huyen-1")).post(address, given).status_code == 404
    assert _client(bench.user("dai")).get("/tham-dinh/soat-lai/").status_code == 403
    third = bench.user("huyen-2")
    third.posts.update(agency=bench.world.agencies["so-tttt"])
    client = _client(third)
    assert client.post(address, {**given, "findings": ""}).status_code == 422
    assert client.post(address, given).status_code == 302
    assert version.receipt not in _page(client, "/tham-dinh/soat-lai/")


def test_a_leader_records_that_a_unit_has_one_person_and_ends_it() -> None:
    bench = Bench.of("lai-chau")
    bench.at = clock.now()
    today = clock.local_date(bench.at)
    client = _client(bench.user("lanh-dao-tp"))
    assert "two persons decide" in _page(client, "/tham-dinh/mot-nguoi/")
    agency = bench.world.agencies["ubnd-thanh-pho"].pk
    given = {"agency": agency, "starts_on": f"{today}", "basis": "Quyết định 45/QĐ-UBND về biên chế"}
    assert client.post("/tham-dinh/mot-nguoi/", {**given, "basis": "x"}).status_code == 422
    assert _client(bench.user("thanh-pho-1")).post("/tham-dinh/mot-nguoi/", given).status_code == 403
    assert client.post("/tham-dinh/mot-nguoi/", given).status_code == 302
    version = bench.sent("dai", "bang-tin-thanh-pho")
    shown = _page(_client(bench.user("thanh-pho-1")), f"/tham-dinh/{version.programme.code}/")
    assert "45/QĐ-UBND" in shown
    bench.say("thanh-pho-1", version)
    assert queries.is_approved(version)
    row = OnePersonUnit.objects.get()
    address = f"/tham-dinh/mot-nguoi/{row.pk}/"
    assert _client(bench.user("thanh-pho-1")).get(address).status_code == 404
    assert client.post(address, {"ends_on": f"{today}"}).status_code == 302
    row.refresh_from_db()
    assert row.ends_on == today and actions


def test_a_district_s_own_programme_names_who_is_responsible() -> None:
    bench = Bench.of("cao-bang")
    bench.at = clock.now()
    version = bench.sent("huyen", "ta-lung")
    address = f"/tham-dinh/{version.programme.code}/"
    shown = _page(_client(bench.user("huyen-1")), address)
    assert "Responsible for the content:" in shown and "8.6" in shown
    own = f"/chuong-trinh/{version.programme.code}/"
    assert "Responsible for the content:" in _page(_client(bench.user("huyen-1")), own)
    supplied = bench.sent("dai", "ta-lung")
    assert "Responsible for the content:" not in _page(
        _client(bench.user("so-1")), f"/tham-dinh/{supplied.programme.code}/"
    )


def test_the_department_opens_the_content_of_a_month_by_locality() -> None:
    bench = Bench.of("binh-duong")
    bench.at = clock.now()
    version = bench.sent("huyen", "bang-tin")
    bench.say("huyen-2", bench.say("huyen-1", version))
    client = _client(bench.user("so"))
    shown = _page(client, f"/tham-dinh/theo-dia-phuong/?thang={version.programme.month:%Y-%m}")
    assert "Dĩ An" in shown and "Ready to air" in shown
    assert "Nothing was sent" in _page(client, "/tham-dinh/theo-dia-phuong/?thang=2020-01")
    assert _client(bench.user("huyen-1")).get("/tham-dinh/theo-dia-phuong/").status_code == 403
