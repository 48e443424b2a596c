"""The player's parts by themselves: clock, settings, records, text notices, the local server's door."""

import asyncio
import time
from pathlib import Path

import aiohttp
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bangtin.bundle import notices
from bangtin.bundle.playlog import first_head, open_batch
from bangtin.bundle.signers import ed25519_signer
from bangtin.player import main
from bangtin.player.clock import DAY_MS, Anchor, Clock
from bangtin.player.config import BadInput, read_environment, read_place
from bangtin.player.playlog import Playlog, Started
from bangtin.player.screens.browser import arguments
from bangtin.player.store.database import Database
from bangtin.player.testing.hub_simulator import HubSimulator
from bangtin.player.tests.post import Post, until

NOW_S = 1_795_000_000.0


def clock(*, wall: float, floor_ms: int = round(NOW_S * 1000)) -> Clock:
    """A clock whose machine says `wall`."""
    return Clock(wall=lambda: wall, mono=lambda: 5.0, offset_s=0.0, floor_ms=floor_ms)


@pytest.mark.parametrize("wall", [0.0, NOW_S + 401 * DAY_MS / 1000])
def test_a_dead_or_mad_machine_clock_gives_the_floor(wall: float) -> None:
    assert clock(wall=wall).grade() == "floor"
    assert clock(wall=wall).now_ms() == round(NOW_S * 1000)


def test_signed_time_rules_over_the_machine() -> None:
    found = clock(wall=NOW_S)
    found.set(Anchor(now_ms=round(NOW_S * 1000) + 60_000, mono_ms=0, rtt_ms=4))
    assert (found.grade(), found.now_ms()) == ("hub", round(NOW_S * 1000) + 60_000)


def test_the_demo_clock_is_refused_outside_demo_mode() -> None:
    with pytest.raises(BadInput):
        read_environment({"BANGTIN_CLOCK_OFFSET_S": "3600"})
    assert read_environment({"BANGTIN_CLOCK_OFFSET_S": "3600", "BANGTIN_DEMO": "1"})[:2] == (True, 3600.0)


def test_demo_time_moves_plans_but_not_signatures() -> None:
    found = Clock(wall=lambda: NOW_S, mono=lambda: 0.0, offset_s=86_400.0, floor_ms=0)
    assert found.now_ms() == round((NOW_S + 86_400) * 1000)
    assert found.signature_s() == NOW_S


def started(number: int) -> Started:
    """A play of item `i‹number›`."""
    return Started("play", 1, "f1", 1000 * number, 1000 * number, "hub", item=f"i{number}")


def test_records_are_sealed_sent_unchanged_and_go_after_the_acknowledgement(tmp_path: Path) -> None:
    key = Ed25519PrivateKey.generate()
    database = Database(tmp_path / "p.sqlite3")
    log = Playlog(database, device="d1", epoch=1, boot=1, signer=ed25519_signer(key, keyid="d1"))
    for number in (1, 2, 3):
        log.open(f"1-{number}", started(number))
        log.close(f"1-{number}", shown_ms=1000, end="complete")
    assert log.seal(made_ms=9, mono_ms=9)
    first, again = log.next_batch(), log.next_batch()
    assert first is not None
    assert first == again
    batch = open_batch(first.body, device="d1", epoch=1, key=key.public_key().public_bytes_raw())
    assert batch.checkpoint.before == first_head("d1", 1)
    assert not log.acknowledge(epoch=1, to_n=3, head="0" * 64)
    assert log.acknowledge(epoch=1, to_n=3, head=log.head()[1])
    assert (log.next_batch(), log.unacknowledged(), log.head()[0]) == (None, 0, 3)
    log.note(started(4))
    assert log.seal(made_ms=9, mono_ms=9)
    later = log.next_batch()
    assert later is not None
    chained = open_batch(later.body, device="d1", epoch=1, key=key.public_key().public_bytes_raw())
    assert chained.checkpoint.before == batch.checkpoint.head


def test_a_row_left_open_is_cut_at_its_last_beat(tmp_path: Path) -> None:
    signer = ed25519_signer(Ed25519PrivateKey.generate(), keyid="d1")
    log = Playlog(Database(tmp_path / "p.sqlite3"), device="d1", epoch=1, boot=1, signer=signer)
    log.open("1-1", started(1))
    log.beat("1-1", shown_ms=700)
    again = Playlog(Database(tmp_path / "p.sqlite3"), device="d1", epoch=1, boot=2, signer=signer)
    assert again.close_left_over() == 1
    assert again.close_left_over() == 0
    assert again.head()[0] == 1


def test_a_text_that_no_template_takes_is_named() -> None:
    assert notices.faults("notice", {"title": "Thông báo"}) == []
    assert notices.faults("poster", {}) == [("template", "unknown_template")]
    assert notices.faults("notice", {"title": "x" * 91, "y": "z"}) == [("y", "unknown_field"), ("title", "too_long")]
    wrong = {"title": "Chợ phiên", "translation": "Marché", "language": "fr"}
    assert notices.faults("bilingual", wrong) == [("language", "unknown_language")]


def test_a_window_lies_where_it_is_told_to_so_that_one_machine_drives_three_faces(tmp_path: Path) -> None:
    assert (read_place({}), read_place({"BANGTIN_PLAYER_AT": "1920,0"})) == ((0, 0), (1920, 0))
    for wrong in ("1920", "-1,0", "a,b"):
        with pytest.raises(BadInput):
            read_place({"BANGTIN_PLAYER_AT": wrong})
    made = arguments(profile=tmp_path, url="x", size=(1920, 640), is_headless=False, at=(1920, 0))
    assert "--window-position=1920,0" in made


@pytest.mark.parametrize(
    ("listed", "code"),
    [((), "device_record_unsigned"), (("ta-lung-1", "ta-lung-2"), "device_record_faces")],
    ids=["none", "two"],
)
def test_a_device_record_that_lists_no_face_or_several_is_refused_by_name(
    tmp_path: Path, listed: tuple[str, ...], code: str
) -> None:
    """This player drives one face: of two it would leave one dark and nobody would know."""

    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        hub.listed = listed
        await hub.start()
        post = Post(tmp_path / "p", hub)
        await post.start()
        await until(lambda: code in (post.folder / "log.txt").read_text(), within_s=60)
        assert not post.is_enrolled
        await post.stop()
        await hub.stop()

    asyncio.run(act())


def test_bad_input_is_exit_2(tmp_path: Path) -> None:
    assert main.main(["run", "--data-dir", str(tmp_path)]) == 2
    assert main.main(["status", "--data-dir", str(tmp_path), "--json"]) == 1


def test_the_page_is_not_for_other_names_or_pages(tmp_path: Path) -> None:
    async def act() -> None:
        hub = HubSimulator(clock=time.time)
        await hub.start()
        post = Post(tmp_path / "p", hub)
        await post.start()
        async with aiohttp.ClientSession() as session:
            answers = [
                (await session.get(post.page)).status,
                (await session.get(post.page, headers={"Host": "evil.example"})).status,
                (await session.get(f"{post.page}/screen", headers={"Origin": "http://evil.example"})).status,
                (await session.post(post.page)).status,
                (await session.get(f"{post.page}/m/{'0' * 64}")).status,
            ]
            policy = (await session.get(post.page)).headers["Content-Security-Policy"]
        await post.stop()
        await hub.stop()
        assert answers == [200, 421, 403, 405, 404]
        assert "unsafe" not in policy

    asyncio.run(act())
