import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from bangtin.hub.kit.errors import NotFound, NotPermitted
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.regulations import actions, queries
from bangtin.hub.regulations.models import IssuedDocument, IssuedPassage
from bangtin.hub.regulations.papers import PaperRefused
from bangtin.hub.regulations.tests import papers
from bangtin.hub.regulations.tests.factories import INSTRUMENT, World, cao_bang

pytestmark = pytest.mark.django_db
AT = local("2026-11-23 08:00")


def load(world: World, body: bytes, user: str = "quan-tri") -> IssuedDocument:
    return actions.load_issued_text(
        instrument_id=INSTRUMENT, source_name="quy-che.txt", data=body, actor=world.users[user], at=AT
    )


def test_the_text_stands_beside_our_clauses() -> None:
    document = load(cao_bang(), papers.text())
    passage = document.passages.get(place="8.1.a")
    assert passage.text == "a) Ngày thường chạy tám giờ;"
    assert passage.clauses == ["cao-bang/8.1.a"]
    assert document.passages.get(place="8.5").clauses == ["cao-bang/8.5-1", "cao-bang/8.5-2"]


def test_what_could_not_be_placed_is_kept_with_its_line() -> None:
    document = load(cao_bang(), papers.text())
    assert [(one["line"], one["marker"]) for one in document.unplaced] == [(21, "3.")]
    assert document.left_out == {"national_heading": 3, "signatures": 2}


def test_a_new_text_takes_the_place_of_the_old_one() -> None:
    world = cao_bang()
    load(world, papers.text())
    load(world, papers.text(papers.SHORT.replace("tám giờ", "chín giờ")))
    assert IssuedDocument.objects.count() == 1
    assert IssuedPassage.objects.get(place="8.1.a").text == "a) Ngày thường chạy chín giờ;"


def test_a_refused_document_leaves_the_old_one_in_use() -> None:
    world = cao_bang()
    before = load(world, papers.text())
    with pytest.raises(PaperRefused):
        load(world, b"%PDF-1.4 broken")
    with pytest.raises(PaperRefused):
        load(world, "Một tờ giấy khác.".encode())
    assert queries.issued_document(INSTRUMENT) == before


def test_the_text_of_another_regulation_is_refused() -> None:
    other = papers.SHORT.replace("31/2020", "38/2018").replace("CAO BẰNG", "QUẢNG NINH")
    with pytest.raises(PaperRefused, match="31/2020/QĐ-UBND"):
        load(cao_bang(), papers.text(other))


def test_a_sister_regulation_of_the_same_structure_is_refused_by_the_number_it_bears() -> None:
    ours = queries.pack(INSTRUMENT)
    lines = ["Số: 20 /2024/QĐ-UBND", "QUYẾT ĐỊNH:", *(f"Điều {n}. Nội dung." for n in range(1, 4)), "QUY CHẾ"]
    for article in (one for one in ours.articles if one.id.isdigit()):
        lines += [f"Điều {article.id}. {article.heading.vi}", *(f"{n}. Nội dung." for n in range(1, 9))]
    blank = ["Số:      /2024/QĐ-UBND", *lines[1:]]
    assert queries.read_paper(ours.id, "quy-che.txt", "\n".join(blank).encode()).links.clauses
    with pytest.raises(PaperRefused, match="31/2020/QĐ-UBND"):
        queries.read_paper(ours.id, "quy-che.txt", "\n".join(lines).encode())


def test_loading_is_in_the_audit_trail() -> None:
    document = load(cao_bang(), papers.text())
    entry = AuditEntry.objects.get(action="regulation.text_loaded")
    assert entry.details["sha256"] == document.sha256
    assert entry.subject_id == INSTRUMENT


def test_only_an_administrator_or_an_appraisal_officer_loads_it() -> None:
    world = cao_bang()
    load(world, papers.text(), user="tham-dinh-1")
    with pytest.raises(NotPermitted):
        load(world, papers.text(), user="dai")


def test_a_regulation_that_is_not_in_use_gets_no_text() -> None:
    with pytest.raises(NotFound):
        actions.load_issued_text(instrument_id=INSTRUMENT, source_name="a.txt", data=papers.text(), actor=None, at=AT)


def test_our_clauses_without_text_are_known() -> None:
    document = load(cao_bang(), papers.text())
    without = queries.clauses_without_text(document)
    assert "cao-bang/9.1" in without
    assert "cao-bang/8.1.a" not in without


def test_the_command_splits_without_an_instrument_in_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "quy-che.txt"
    file.write_bytes(papers.text())
    call_command("regulation", "text", INSTRUMENT, str(file), "--json")
    found = json.loads(capsys.readouterr().out)
    assert (found["articles"], found["clauses"], found["points"], found["stored"]) == (4, 4, 2, False)
    assert [one["line"] for one in found["unplaced"]] == [21]


def test_the_command_stores_where_the_instrument_is_in_use(tmp_path: Path) -> None:
    cao_bang()
    file = tmp_path / "quy-che.docx"
    file.write_bytes(papers.word(papers.SHORT.splitlines()))
    out = StringIO()
    call_command("regulation", "text", INSTRUMENT, str(file), stdout=out)
    assert "21" in out.getvalue()
    assert IssuedPassage.objects.filter(place="8.1.b").exists()


@pytest.mark.parametrize("name", ["khong-co.txt", "."])
def test_the_command_ends_with_code_2_where_the_file_cannot_be_read(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError) as caught:
        call_command("regulation", "text", INSTRUMENT, str(tmp_path / name))
    assert caught.value.returncode == 2
