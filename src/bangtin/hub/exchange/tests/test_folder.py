"""The exchange folder: what lies in it becomes submissions, and what cannot is kept with a reason."""

import hashlib
import json
from pathlib import Path

import pytest

from bangtin.hub.exchange.actions import run, try_again
from bangtin.hub.exchange.models import SourceItem
from bangtin.hub.exchange.states import ItemState
from bangtin.hub.exchange.tests.factories import BORDER, MAPPING, NOON, drop, item, lai_chau, map_with
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.programmes.actions import purge_secret
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.paperwork import Channel, Place, SubmissionFacts
from bangtin.hub.programmes.states import VersionState

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder() -> Path:
    lai_chau()
    return map_with()


def names(folder: Path, part: str) -> list[str]:
    return sorted(path.name for path in (folder / part).rglob("*") if path.is_file())


def test_an_item_becomes_a_submission_with_its_source_number(folder: Path) -> None:
    drop(folder, "a.json", item())
    found = run(at=NOON)
    assert (found.taken, found.known, found.failed, found.problems) == (1, 0, 0, [])
    row = SourceItem.objects.get()
    version = row.version
    assert version is not None
    facts = SubmissionFacts.objects.get(version=version)
    assert (facts.channel, facts.letter_number) == (Channel.SOURCE_SYSTEM, "LC-0001")
    assert (version.title, version.programme.agency_id) == ("Cửa khẩu mở cửa lúc 7 giờ", "lai-chau/dai-ptth")
    assert list(version.programme.clusters.values_list("pk", flat=True)) == [BORDER]
    assert version.text == {
        "template": "notice",
        "fields": {"title": "Cửa khẩu mở cửa lúc 7 giờ", "detail": "Từ ngày 24/11/2026"},
    }
    assert (row.state, row.wishes["loops"]) == (ItemState.TAKEN, "3")
    assert (names(folder, "in"), names(folder, "done")) == ([], ["a.json"])
    assert AuditEntry.objects.filter(action="source_item.taken").exists()


def test_the_same_number_again_is_recognised_and_makes_nothing(folder: Path) -> None:
    for name in ("a.json", "b.json"):
        drop(folder, name, item())
    found = run(at=NOON)
    assert (found.taken, found.known) == (1, 1)
    assert (ProgrammeVersion.objects.count(), SourceItem.objects.get().repeats) == (1, 1)


def test_the_same_number_with_other_content_waits_for_somebody(folder: Path) -> None:
    drop(folder, "a.json", item())
    run(at=NOON)
    drop(folder, "b.json", item(content="Từ ngày 25/11/2026"))
    assert run(at=NOON).failed == 1
    row = SourceItem.objects.get(state=ItemState.FAILED)
    assert "LC-0001" in row.message and row.next_step
    assert ProgrammeVersion.objects.count() == 1


def test_what_was_sent_back_is_followed_by_a_new_version(folder: Path) -> None:
    drop(folder, "a.json", item())
    run(at=NOON)
    ProgrammeVersion.objects.update(state=VersionState.RETURNED)
    drop(folder, "b.json", item(content="Từ ngày 25/11/2026"))
    assert run(at=NOON).taken == 1
    assert list(ProgrammeVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_a_file_comes_beside_its_item_and_its_digest_is_compared(folder: Path) -> None:
    (folder / "in" / "clip.mp4").write_bytes(b"clip")
    right = hashlib.sha256(b"clip").hexdigest()
    drop(folder, "a.json", item(type=3, url="clip.mp4", sha256=right, content=None))
    drop(folder, "b.json", item(id="LC-0002", type=3, url="clip.mp4", sha256="0" * 64, content=None))
    found = run(at=NOON)
    assert (found.taken, found.failed) == (1, 1)
    assert ProgrammeVersion.objects.get().source_sha256 == right
    assert names(folder, "done") == ["a.json"]
    assert names(folder, "failed") == ["b.json", "clip.mp4", "ly-do.txt"]
    assert names(folder, "in") == []


def test_partial_files_links_and_folders_are_left_alone(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text(json.dumps(item()))
    (folder / "in" / "x.json.part").write_text("{")
    (folder / "in" / ".y.json").write_text("{")
    (folder / "in" / "z.json").symlink_to(secret)
    (folder / "in" / "d.json").mkdir()
    found = run(at=NOON)
    assert (found.taken, found.failed) == (0, 0)
    assert SourceItem.objects.count() == 0


def test_a_faulty_item_is_kept_with_a_readable_reason_and_taken_after_it_was_put_right(folder: Path) -> None:
    drop(folder, "a.json", item(sender="BAO"))
    assert run(at=NOON).failed == 1
    row = SourceItem.objects.get()
    reason = (folder / "failed" / row.kept_name / "ly-do.txt").read_text()
    assert "BT-NGUON-002" in reason and "BAO" in reason and "agencies" in reason
    map_with(MAPPING.replace("DPTTH", "BAO"))
    assert try_again(row=row, at=NOON).state == ItemState.TAKEN
    assert ProgrammeVersion.objects.count() == 1
    assert names(folder, "failed") == []


HOSTILE: dict[str, bytes] = {
    "not-json": b"{",
    "deep": b"[" * 100_000,
    "latin": '{"id": "Cửa"}'.encode("utf-16-le"),
    "tcvn": b'{"id": "1", "title": "C\xf6a kh\xc8u"}',
    "list": b"[1, 2]",
    "twice": b'{"id": "1", "id": "2"}',
    "nan": b'{"id": "1", "from": NaN}',
    "huge": b'{"id": "' + b"x" * (1 << 20) + b'"}',
    "entities": b'<?xml version="1.0"?><!DOCTYPE i [<!ENTITY a "b">]><item><id>&a;</id></item>',
    "external": b'<!DOCTYPE i SYSTEM "file:///etc/passwd"><item/>',
    "no-number": json.dumps(item(id=None)).encode(),
    "path-number": json.dumps(item(id="a\nb")).encode(),
    "passwd": json.dumps(item(type=3, url="../../../../etc/passwd")).encode(),
    "absolute": json.dumps(item(type=3, url="/etc/passwd")).encode(),
    "hidden": json.dumps(item(type=3, url=".ssh")).encode(),
    "elsewhere": json.dumps(item(type=3, url="http://169.254.169.254/latest")).encode(),
    "year": json.dumps(item(createdTime=10**14)).encode(),
    "huge-number": json.dumps(item(createdTime=10**300)).encode(),
    "nul": json.dumps(item(title="a\x00b")).encode(),
    "surrogate": b'{"id":"9","createdTime":1795000000,"type":1,"title":"\\ud800","content":"x","sender":"DPTTH"}',
    "asleep": json.dumps(item(isActive=False)).encode(),
    "cluster": json.dumps(item(clusters=["CB"])).encode(),
    "object": json.dumps(item(title={"a": 1})).encode(),
}


def test_hostile_items_are_refused_and_nothing_of_them_runs_or_leaves_the_folder(folder: Path) -> None:
    for name, data in HOSTILE.items():
        drop(folder, f"{name}.{'xml' if data.startswith(b'<') else 'json'}", data)
    found = run(at=NOON)
    assert (found.taken, found.failed, found.problems) == (0, len(HOSTILE), [])
    assert names(folder, "in") == []
    assert not ProgrammeVersion.objects.exists()
    for row in SourceItem.objects.all():
        assert row.message and row.next_step and row.code.startswith("BT-"), row
        assert (folder / "failed" / row.kept_name / "ly-do.txt").is_file()


def test_what_bears_a_mark_of_secrets_is_kept_nowhere(folder: Path) -> None:
    drop(folder, "a.json", item(title="TỐI MẬT: kế hoạch"))
    assert run(at=NOON).failed == 1
    row = SourceItem.objects.get()
    assert (row.title, row.name, row.kept_name) == ("[…]", "[…]", "")
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_faulty_mapping_takes_nothing_and_names_its_line(folder: Path) -> None:
    from bangtin.hub.exchange.errors import BadMapping

    drop(folder, "a.json", item())
    map_with(MAPPING.replace("means: lai-chau/dai-ptth", "mean: lai-chau/dai-ptth"))
    with pytest.raises(BadMapping, match=r"mapping\.yaml:6"):
        run(at=NOON)
    assert names(folder, "in") == ["a.json"]
    map_with(MAPPING.replace("lai-chau/ma-lu-thang", "lai-chau/khac"))
    with pytest.raises(BadMapping, match=r"mapping\.yaml:4"):
        run(at=NOON)


def test_a_cut_between_the_submission_and_its_row_makes_no_second_one(folder: Path) -> None:
    drop(folder, "a.json", item())
    run(at=NOON)
    SourceItem.objects.update(state=ItemState.TAKING, version=None)
    drop(folder, "a.json", item())
    assert run(at=NOON).taken == 1
    assert ProgrammeVersion.objects.count() == 1
    assert SourceItem.objects.get().version == ProgrammeVersion.objects.get()


def test_the_account_needs_a_post_at_the_office_that_receives(folder: Path) -> None:
    map_with(MAPPING.replace("account: nguon", "account: dai"))
    drop(folder, "a.json", item())
    assert run(at=NOON).failed == 1
    assert SourceItem.objects.get().code == "BT-KIT-001"


def test_a_secret_found_later_leaves_no_word_in_the_exchange(folder: Path) -> None:
    (folder / "in" / "clip.mp4").write_bytes(b"clip")
    drop(folder, "a.json", item(type=3, url="clip.mp4", content=None))
    run(at=NOON)
    version = ProgrammeVersion.objects.get()
    purge_secret(version=version, place=Place.DOCUMENT, actor=None, at=NOON)
    run(at=NOON)
    row = SourceItem.objects.get()
    assert (row.title, row.name, row.number) == ("[…]", "[…]", "LC-0001")
    assert (names(folder, "done"), names(folder, "in")) == ([], [])
