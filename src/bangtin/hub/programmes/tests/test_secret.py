"""State secrets: refused by their mark, the bytes removed at once, nothing of them written down."""

from typing import Any

import pytest

from bangtin.hub.kit import files, spool
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.programmes.actions import (
    BadSubmission,
    StateSecret,
    check,
    handle_secret,
    purge_secret,
    secret,
    submit,
    uploads,
)
from bangtin.hub.programmes.actions.uploads import Announced
from bangtin.hub.programmes.models import Programme, Upload
from bangtin.hub.programmes.paperwork import Place, SecretNotice
from bangtin.hub.programmes.tests.factories import MORNING, NOTICE, received, submission, submitted, submitted_file
from bangtin.hub.regulations.tests.factories import World

pytestmark = pytest.mark.django_db
WORDS = "Kế hoạch diễn tập khu vực phòng thủ"


@pytest.mark.parametrize(
    "text",
    [
        "[MẬT] Kế hoạch", "MẬT", "12/KH-MẬT", "Kế hoạch MẬT số 5", "Tài liệu TỐI MẬT", "TUYỆT MẬT: phương án",
        "KH 12 MẬT.docx", "TUYET_MAT.pdf", "M\u00c2\u0323T", "Mở cửa\nĐỘ MẬT: TỐI MẬT\n7 giờ",
    ],
)  # fmt: skip
def test_a_mark_is_seen(text: str) -> None:
    assert secret.place_of([(Place.TITLE, text)]) == Place.TITLE


@pytest.mark.parametrize(
    "text",
    [
        "Mật ong Cao Bằng", "LỄ HỘI MẬT ONG", "MẬT ONG BẠC HÀ", "BẢO VỆ BÍ MẬT NHÀ NƯỚC", "Luật Bảo vệ bí mật nhà nước",
        "TUẦN TRĂNG MẬT Ở BẢN GIỐC", "MẬT_ONG.mp4", "toi mat vi.mp4", "MAT_TROI.mp4", "Bảo mật thông tin", "",
    ],
)  # fmt: skip
def test_honey_and_secrecy_law_are_no_secrets(text: str) -> None:
    assert secret.place_of([(Place.TITLE, text)]) is None


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"title": f"[MẬT] {WORDS}"}, Place.TITLE),
        ({"text": {**NOTICE, "fields": {"title": f"TỐI MẬT: {WORDS}"}}}, Place.TEXT),
        ({"text": None, "source_name": f"MẬT {WORDS}.docx"}, Place.NAME),
    ],
)
def test_what_is_marked_is_refused_and_leaves_no_word_behind(
    world: World, changes: dict[str, Any], place: Place
) -> None:
    stored = files.put([b"bi mat"], max_bytes=100)
    source = None if changes.get("text", NOTICE) else stored
    with pytest.raises(StateSecret) as caught:
        submit(submission=submission(**changes), source=source, actor=world.users["dai"], at=MORNING)
    assert caught.value.next_step
    assert source is None or not files.has(stored.sha256)
    notice = SecretNotice.objects.get()
    assert (notice.place, notice.agency_id, notice.sent_by) == (place, "cao-bang/dai-ptth", world.users["dai"])
    entry = AuditEntry.objects.get(action="secret.refused")
    assert entry.details == {"place": place}
    assert WORDS not in str(caught.value)
    assert not Programme.objects.exists()


def test_an_upload_is_refused_before_its_first_byte(world: World) -> None:
    with pytest.raises(StateSecret):
        uploads.begin(announced=Announced(5, "TỐI MẬT.pdf"), actor=world.users["dai"], at=MORNING)
    assert not Upload.objects.exists()
    assert SecretNotice.objects.count() == 1


def test_a_finished_upload_is_removed_with_its_name(world: World) -> None:
    upload = uploads.begin(announced=Announced(5, "khach.mp4"), actor=world.users["dai"], at=MORNING)
    tail = spool.open_end(upload.pk, offset=0)
    tail.write(b"bytes")
    tail.close()
    uploads.complete(upload=upload, sha256=spool.digest(upload.pk), at=MORNING)
    with pytest.raises(StateSecret):
        submit(submission=submission(text=None, title="MẬT"), source=upload, actor=world.users["dai"], at=MORNING)
    upload.refresh_from_db()
    assert (upload.state, upload.name) == ("expired", "[…]")
    assert spool.ids() == [] or upload.pk not in spool.ids()


def test_bytes_that_another_programme_airs_stay(world: World) -> None:
    version = submitted_file(world, b"bytes", name="a.mp4")
    with pytest.raises(StateSecret):
        submitted_file(world, b"bytes", name="MẬT.mp4")
    assert files.has(version.source_sha256)


@pytest.mark.django_db(transaction=True)
def test_a_secret_found_later_is_purged_and_its_number_stays(world: World) -> None:
    version = submitted_file(world, b"bytes", name="a.mp4", title=WORDS)
    sha256 = version.source_sha256
    purge_secret(version=version, place=Place.DOCUMENT, actor=None, at=MORNING)
    version.refresh_from_db()
    assert not files.has(sha256)
    assert (version.title, version.receipt) == ("[…]", "CB-2026-0001/1")
    assert SecretNotice.objects.get().receipt == version.receipt
    assert WORDS not in str(list(AuditEntry.objects.values_list("details", flat=True)))


def test_the_security_office_alone_follows_a_notice_up(world: World) -> None:
    with pytest.raises(StateSecret):
        submitted(world, title="TỐI MẬT")
    notice = SecretNotice.objects.get()
    for name in ("dai", "tham-dinh-1", "lanh-dao", "quan-tri"):
        with pytest.raises(NotPermitted):
            handle_secret(notice=notice, note="Đã báo cáo", actor=world.users[name], at=MORNING)
    with pytest.raises(BadSubmission):
        handle_secret(notice=notice, note="", actor=world.users["an-toan"], at=MORNING)
    done = handle_secret(notice=notice, note="Báo cáo số 12/BC-ANTT", actor=world.users["an-toan"], at=MORNING)
    assert (done.handled_by, done.handled_at) == (world.users["an-toan"], MORNING)


def test_a_title_in_the_programmes_of_others_is_untouched(world: World) -> None:
    assert received(world, title="Lễ hội MẬT ONG").title == "Lễ hội MẬT ONG"


@pytest.mark.django_db(transaction=True)
def test_a_mark_inside_a_file_has_the_check_remove_it(world: World) -> None:
    stamped = "ĐỘ MẬT: TUYỆT MẬT\n\nPhương án bảo vệ\n".encode()
    version = submitted_file(world, stamped, name="phuong-an.txt")
    sha256 = version.source_sha256
    version = check(version=version, at=MORNING)
    assert (version.state, version.refusal_code) == ("unusable", "secret_mark")
    assert not files.has(sha256)
    assert (version.title, version.source_name) == ("[…]", "[…]")
    assert SecretNotice.objects.get().place == Place.DOCUMENT
