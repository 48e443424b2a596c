"""The play log in words: marks of the chain as what they tell, every code of a refusal in a sentence."""

import re
from pathlib import Path

import pytest

from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.tests.factories import START, screen
from bangtin.hub.portal import log_board, log_words

# told as a code that a newer player may send: a check did not hold
OF_NO_KIND = {"accepted_at_impossible", "approval_future", "root_gap", "root_too_many", "store_refused"}
FORMAT = Path(__file__).parents[5] / "docs" / "bundle-format.md"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({}, "Máy phát khởi động"),
        ({"x_event": "accepted"}, "Máy phát nhận bản phát hành"),
        ({"x_event": "command", "x_kind": "screenshot"}, "Đã làm theo lệnh: Chụp ảnh màn hình"),
        ({"x_event": "jump", "x_jump_ms": 9_000}, "Đồng hồ bị đặt lệch"),
    ],
)
def test_a_mark_of_the_chain_tells_what_the_player_did(extra: dict[str, object], words: str) -> None:
    one = screen()
    mark = one.play(0, k="boot", shown_ms=0, item="", content="", lang="", class_="", slot="", extra=extra)
    ingest(device=one.device, body=one.say(mark), at=START)
    assert [row.what for row in log_board.record_rows(PlayRecord.objects.all())] == [words]
    (sealed,) = log_board.record_rows(PlayRecord.objects.defer("line"))
    assert sealed.what == "Máy phát khởi động hoặc ghi việc đã làm"


def test_every_code_of_the_format_has_words_of_its_own_kind() -> None:
    rows = re.findall(r"^\| [1-6]\.[0-9, .]+\|.*\| (.*) \|$", FORMAT.read_text(encoding="utf-8"), re.MULTILINE)
    codes = {code for row in rows for code in re.findall(r"`([a-z_]+)`", row)}
    assert len(codes) > 50
    unsaid = {code for code in codes if log_words.refusal(code) == log_words.refusal("x")}
    assert unsaid == OF_NO_KIND
