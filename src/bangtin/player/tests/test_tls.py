"""The line to the hub: the province's own authority from the kit, a client certificate, and no line in the clear."""

import asyncio
import json
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle.tests import world
from bangtin.bundle.tests.authorities import Authority, authority
from bangtin.player import doctoring
from bangtin.player.clock import Clock
from bangtin.player.command_line import parser
from bangtin.player.config import BadInput, Kit, read_certificate, read_kit, require_tls, write_kit
from bangtin.player.daemon import Player
from bangtin.player.main import _prepare, main
from bangtin.player.sync import tls
from bangtin.player.sync.requests import Hub

PATH = f"/api/v1/time?nonce={'0' * 32}"
PLAIN = Kit("http://bangtin.caobang.gov.vn", "cao-bang", world.ANCHOR)


@asynccontextmanager
async def hub_of(made: Authority, folder: Path, *, asks: bool = False) -> AsyncIterator[str]:
    """A hub behind TLS by a certificate of `made`; it `asks` for one of a client's."""

    async def answer(request: web.Request) -> web.StreamResponse:
        return web.json_response({})

    secured = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    secured.load_cert_chain(*made.issue("hub", folder))
    if asks:
        secured.verify_mode = ssl.CERT_REQUIRED
        secured.load_verify_locations(cadata=made.pem)
    app = web.Application()
    app.router.add_get("/api/v1/time", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=secured).start()
    try:
        yield f"https://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def status(address: str, ca: str, certificate: tuple[Path, Path] | None = None) -> int:
    """What a player with this authority in its kit is answered."""
    clock = Clock(wall=time.time, mono=time.monotonic, offset_s=0)
    key = Ed25519PrivateKey.generate()
    secured = tls.context(ca, certificate)
    async with Hub(address, key=key, keyid="d", clock=clock, boot=1, tls=secured) as hub:
        return (await hub.get_plain(PATH)).status


def test_the_authority_of_the_kit_is_believed_and_no_other(tmp_path: Path) -> None:
    own, stranger = authority(), authority("somebody else")

    async def act() -> None:
        async with hub_of(own, tmp_path) as address:
            assert await status(address, own.pem) == 200
            for ca in ("", stranger.pem):  # this machine's authorities know nothing of the province's
                with pytest.raises(aiohttp.ClientConnectorCertificateError):
                    await status(address, ca)
        async with hub_of(stranger, tmp_path) as address:
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await status(address, own.pem)
            assert await status(address, own.pem + stranger.pem) == 200  # while one follows the other

    asyncio.run(act())


def test_the_daemon_speaks_to_its_hub_by_the_kit_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BANGTIN_DEMO", raising=False)
    write_kit(Kit("https://127.0.0.1:1", "cao-bang", world.ANCHOR, authority().pem), tmp_path / "kit.json")
    settings, kit = _prepare(parser("en").parse_args(["run", "--data-dir", str(tmp_path), "--browser", "none"]))
    player = Player(settings, kit, wall=time.time, mono=time.monotonic)
    secured = player._new_hub()._tls
    player.database.close()
    assert secured is not None
    assert [one["subject"] for one in secured.get_ca_certs()] == [((("commonName", "CA Cao Bang"),),)]


def test_a_client_certificate_is_shown_to_who_asks_for_it(tmp_path: Path) -> None:
    own = authority()

    async def act() -> None:
        async with hub_of(own, tmp_path, asks=True) as address:
            assert await status(address, own.pem, own.issue("player", tmp_path)) == 200
            with pytest.raises((aiohttp.ClientError, OSError)):
                await status(address, own.pem)

    asyncio.run(act())


def test_doctor_asks_the_hub_by_the_authority_of_the_kit(tmp_path: Path) -> None:
    own = authority()

    async def act() -> None:
        async with hub_of(own, tmp_path) as address:
            for ca, is_well in ((own.pem, True), (authority().pem, False)):
                kit = Kit(address, "cao-bang", world.ANCHOR, ca)
                machine = doctoring.Machine(tmp_path, kit, None, "none", time.time(), "en")
                (line,) = [one for one in await asyncio.to_thread(doctoring.examine, machine) if one.name == "line"]
                assert line.is_well is is_well, line

    asyncio.run(act())


def test_the_kit_keeps_its_authority_and_refuses_what_is_none(tmp_path: Path) -> None:
    path, made = tmp_path / "kit.json", authority()
    kit = Kit("https://127.0.0.1", "cao-bang", world.ANCHOR, made.pem)
    write_kit(kit, path)
    assert read_kit(path) == kit
    write_kit(replace(kit, ca=""), path)
    assert "ca" not in json.loads(path.read_text())
    assert [one.name for one in tmp_path.glob("*kit*")] == ["kit.json"]  # whole, and nothing half written beside it
    chain, key = made.issue("hub", tmp_path)
    for bad in (chain.read_text(), made.pem + key.read_text(), "none", 7):
        path.write_text(json.dumps({**json.loads(path.read_text()), "ca": bad}))
        with pytest.raises(BadInput, match="CA certificate in the kit"):
            read_kit(path)


def test_a_client_certificate_that_cannot_be_used_is_said_at_the_start(tmp_path: Path) -> None:
    chain, key = authority().issue("player", tmp_path)
    found = {"BANGTIN_PLAYER_TLS_CERT": str(chain), "BANGTIN_PLAYER_TLS_KEY": str(key)}
    assert read_certificate({}) is None
    assert read_certificate(found) == (chain, key)
    assert read_certificate({"BANGTIN_PLAYER_TLS_CERT": str(chain)}) == (chain, chain)
    with pytest.raises(BadInput, match="without BANGTIN_PLAYER_TLS_CERT"):
        read_certificate({"BANGTIN_PLAYER_TLS_KEY": str(key)})
    for bad in ((chain, chain), (tmp_path / "none", key)):
        with pytest.raises(BadInput, match="BANGTIN_PLAYER_TLS_CERT"):
            tls.context("", bad)


@pytest.mark.parametrize("command", ["enrol", "run"])
def test_no_screen_joins_over_a_line_without_tls(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("BANGTIN_DEMO", raising=False)
    write_kit(PLAIN, tmp_path / "kit-in.json")
    folder = tmp_path / "player"
    assert main([command, "--kit", str(tmp_path / "kit-in.json"), "--data-dir", str(folder), "--browser", "none"]) == 2
    said = capsys.readouterr().err
    assert "hub_without_tls" in said and "BANGTIN_PUBLIC_URL=https://" in said
    assert not (folder / "kit.json").exists()


def test_a_screen_that_plays_already_is_not_darkened_for_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BANGTIN_DEMO", raising=False)
    folder = tmp_path / "player"
    (folder / "enrolment").mkdir(parents=True)
    (folder / "enrolment" / "current").touch()
    write_kit(PLAIN, folder / "kit.json")
    options = ["run", "--data-dir", str(folder)]
    assert _prepare(parser("en").parse_args(options))[1] == PLAIN
    with pytest.raises(BadInput, match="hub_without_tls"):  # but it joins no more
        _prepare(parser("en").parse_args(["enrol", "--again", *options[1:]]))


def test_the_demo_and_this_very_machine_need_no_tls() -> None:
    require_tls(PLAIN.hub, is_demo=True)
    require_tls("http://127.0.0.1:8000", is_demo=False)
    with pytest.raises(BadInput, match="hub_without_tls"):
        require_tls(PLAIN.hub, is_demo=False)


def test_doctor_names_a_line_without_tls(tmp_path: Path) -> None:
    machine = doctoring.Machine(tmp_path, PLAIN, "http://10.1.2.3:1", "none", time.time(), "en")
    found = doctoring._kit(machine, None)
    assert (found.is_well, "without TLS" in found.detail, "https://" in found.mend) == (False, True, True)
