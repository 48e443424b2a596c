"""`bangtin keys`: a whole ceremony on media of their own, its refusals, and what `status` and `doctor` say."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.core.management import CommandError, call_command

from bangtin.hub.config import checkup
from bangtin.hub.config.checkup import State
from bangtin.hub.config.holding import read_papers
from bangtin.hub.config.management.commands.keys import word
from bangtin.hub.devices import actions, queries
from bangtin.hub.kit import clock
from bangtin.hub.schedules.tests.conftest import desk
from bangtin.hub.schedules.tests.factories import Desk

__all__ = ["desk"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]
SOFTHSM = Path("/usr/lib/softhsm/libsofthsm2.so")
SECRET = "muoi hai chu cai ngau nhien"


@pytest.fixture
def media(desk: Desk, tmp_path: Path) -> Path:
    """Three holders' sticks with a key each for root and targets, two for people; their public files together."""
    actions.create_repository(at=clock.now())
    (tmp_path / "secret").write_text(SECRET)
    for name in ("an", "binh", "chi"):
        for role in ("root", "targets", *(["people"] if name != "chi" else [])):
            key("key", "--role", role, "--holder", name.title(), "--to", tmp_path / name, secret=tmp_path / "secret")
    (tmp_path / "public").mkdir()
    for path in tmp_path.glob("*/*.pub.json"):
        (tmp_path / "public" / path.name).write_bytes(path.read_bytes())
    return tmp_path


def key(*words: Any, secret: Path | None = None) -> None:
    more = ["--passphrase-file", str(secret)] if secret else []
    call_command("keys", "ceremony", *(str(each) for each in words), *more)


def sign(media: Path, name: str, role: str) -> None:
    (path,) = (media / name).glob(f"{role}-*.pem")
    told = word(read_papers(media / "papers"))
    key("sign", media / "papers", "--key", path, "--digest", told, secret=media / "secret")


def held(media: Path) -> None:
    key("prepare", "--to", media / "papers", "--public", media / "public")
    for name, role in (("an", "root"), ("chi", "root"), ("an", "targets"), ("binh", "targets"), ("binh", "people")):
        sign(media, name, role)
    key("publish", media / "papers")


def status(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    call_command("keys", "status", "--json")
    return dict(json.loads(capsys.readouterr().out))


def test_a_ceremony_takes_root_and_targets_away_from_the_hub(media: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(capsys)["apart"] is False
    held(media)
    found = status(capsys)
    roles = {one["role"]: one for one in found["roles"]}
    assert (found["apart"], found["encrypted"], found["outdated"]) == (True, True, [])
    assert (roles["root"]["threshold"], roles["root"]["here"]) == (2, 0)
    assert {one["holder"] for one in roles["targets"]["keys"]} == {"An", "Binh", "Chi"}
    assert b"ENCRYPTED" in next((media / "an").glob("root-*.pem")).read_bytes()


def test_one_holder_too_few_and_nothing_is_put_in_force(media: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key("prepare", "--to", media / "papers", "--public", media / "public")
    sign(media, "an", "root")
    with pytest.raises(CommandError, match="BT-KHOA-002"):
        key("publish", media / "papers")
    assert status(capsys)["apart"] is False


def test_a_holder_to_whom_another_word_was_read_signs_nothing(media: Path) -> None:
    key("prepare", "--to", media / "papers", "--public", media / "public")
    (path,) = (media / "an").glob("root-*.pem")
    with pytest.raises(CommandError) as caught:
        key("sign", media / "papers", "--key", path, "--digest", "00000-00000", secret=media / "secret")
    assert caught.value.returncode == 2
    (media / "secret").write_text("mot mat khau khac han roi")
    with pytest.raises(CommandError):
        sign(media, "an", "root")


def test_an_online_key_rotates_by_papers_once_persons_hold_the_root(
    media: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held(media)
    with pytest.raises(CommandError, match="--to"):
        call_command("keys", "rotate", "timestamp")
    before = {one["role"]: one["keys"] for one in status(capsys)["roles"]}
    (media / "papers").rename(media / "first")
    call_command("keys", "rotate", "timestamp", "--to", str(media / "papers"))
    sign(media, "binh", "root")
    sign(media, "chi", "root")
    key("publish", media / "papers")
    after = {one["role"]: one["keys"] for one in status(capsys)["roles"]}
    assert [role for role in after if after[role] != before[role]] == ["timestamp"]


def test_a_lost_root_key_is_replaced_by_holders_of_root_alone(media: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held(media)
    for path in (media / "public").glob("*.pub.json"):
        if not path.name.startswith("root-") or path.name == next((media / "chi").glob("root-*.pub.json")).name:
            path.unlink()
    key("key", "--role", "root", "--holder", "Dung", "--to", media / "dung", secret=media / "secret")
    (fresh,) = (media / "dung").glob("*.pub.json")
    (media / "public" / fresh.name).write_bytes(fresh.read_bytes())
    (media / "papers").rename(media / "first")
    key("prepare", "--to", media / "papers", "--public", media / "public")
    assert sorted(path.name for path in (media / "papers" / "next").iterdir()) == ["root.json"]
    for name in ("an", "binh"):
        sign(media, name, "root")
    key("publish", media / "papers")
    roles = {one["role"]: one for one in status(capsys)["roles"]}
    assert sorted(str(one["holder"]) for one in roles["root"]["keys"]) == ["An", "Binh", "Dung"]


def test_a_lost_root_is_begun_anew_only_by_name(media: Path, capsys: pytest.CaptureFixture[str]) -> None:
    held(media)
    before = queries.anchor()
    with pytest.raises(CommandError):
        call_command("keys", "anew", "--province", "ha-tinh")
    call_command("keys", "anew", "--province", "cao-bang")
    found = status(capsys)
    assert (found["apart"], queries.anchor() != before) == (False, True)
    actions.refresh(at=clock.now() + timedelta(hours=25))


def test_in_one_folder_renewing_and_rotating_need_nobody(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    actions.create_repository(at=clock.now())
    call_command("keys", "renew")
    call_command("keys", "rotate", "snapshot", "c-ta-lung")
    assert {one["role"]: one["version"] for one in status(capsys)["roles"]}["root"] == 3


def test_another_passphrase_takes_over(
    desk: Desk, tmp_path: Path, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    actions.create_repository(at=clock.now())
    (tmp_path / "short").write_text("ngan")
    with pytest.raises(CommandError):
        call_command("keys", "protect", "--passphrase-file", str(tmp_path / "short"))
    (tmp_path / "away").write_text(SECRET)
    call_command("keys", "protect", "--passphrase-file", str(tmp_path / "away"))
    settings.KEYS_PASSPHRASE_FILE = tmp_path / "away"
    assert status(capsys)["encrypted"] is True


@pytest.fixture
def token(tmp_path: Path) -> Path:
    """A PKCS#11 token with a P-256 key under number 2; gives the file that tells SoftHSM where it is."""
    if not SOFTHSM.exists() and "BANGTIN_CI" not in os.environ:  # there set-up brings it: missing, it fails
        pytest.skip("softhsm2 is not installed")
    (tmp_path / "tokens").mkdir()
    settings = tmp_path / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\nobjectstore.backend = file\n")
    key = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "p256.pem").write_bytes(key)
    (tmp_path / "pin").write_text("123456")
    for words in (
        ["--init-token", "--free", "--label", "goc-dung", "--so-pin", "12345678", "--pin", "123456"],
        [
            "--import",
            str(tmp_path / "p256.pem"),
            "--token",
            "goc-dung",
            "--label",
            "k",
            "--id",
            "02",
            "--pin",
            "123456",
        ],
    ):
        environment = {**os.environ, "SOFTHSM2_CONF": str(settings)}
        subprocess.run(["softhsm2-util", *words], check=True, capture_output=True, env=environment)
    return settings


def test_a_root_key_in_a_token_is_made_known_and_signs_on_a_machine_without_data(
    media: Path, token: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def elsewhere(*words: object) -> None:
        """On the holders' own computer: another data folder, no database in it."""
        more = {"SOFTHSM2_CONF": str(token), "BANGTIN_DATA_DIR": str(tmp_path / "elsewhere")}
        command = [sys.executable, "-m", "bangtin.hub.config.main", "keys", "ceremony", *map(str, words)]
        done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **more}, check=False)
        assert done.returncode == 0, done.stderr

    pin = ["--passphrase-file", tmp_path / "pin", "--pkcs11", SOFTHSM]
    elsewhere("key", "--role", "root", "--holder", "Dung", "--to", media / "dung", "--token", "goc-dung", *pin)
    (public,) = (media / "dung").glob("root-*.pub.json")
    (media / "public" / public.name).write_bytes(public.read_bytes())
    key("prepare", "--to", media / "papers", "--public", media / "public")
    told = word(read_papers(media / "papers"))
    elsewhere("sign", media / "papers", "--key", public, "--digest", told, *pin)
    for name, role in (("an", "root"), ("an", "targets"), ("binh", "targets"), ("binh", "people")):
        sign(media, name, role)
    key("publish", media / "papers")
    roles = {one["role"]: one for one in status(capsys)["roles"]}
    assert "Dung" in {one["holder"] for one in roles["root"]["keys"]}
    assert not (tmp_path / "elsewhere" / "bangtin.sqlite3").exists()


def test_doctor_says_where_the_keys_are_and_warns_at_a_quarter_of_a_life(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _keys_findings() == [("keys", State.OPTIONAL), ("keys", State.OPTIONAL)]  # one folder, passphrase beside
    held(media)
    assert ("keys", State.GOOD) in _keys_findings()
    later = clock.now() + timedelta(days=300)
    monkeypatch.setattr(clock, "now", lambda: later)
    found = [each for each in checkup.findings() if each.name == "keys"]
    (over,) = [each.message for each in found if each.state == State.WRONG]
    (soon,) = [each.message for each in found if each.state == State.OPTIONAL and "people" in each.message]
    assert "timestamp" in over
    assert "targets" in soon
    assert "root" not in soon


def _keys_findings() -> list[tuple[str, State]]:
    return [(each.name, each.state) for each in checkup.findings() if each.name == "keys"]
