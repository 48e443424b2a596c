"""A post with three faces, each with its player: recorded, graded and counted face by face, from bundle to fleet."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bangtin.bundle import playlog, timeline
from bangtin.bundle.manifest import Manifest
from bangtin.bundle.playlog import Line
from bangtin.bundle.signers import ed25519_signer
from bangtin.hub.devices import actions, queries
from bangtin.hub.devices.models import Bundle, Commitment, Device
from bangtin.hub.devices.tests.factories import Player, enrolled, published
from bangtin.hub.kit.clock import from_ms, to_ms
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.models import Airtime, PlayRecord
from bangtin.hub.playlog.queries import proof_of_play
from bangtin.hub.portal import screen_board
from bangtin.hub.schedules import actions as schedules
from bangtin.hub.schedules.models import Slot
from bangtin.hub.schedules.tests.factories import NOW, Desk, monday

pytestmark = pytest.mark.django_db
FACES = ("ta-lung-1", "ta-lung-2", "ta-lung-3")
BEGINS, ENDS = monday("08:00"), monday("08:05")


@dataclass
class Post:
    """Tà Lùng with a player on each face; the first two show one thing, the third another, then all a third."""

    desk: Desk
    players: dict[str, Player]
    together: Slot
    apart: Slot
    after: Slot
    manifest: Manifest

    def device(self, face: str) -> Device:
        device = self.players[face].device
        assert device is not None
        return device

    def lines(self, face: str) -> Iterator[Line]:
        """What the player of this face plays between 08:00 and 08:05 when it keeps to the plan of its face."""
        shown = timeline.segments(self.manifest, face=face, from_ms=to_ms(BEGINS), until_ms=to_ms(ENDS))
        for n, one in enumerate(shown, start=1):
            item = self.manifest.item_by_id[one.item or ""]
            yield Line(
                k="play",
                n=n,
                boot=1,
                bundle=self.manifest.number,
                face=face,
                from_ms=one.from_ms,
                mono_ms=one.from_ms - to_ms(BEGINS),
                shown_ms=one.until_ms - one.from_ms,
                clock="hub",
                item=item.id,
                content=item.digest,
                lang=item.content.language,
                class_=one.class_,
                slot=one.slot,
            )

    def send(self, face: str, lines: list[Line]) -> None:
        """The player of this face sends these lines under its own key, committed to at once."""
        device, key = self.device(face), self.players[face].key
        encoded = [playlog.encode(line) for line in lines]
        before = head = playlog.first_head(device.pk, device.epoch)
        for data in encoded:
            head = playlog.fold(head, data)
        Commitment.objects.create(
            device=device,
            epoch=device.epoch,
            n=len(lines),
            head=head,
            bundle=self.manifest.number,
            received_at=ENDS + timedelta(seconds=1),
        )
        checkpoint = playlog.Checkpoint(
            device=device.pk,
            epoch=device.epoch,
            from_n=1,
            to_n=len(lines),
            before=before,
            head=head,
            boot=1,
            made_ms=to_ms(ENDS),
            mono_ms=0,
        )
        body = playlog.pack_batch(playlog.seal(checkpoint, ed25519_signer(key, keyid=device.pk)), encoded)
        ingest(device=device, body=body, at=ENDS + timedelta(seconds=5))


@pytest.fixture
def desk(settings: Any, tmp_path: Path) -> Desk:
    settings.DATA_DIR = tmp_path
    return Desk()


@pytest.fixture
def post(desk: Desk) -> Post:
    spare = desk.version(title="Cảnh đẹp Cao Bằng")
    schedules.add_filler(cluster=desk.cluster, version=spare, actor=desk.scheduler, at=NOW)
    together = desk.place(desk.version(title="Hai mặt"), "2026-11-23 07:30", "2026-11-23 09:00", faces=FACES[:2])
    apart = desk.place(desk.version(title="Mặt ba"), "2026-11-23 07:30", "2026-11-23 10:00", faces=FACES[2:])
    after = desk.place(desk.version(title="Sau đó"), "2026-11-23 09:00", "2026-11-23 10:00", faces=FACES[:2])
    players = {face: enrolled(desk, face=face) for face in FACES}
    published(desk)
    row = Bundle.objects.order_by("-number")[0]
    for player in players.values():
        assert player.device is not None
        player.device.refresh_from_db()
        actions.note_request(device=player.device, sequence=actions.Sequence(1, "abcdefgh", 1), at=BEGINS)
        Device.objects.filter(pk=player.device.pk).update(accepted_bundle=row.number)
        player.device.refresh_from_db()
    return Post(desk, players, together, apart, after, queries.manifest_of(desk.cluster, row.number))


def test_each_face_is_recorded_graded_and_counted_by_itself_from_bundle_to_fleet(post: Post) -> None:
    for face in FACES:
        post.send(face, list(post.lines(face)))
    graded = PlayRecord.objects.order_by().values_list("face_id", "grade", "reason").distinct()
    assert sorted(graded) == [(face, "corroborated", "agrees") for face in FACES]
    proof = proof_of_play(post.together, at=ENDS)
    assert (proof.faces, proof.aired_ms) == (FACES[:2], 2 * 300_000)
    alone = proof_of_play(post.apart, at=ENDS)
    assert (alone.faces, alone.aired_ms) == (FACES[2:], 300_000)
    counted = {(row.face_id, row.version_id): row.shown_ms for row in Airtime.objects.all()}
    assert counted == {
        ("ta-lung-1", post.together.version_id): 300_000,
        ("ta-lung-2", post.together.version_id): 300_000,
        ("ta-lung-3", post.apart.version_id): 300_000,
    }
    rows = screen_board.rows(queries.fleet(post.desk.scheduler, ENDS), reader=post.desk.scheduler, at=ENDS)
    assert {row.face.pk: row.meter.aired_s for row in rows if row.meter} == dict.fromkeys(FACES, 300.0)


def test_a_face_whose_player_sends_nothing_is_a_gap_of_that_face_alone(post: Post) -> None:
    for face in ("ta-lung-1", "ta-lung-3"):
        post.send(face, list(post.lines(face)))
    proof = proof_of_play(post.together, at=ENDS)
    assert proof.aired_ms == 300_000
    then = monday("08:02")
    missing = {(gap.face_id, gap.reason) for gap in proof.gaps if gap.from_at <= then < gap.until_at}
    assert missing == {("ta-lung-2", "no_record")}


def test_no_player_is_believed_about_the_face_of_another(post: Post) -> None:
    """Whoever has one key of the post makes no airtime for its other faces, and fills no gap there."""
    forged = [replace(line, face="ta-lung-2") for line in post.lines("ta-lung-2")]
    post.send("ta-lung-1", forged)
    assert set(PlayRecord.objects.values_list("grade", "reason")) == {("quarantined", "record_other_face")}
    assert not Airtime.objects.filter(grade__in=("corroborated", "claimed")).exists()
    assert proof_of_play(post.together, at=ENDS).aired_ms == 0


def test_next_is_what_the_plan_of_that_face_says(post: Post) -> None:
    found = queries.following(queries.fleet(post.desk.scheduler, BEGINS), BEGINS, after={})
    said = {face: (from_ms(why.showing.from_ms), why.version and why.version.title) for face, why in found.items()}
    nine, ten = monday("09:00"), monday("10:00")
    assert said == {
        "ta-lung-1": (nine, "Sau đó"),
        "ta-lung-2": (nine, "Sau đó"),
        "ta-lung-3": (ten, "Cảnh đẹp Cao Bằng"),  # filler: nothing more is placed there
    }
    rows = screen_board.rows(queries.fleet(post.desk.scheduler, BEGINS), reader=post.desk.scheduler, at=BEGINS)
    assert {row.face.pk: row.following[:5] for row in rows} == dict.fromkeys(FACES[:2], "09:00") | {FACES[2]: "10:00"}


def test_next_is_by_the_bundle_that_the_player_has(post: Post) -> None:
    before = post.manifest.number
    schedules.withdraw(slot=post.after, actor=post.desk.scheduler, at=NOW)
    published(post.desk)
    Device.objects.filter(face="ta-lung-1").update(accepted_bundle=before + 1)
    found = queries.following(queries.fleet(post.desk.scheduler, BEGINS), BEGINS, after={})
    titles = {face: why.version.title for face, why in found.items() if why.version}
    assert titles["ta-lung-1"] == "Cảnh đẹp Cao Bằng"  # it has the new one; its neighbour does not yet
    assert titles["ta-lung-2"] == "Sau đó"
