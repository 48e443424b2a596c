"""The whole road of a stick: hub, post without a line, records home, acknowledgement; the hub's own player takes it."""

import contextlib
import io
import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.management import CommandError, call_command

from bangtin.bundle import carry, instants, reports
from bangtin.bundle.signers import ed25519_signer
from bangtin.hub.devices import queries
from bangtin.hub.devices.actions import ceremonies
from bangtin.hub.devices.queries import Cause, ScreenState
from bangtin.hub.devices.tests.factories import Player, enrolled, planned, published
from bangtin.hub.devices.tests.test_keys import apart, by_persons
from bangtin.hub.kit import clock
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.portal import screen_words
from bangtin.hub.schedules.tests.conftest import desk
from bangtin.hub.schedules.tests.factories import NOW, Desk
from bangtin.player.main import main
from bangtin.player.salvage import FILE
from bangtin.player.store.database import Database
from bangtin.player.store.generations import Generations
from bangtin.player.sync.enrolment import ACCEPTED, RECORD

__all__ = ["desk"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def stick(tmp_path: Path, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty stick; the hub's clock stands at NOW."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setenv("BANGTIN_DEMO", "1")
    monkeypatch.setenv("BANGTIN_CLOCK_OFFSET_S", str(instants.to_ms(NOW) / 1000 - time.time()))
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def settled(player: Player, folder: Path) -> Path:
    """The folder of a player that was enrolled while it had a line."""
    assert player.device is not None
    folder.mkdir(mode=0o700)
    kit = {"hub": "http://127.0.0.1:9", "province": "cao-bang", "root": queries.anchor().decode()}
    (folder / "kit.json").write_text(json.dumps(kit))
    pem = player.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "device.key").write_bytes(pem)
    (folder / "device.key").chmod(0o600)
    kept = {RECORD: bytes(player.device.record), ACCEPTED: instants.to_text(NOW.replace(microsecond=0)).encode()}
    database = Database(folder / FILE)
    database.next_boot()
    database.close()
    Generations(folder / "enrolment").write("gen-1-test", {**queries.current_files(), **kept})
    return folder


def at_post(folder: Path, stick: Path) -> dict[str, Any]:
    """`bangtin-player import` at the post."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        main(["import", str(stick), "--data-dir", str(folder), "--json"])
    return dict(json.loads(out.getvalue()))


def at_hub(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    """A verb of `bangtin bundle`, its line of JSON."""
    capsys.readouterr()
    with contextlib.suppress(SystemExit):
        call_command("bundle", *words, "--json")
    return dict(json.loads(capsys.readouterr().out))


def test_a_stick_goes_out_with_a_plan_and_comes_home_with_records(
    desk: Desk, stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(desk)
    player = enrolled(desk)
    published(desk)
    folder = settled(player, tmp_path / "post")
    said = at_hub(capsys, "export", "--to", str(stick), "--cluster", "cao-bang/ta-lung")
    assert said["clusters"] == ["cao-bang/ta-lung"]
    assert not any("trung-khanh" in name for name in _names(stick))
    found = at_post(folder, stick)
    assert (found["bundle"], found["missing"], found["refusals"]) == (1, 0, [])
    assert found["records"] >= 1
    home = at_hub(capsys, "import", str(stick))
    assert home["holds"] is True
    count = PlayRecord.objects.filter(device=player.device).count()
    assert count == home["taken"][-1]["to"] > 0
    assert at_hub(capsys, "import", str(stick))["taken"][0]["outcome"] == "known"
    assert PlayRecord.objects.filter(device=player.device).count() == count
    assert at_post(folder, stick)["acknowledged"] == count
    assert AuditEntry.objects.filter(action="bundle.carried").exists()


def test_a_stick_brings_the_word_of_a_post_that_has_no_line(
    desk: Desk, stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(desk)
    player = enrolled(desk)
    published(desk)
    device = player.device
    assert device is not None
    folder = settled(player, tmp_path / "post")
    at_hub(capsys, "export", "--to", str(stick))
    at_post(folder, stick)
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(days=2))
    home = at_hub(capsys, "import", str(stick))
    assert (home["holds"], home["heard"]) == (True, [device.pk])
    device.refresh_from_db()
    assert device.status["health"]["disk_free_bytes"] > 0
    assert device.carried_at is not None
    assert abs(device.carried_at - NOW) < timedelta(minutes=5)  # of when it was written, not of when it came
    assert screen_words.reported_at(device) == device.carried_at
    found = queries.screen_state(device.face, NOW + timedelta(days=2)).standing
    assert (found.state, found.cause) == (ScreenState.CARRIED, Cause.CARRIED)
    assert at_hub(capsys, "import", str(stick))["heard"] == []  # the same stick again tells nothing newer
    word = stick / carry.FOLDER / "health" / f"{device.pk}.json"
    told = reports.read(word.read_bytes(), device=device.pk, epoch=1, key=player.key.public_key().public_bytes_raw())
    for key, code in ((Ed25519PrivateKey.generate(), "report_unsigned"), (player.key, "report_malformed")):
        signer = ed25519_signer(key, keyid=device.pk)
        word.write_bytes(reports.sign({**told, "health": {}}, device=device.pk, epoch=1, signer=signer))
        home = at_hub(capsys, "import", str(stick))
        refused = {"file": f"health/{device.pk}.json", "code": code}
        assert (home["holds"], home["heard"], home["refused"]) == (False, [], [refused])


def test_a_post_follows_a_ceremony_by_stick(
    desk: Desk, stick: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(desk)
    player = enrolled(desk)
    published(desk)
    folder = settled(player, tmp_path / "post")
    at_hub(capsys, "export", "--to", str(stick))
    assert at_post(folder, stick)["bundle"] == 1
    apart()
    papers = by_persons(ceremonies.prepare(ceremonies.rotation(["timestamp", "c-ta-lung", "hub"]), at=NOW))
    ceremonies.publish(papers=papers, at=NOW)
    published(desk)
    at_hub(capsys, "export", "--to", str(stick))
    found = at_post(folder, stick)
    assert (found["bundle"], found["refusals"]) == (2, [])
    home = at_hub(capsys, "import", str(stick))
    assert at_post(folder, stick)["acknowledged"] == home["taken"][-1]["to"]


def test_what_an_export_needs_no_longer_leaves_the_stick_and_records_stay(
    desk: Desk, stick: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    planned(desk)
    player = enrolled(desk)
    published(desk)
    at_hub(capsys, "export", "--to", str(stick))
    assert player.device is not None
    root = stick / carry.FOLDER
    record = carry.record_name(player.device.pk, epoch=1, first=1, head="a" * 64)
    carry.write(root, record, [b"cut off"])
    carry.write(root, f"m/{'b' * 64}", [b"of last month"])
    published(desk)
    said = at_hub(capsys, "export", "--to", str(stick))
    assert said["removed"] >= 3  # the film, the manifest and the snapshot of before
    assert record in _names(stick)
    home = at_hub(capsys, "import", str(stick))
    assert (home["holds"], home["refused"]) == (False, [{"file": record, "code": "batch_malformed"}])


def test_a_stick_with_what_has_no_place_there_is_not_touched(desk: Desk, stick: Path) -> None:
    root = stick / carry.FOLDER
    (root / "records").mkdir(parents=True)
    (root / "records" / "x").symlink_to("/etc")
    for words in (["export", "--to", str(stick)], ["import", str(stick)]):
        with pytest.raises(CommandError, match="BT-KHOA-004"):
            call_command("bundle", *words)
    with pytest.raises(CommandError) as caught:
        call_command("bundle", "export", "--to", str(stick), "--cluster", "cao-bang/khong-co")
    assert caught.value.returncode == 2
    assert list(stick.rglob("*.json")) == []


def _names(stick: Path) -> set[str]:
    return {one.name for one in carry.survey(stick / carry.FOLDER)}
