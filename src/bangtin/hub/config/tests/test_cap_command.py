"""`bangtin cap check`: a message judged without a database, with the clusters of the regulations."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from bangtin.hub.alerts.cap import mapping
from bangtin.hub.alerts.cap.tests.messages import BEFORE, SENDER, SENT, alert, area, info
from bangtin.hub.alerts.cap.tests.signing import signed, signer
from bangtin.hub.regulations.tests.factories import cao_bang

pytestmark = pytest.mark.django_db
NOON = "2026-11-22T12:00:00+07:00"


@pytest.fixture(autouse=True)
def _home(settings: LazySettings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "data"


def check(capsys: pytest.CaptureFixture[str], path: Path, *options: str, at: str = NOON) -> tuple[int, dict[str, Any]]:
    code = 0
    try:
        call_command("cap", "check", str(path), "--at", at, "--json", *options)
    except SystemExit as ended:
        code = int(str(ended.code))
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, found


def written(tmp_path: Path, body: bytes, name: str = "x.xml") -> Path:
    path = tmp_path / name
    path.write_bytes(body)
    return path


def test_a_message_is_judged_with_the_clusters_of_the_regulations(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    level = "<parameter><valueName>bangtin:level</valueName><value>3</value></parameter>"
    body = alert(info(more=level), info(language="en", expires=BEFORE))
    code, found = check(capsys, written(tmp_path, body))
    assert code == 0
    assert {name: found[name] for name in ("action", "status", "msg_type", "languages", "level", "clusters")} == {
        "action": "air",
        "status": "Actual",
        "msg_type": "Alert",
        "languages": ["vi"],
        "level": 3,
        "clusters": ["cao-bang/ta-lung"],
    }
    assert (found["starts_at"], found["expires_at"]) == ("2026-11-22T10:30:00+07:00", "2026-11-22T18:00:00+07:00")


def test_every_province_at_hand_is_looked_through(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    whole = area("<geocode><valueName>ISO 3166-1</valueName><value>VN</value></geocode>")
    _, found = check(capsys, written(tmp_path, alert(info(areas=whole))))
    assert {name.partition("/")[0] for name in found["clusters"]} == {"cao-bang", "ha-tinh", "lai-chau"}


def test_where_a_regulation_is_in_use_its_clusters_count(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    cao_bang()
    whole = area("<geocode><valueName>ISO 3166-1</valueName><value>VN</value></geocode>")
    _, found = check(capsys, written(tmp_path, alert(info(areas=whole))))
    assert found["clusters"] == ["cao-bang/ta-lung", "cao-bang/trung-khanh"]


def test_a_message_without_an_end_waits_and_a_refused_one_ends_with_code_1(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert check(capsys, written(tmp_path, alert(info(expires=None))))[1]["action"] == "wait"
    code, found = check(capsys, written(tmp_path, b"<!DOCTYPE a><a/>"))
    assert (code, found["action"], found["code"], found["status"]) == (1, "refuse", "document_type", None)


def test_what_is_known_decides_over_a_cancel(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    first = written(tmp_path, alert(identifier="A"), "a.xml")
    last = written(tmp_path, alert(msg_type="Cancel", references=f"{SENDER},A,{SENT}"), "b.xml")
    assert check(capsys, last)[1]["action"] == "cancel"
    assert check(capsys, last, "--known", str(first))[1]["action"] == "cancel"
    assert check(capsys, last, "--known", str(last))[1]["code"] == "seen"
    drill = written(tmp_path, alert(identifier="A", status="Exercise"), "c.xml")
    assert check(capsys, last, "--known", str(drill))[1]["code"] == "other_kind"


def test_the_mapping_and_the_certificates_of_the_installation_are_used(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = tmp_path / "data" / "cap"
    (folder / "certificates").mkdir(parents=True)
    ours = signer()
    (folder / "certificates" / "kttv.pem").write_bytes(ours[1])
    assert check(capsys, written(tmp_path, signed(alert(), ours)))[1]["signature"] == "good"
    own = Path(mapping.__file__).with_name(mapping.FILE).read_text(encoding="utf-8")
    other = tmp_path / "other.yaml"
    other.write_text(own.replace('"VN-04": [cao-bang]', '"VN-04": [ha-tinh]'), encoding="utf-8")
    province = alert(info(areas=area("<geocode><valueName>ISO3166-2</valueName><value>VN-04</value></geocode>")))
    found = check(capsys, written(tmp_path, province), "--mapping", str(other))[1]
    assert found["clusters"] == ["ha-tinh/vung-ang"]


@pytest.mark.parametrize(
    "arguments",
    [["missing.xml"], ["x.xml", "--at", "noon"], ["x.xml", "--mapping", "x.xml"], ["x.xml", "--known", "bad.xml"]],
)
def test_what_is_asked_wrongly_ends_with_code_2(arguments: list[str], tmp_path: Path) -> None:
    written(tmp_path, alert())
    written(tmp_path, b"nothing", "bad.xml")
    named = [str(tmp_path / each) if each.endswith(".xml") else each for each in arguments]
    with pytest.raises(CommandError) as caught:
        call_command("cap", "check", *named)
    assert caught.value.returncode == 2


def test_people_are_told_in_words_of_their_language(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(written(tmp_path, alert(status="Test")))
    monkeypatch.setenv("BANGTIN_LANGUAGE", "vi")
    call_command("cap", "check", path)
    assert "Trạng thái Test: không dành cho công chúng." in capsys.readouterr().out
    monkeypatch.setenv("BANGTIN_LANGUAGE", "en")
    call_command("cap", "check", path)
    assert "Its status is Test: not for the public." in capsys.readouterr().out
