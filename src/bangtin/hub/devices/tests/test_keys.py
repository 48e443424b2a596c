"""The keys of an installation: encrypted at rest, rotated, and those of root and targets taken away from the hub."""

import stat
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bangtin.bundle import ceremony, verify
from bangtin.bundle.ceremony import Change, Papers
from bangtin.bundle.devices import enrolment_code
from bangtin.bundle.signers import CryptoSigner
from bangtin.bundle.tests import world
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices import actions, errors, key_errors, queries
from bangtin.hub.devices.actions import ceremonies, keys, repository
from bangtin.hub.devices.models import Bundle
from bangtin.hub.devices.tests.factories import Player, planned, published
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.schedules.tests.factories import NOW, Desk

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ROLES = ("root", "targets", "people")
YEAR = timedelta(days=365)


def person(role: str, name: str) -> CryptoSigner:
    return world.signer(f"{role} of {name}")


def apart(*, at: Any = NOW) -> list[str]:
    """The first ceremony: three holders each for root and targets, two for people; gives the files destroyed."""
    public = {role: tuple(person(role, name).public_key for name in ("an", "binh", "chi")) for role in ROLES}
    papers = ceremonies.prepare(Change(keys=public), at=at)
    return ceremonies.publish(papers=by_persons(papers), at=at)


def by_persons(papers: Papers, *names: str) -> Papers:
    """Signed on their own machines by those of these persons whose keys the papers ask for."""
    asked = {keyid for need in ceremony.needs(papers) for keyid in need.may}
    for role in ROLES:
        for name in names or ("an", "chi"):
            if (signer := person(role, name)).public_key.keyid in asked:
                papers = ceremony.from_files(ceremony.to_files(ceremony.sign_papers(papers, signer)))
    return papers


def judged(desk: Desk, *, at: Any = NOW) -> verify.Accepted:
    files = queries.current_files()
    return verify.self_check(
        files, anchor=files["metadata/1.root.json"], at=at, province="cao-bang", cluster=desk.cluster.pk
    )


def test_keys_are_encrypted_at_rest_and_their_passphrase_is_for_its_owner_alone(desk: Desk, settings: Any) -> None:
    actions.create_repository(at=NOW)
    folder = Path(settings.DATA_DIR)
    assert all(b"ENCRYPTED" in path.read_bytes() for path in (folder / "keys").iterdir())
    assert stat.S_IMODE((folder / "secrets" / "keys-passphrase").stat().st_mode) == 0o600
    assert (keys.are_encrypted(), keys.is_passphrase_beside()) == (True, True)


def test_a_passphrase_elsewhere_takes_over_and_without_it_nothing_opens(
    desk: Desk, settings: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    actions.create_repository(at=NOW)
    before = keys.load().of("timestamp")[0].public_key
    away = tmp_path_factory.mktemp("credentials") / "bangtin-keys"
    away.write_bytes(b"muoi hai chu cai ngau nhien\n")
    count = len(keys.load().signers)
    assert keys.protect(b"muoi hai chu cai ngau nhien") == count
    settings.KEYS_PASSPHRASE_FILE = away
    assert keys.load().of("timestamp")[0].public_key == before
    assert not keys.is_passphrase_beside()
    away.write_bytes(b"khac")
    keys._read.cache_clear()
    with pytest.raises(key_errors.KeysLocked):
        keys.load()
    away.unlink()
    with pytest.raises(key_errors.KeysLocked):
        keys.load()


def test_the_demo_asks_for_no_passphrase(desk: Desk, settings: Any) -> None:
    settings.IS_DEMO = True
    actions.create_repository(at=NOW)
    assert not keys.are_encrypted()
    assert keys.passphrase_file() is None


def test_after_the_ceremony_no_offline_key_lies_at_the_hub_and_publishing_goes_on(desk: Desk) -> None:
    planned(desk)
    published(desk)
    gone = apart()
    assert gone == ["people.1.pem", "root.1.pem", "targets.1.pem"]
    found = {one.role: one for one in ceremonies.standing(at=NOW)}
    assert [(found[role].threshold, len(found[role].keyids), found[role].here) for role in ROLES] == [
        (2, 3, 0),
        (2, 3, 0),
        (1, 3, 0),
    ]
    assert ceremonies.is_apart(found.values())
    published(desk)
    assert judged(desk).manifest.number == 2
    assert AuditEntry.objects.filter(action="keys.published").count() == 1


def test_the_hub_re_signs_no_policy_and_no_officer_once_persons_do(desk: Desk) -> None:
    planned(desk)
    actions.create_repository(at=NOW)
    apart()
    before = {name for name in queries.current_files() if ".targets.json" in name or ".people.json" in name}
    from bangtin.hub.accounts.models import Role
    from bangtin.hub.regulations.tests.factories import account

    account("tham-dinh-9", "Cán bộ thẩm định 9", desk.world.agencies["so-tttt"], Role.APPRAISER)
    published(desk)
    actions.refresh(at=NOW + timedelta(hours=25))
    after = {name for name in queries.current_files() if ".targets.json" in name or ".people.json" in name}
    assert after == before
    assert ceremonies.outdated(at=NOW) == ["officers"]
    ceremonies.publish(papers=by_persons(ceremonies.prepare(ceremonies.renewal(at=NOW), at=NOW)), at=NOW)
    assert ceremonies.outdated(at=NOW) == []


def test_papers_that_one_holder_signed_are_not_put_in_force(desk: Desk) -> None:
    actions.create_repository(at=NOW)
    apart()
    before = queries.current_files()
    papers = by_persons(ceremonies.prepare(ceremonies.renewal(at=NOW), at=NOW), "an")
    with pytest.raises(key_errors.CeremonyRefused, match="must sign"):
        ceremonies.publish(papers=papers, at=NOW)
    assert queries.current_files() == before


def test_the_same_papers_twice_change_nothing_more(desk: Desk) -> None:
    actions.create_repository(at=NOW)
    apart()
    papers = by_persons(ceremonies.prepare(ceremonies.renewal(at=NOW), at=NOW))
    ceremonies.publish(papers=papers, at=NOW)
    before = queries.current_files()
    assert ceremonies.publish(papers=papers, at=NOW) == []
    assert queries.current_files() == before


@pytest.mark.parametrize("role", ["timestamp", "snapshot", "c-ta-lung", "approvals", "hub", "alerts"])
def test_each_online_key_rotates_under_the_offline_ones_and_screens_follow(desk: Desk, role: str) -> None:
    planned(desk)
    published(desk)
    apart()
    old = keys.load().of(role)[0].public_key.keyid
    papers = by_persons(ceremonies.prepare(ceremonies.rotation([role]), at=NOW))
    assert keys.load().of(role)[0].public_key.keyid == old  # nothing changes before the papers are published
    assert ceremonies.publish(papers=papers, at=NOW) == [f"{role}.1.pem"]
    (now,) = keys.load().of(role)
    assert now.public_key.keyid != old
    assert judged(desk).manifest.number == (2 if role == "approvals" else 1)
    published(desk)
    actions.refresh(at=NOW + timedelta(hours=25))
    judged(desk, at=NOW + timedelta(hours=25))


def test_in_one_folder_a_key_rotates_at_once(desk: Desk) -> None:
    planned(desk)
    published(desk)
    ceremonies.publish(papers=ceremonies.prepare(ceremonies.rotation(["timestamp"]), at=NOW), at=NOW)
    assert judged(desk).versions["root"] == 2


def test_a_screen_whose_kit_is_older_than_the_ceremony_still_joins(desk: Desk) -> None:
    actions.create_repository(at=NOW)
    before = queries.anchor()
    apart()
    player = Player.new()
    asked = player.begin()
    code = enrolment_code(key=player.key.public_key().public_bytes_raw(), nonce=bytes.fromhex(asked.nonce), root=before)
    assert code != asked.code
    admin, face = desk.world.users["an-toan"], desk.world.faces["ta-lung-1"]
    with pytest.raises(errors.CodeUnknown):
        actions.confirm_enrolment(code="Ổ7K3Q-M0000", face=face, actor=admin, at=NOW)
    assert actions.confirm_enrolment(code=code, face=face, actor=admin, at=NOW).face == face


def test_an_offline_role_is_not_rotated_at_the_hub(desk: Desk) -> None:
    actions.create_repository(at=NOW)
    with pytest.raises(key_errors.KeysElsewhere):
        ceremonies.rotation(["root"])


def test_a_new_cluster_waits_for_the_holders_of_targets(desk: Desk) -> None:
    actions.create_repository(at=NOW)
    apart()
    Cluster.objects.create(id="cao-bang/tra-linh", **_like(desk.cluster))
    actions.create_repository(at=NOW)
    assert "cao-bang/tra-linh" in ceremonies.outdated(at=NOW)
    ceremonies.publish(papers=by_persons(ceremonies.prepare(ceremonies.renewal(at=NOW), at=NOW)), at=NOW)
    assert "c-tra-linh" in {one.role for one in ceremonies.standing(at=NOW)}


def test_a_quarter_of_each_life_left_is_said(desk: Desk) -> None:
    actions.create_repository(at=NOW)
    lives = {one.role: one.life for one in ceremonies.standing(at=NOW + timedelta(days=280))}
    assert (lives["root"], lives["targets"], lives["people"], lives["timestamp"]) == ("good", "soon", "soon", "over")
    assert {one.life for one in ceremonies.standing(at=NOW)} == {"good"}


def test_lives_are_settings(desk: Desk, settings: Any) -> None:
    settings.KEY_LIVES = {"timestamp": 3}
    actions.create_repository(at=NOW)
    found = {one.role: one for one in ceremonies.standing(at=NOW)}
    expires_at = found["timestamp"].expires_at
    assert expires_at is not None
    assert expires_at - NOW <= timedelta(days=3)
    assert repository.lifetimes().snapshot == timedelta(days=60)


def test_a_renewal_a_year_later_gives_the_offline_roles_a_new_life(desk: Desk) -> None:
    actions.create_repository(at=NOW)
    apart()
    late = NOW + timedelta(days=300)
    papers = by_persons(ceremonies.prepare(ceremonies.renewal(at=late), at=late), "binh", "chi")
    ceremonies.publish(papers=papers, at=late)
    assert {one.life for one in ceremonies.standing(at=late) if one.role in ROLES} == {"good"}
    assert not Bundle.objects.exists()


def _like(cluster: Cluster) -> dict[str, object]:
    fields = [each.attname for each in cluster._meta.concrete_fields if not each.primary_key]
    return {name: getattr(cluster, name) for name in fields}
