"""Publishing: what a screen verifies, what python-tuf's own client verifies, what is refused."""

import stat
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from tuf.api.exceptions import DownloadHTTPError
from tuf.ngclient.fetcher import FetcherInterface
from tuf.ngclient.updater import Updater

from bangtin.bundle import verify
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.accounts import actions as accounts
from bangtin.hub.accounts.models import Post
from bangtin.hub.appraisal.models import Decision
from bangtin.hub.devices import actions, errors, queries
from bangtin.hub.devices.actions import keys
from bangtin.hub.devices.models import Bundle, PublishedFile, RepositoryFile
from bangtin.hub.devices.tests.factories import enrolled, planned, published, record_of
from bangtin.hub.kit import files
from bangtin.hub.kit.clock import to_ms
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.kit.models import AuditEntry
from bangtin.hub.kit.testing import local
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.schedules import actions as schedules
from bangtin.hub.schedules import queries as schedule_queries
from bangtin.hub.schedules.errors import NotReleased
from bangtin.hub.schedules.models import PlanRelease
from bangtin.hub.schedules.tests.factories import NOW, Desk, monday, released


def test_a_screen_accepts_the_published_bundle(desk: Desk) -> None:
    player, slot = enrolled(desk), planned(desk)
    bundle = published(desk, reason="Tuần 48")
    accepted = verify.accept(queries.current_files(), anchor=queries.anchor(), at=NOW, device=record_of(player))
    manifest = accepted.manifest
    assert (manifest.number, manifest.cluster, manifest.reason) == (bundle.number, "cao-bang/ta-lung", "Tuần 48")
    assert set(manifest.faces) == {"ta-lung-1", "ta-lung-2", "ta-lung-3"}
    window = next(one for one in manifest.windows if one.loop)
    assert [turn.slot for turn in manifest.loops[window.loop]] == [str(slot.pk)]
    assert manifest.items[0].digest == slot.version.content_digest


class ServedFiles(FetcherInterface):
    """The repository's rows as a web server would give them."""

    def _fetch(self, url: str) -> "list[bytes]":  # type: ignore[override]  # an iterator is all the client needs
        path = url.removeprefix("https://hub/")
        body = queries.file_body(path)
        if body is None:
            raise DownloadHTTPError(f"no {path}", 404)
        return iter([body])  # type: ignore[return-value]  # as above


def test_python_tufs_own_client_accepts_the_served_files(desk: Desk, tmp_path: Path) -> None:
    planned(desk)
    bundle = published(desk)
    updater = Updater(
        metadata_dir=str(tmp_path / "client"),
        metadata_base_url="https://hub/metadata/",
        target_dir=str(tmp_path),
        target_base_url="https://hub/targets/",
        fetcher=ServedFiles(),
        bootstrap=queries.anchor(),
    )
    updater._trusted_set.reference_time = NOW  # the client reads the wall clock; the test has its own
    updater.refresh()
    info = updater.get_targetinfo("c/ta-lung/manifest.json")
    assert info is not None
    (tmp_path / "m.json").write_bytes(b"")
    found = updater.download_target(info, str(tmp_path / "m.json"))
    assert Path(found).read_bytes() == bytes(bundle.manifest)


def test_numbers_rise_and_older_files_stay_served(desk: Desk) -> None:
    planned(desk)
    first, second = published(desk), published(desk, at=NOW + timedelta(minutes=1))
    assert (first.number, second.number) == (1, 2)
    assert RepositoryFile.objects.filter(name__endswith=f"{first.manifest_sha256}.manifest.json").exists()
    assert not RepositoryFile.objects.get(name__endswith=f"{first.manifest_sha256}.manifest.json").is_current


def test_a_bundle_taken_down_from_the_plan_is_gone_from_the_next(desk: Desk) -> None:
    slot = planned(desk)
    published(desk)
    schedules.take_down(slot=slot, reason="Sai địa danh", actor=desk.scheduler, at=NOW)
    manifest = queries.manifest_of(desk.cluster, published(desk).number)
    assert slot.version.receipt.replace("/", ".") not in {item.id for item in manifest.items}
    assert len(manifest.items) == 1  # the filler


def test_a_plan_without_slot_or_filler_is_not_published(desk: Desk) -> None:
    with pytest.raises(errors.NothingToPublish):
        published(desk)


def test_a_version_that_lost_its_approval_stops_the_publication_by_name(desk: Desk) -> None:
    slot = planned(desk)
    slot.version.renditions.update(duration_ms=11_000)
    with pytest.raises(errors.NotApprovedAnyMore) as caught:
        published(desk)
    assert slot.version.title in caught.value.message
    assert not Bundle.objects.exists()


def test_the_hub_does_not_serve_what_a_screen_would_refuse(desk: Desk) -> None:
    slot = planned(desk)
    # an officer without a post at the appraising agency: a row that only a broken database could hold
    Decision.objects.filter(version=slot.version, step="appraisal.confirm").update(officer=desk.world.users["ngoai-vu"])
    with pytest.raises(errors.BundleDoesNotVerify) as caught:
        published(desk)
    assert isinstance(caught.value.__cause__, BundleRefusal)
    assert caught.value.__cause__.code == "officer_not_entitled"
    assert not Bundle.objects.exists() and not PublishedFile.objects.exists()


def test_what_a_stand_in_approved_counts_also_after_the_delegation_was_withdrawn(desk: Desk) -> None:
    row, users = desk.version(state=VersionState.PROPOSED), desk.world.users
    post, day = Post.objects.get(user=users["tham-dinh-1"]), NOW.date()
    made = accounts.delegate_post(
        post=post, to=users["bao-cao"], starts_on=day, ends_on=day, reason="Nghỉ phép", actor=post.user, at=NOW
    )
    desk.approve(row)
    Decision.objects.filter(version=row, step="appraisal.decide").update(
        officer=users["bao-cao"], acting_for=post.user, decided_at=NOW
    )
    ProgrammeVersion.objects.filter(pk=row.pk).update(state=VersionState.READY)
    row.refresh_from_db()
    desk.place(row, "2026-11-23 07:30", "2026-11-23 09:00")
    accounts.withdraw_delegation(delegation=made, actor=post.user, at=NOW + timedelta(hours=1))
    released(desk.cluster)
    bundle = actions.publish_bundle(cluster=desk.cluster, actor=desk.scheduler, at=NOW + timedelta(hours=2))
    assert len(queries.manifest_of(desk.cluster, bundle.number).items) == 1


def test_a_missing_media_file_stops_the_publication(desk: Desk) -> None:
    slot = planned(desk)
    rendition = slot.version.renditions.get()
    files.path(rendition.sha256).unlink()
    with pytest.raises(errors.MediaMissing):
        published(desk)


def test_media_over_a_mebibyte_come_with_their_chunk_list(desk: Desk) -> None:
    planned(desk)
    published(desk)
    row = PublishedFile.objects.first()
    assert row is not None and row.size_bytes > 1 << 20
    listed = files.path(row.chunks_sha256).read_bytes()
    assert len(listed) == 32 * -(-row.size_bytes // (1 << 20))


@pytest.mark.parametrize(
    ("username", "is_allowed"),
    [("xep-lich", True), ("van-hanh", True), ("xep-lich-tk", False), ("an-toan", False), ("quan-tri", False)],
)
def test_the_clusters_district_publishes(desk: Desk, username: str, is_allowed: bool) -> None:
    planned(desk)
    released(desk.cluster)
    actor = desk.world.users[username]
    if is_allowed:
        assert actions.publish_bundle(cluster=desk.cluster, actor=actor, at=NOW).published_by == actor
    else:
        with pytest.raises(NotPermitted):
            actions.publish_bundle(cluster=desk.cluster, actor=actor, at=NOW)


def test_a_plan_that_no_second_person_approved_is_not_published(desk: Desk) -> None:
    planned(desk)
    with pytest.raises(NotReleased) as caught:
        actions.publish_bundle(cluster=desk.cluster, actor=desk.scheduler, at=NOW)
    assert str(desk.cluster) in caught.value.message and caught.value.next_step
    released(desk.cluster)
    desk.place(desk.version(title="Mùa vụ"), "2026-11-23 13:30", "2026-11-23 15:00")
    with pytest.raises(NotReleased) as caught:
        actions.publish_bundle(cluster=desk.cluster, actor=desk.scheduler, at=NOW)
    assert "08:00 22/11/2026" in caught.value.message
    assert not Bundle.objects.exists()


def test_a_bundle_ends_where_the_approved_days_end(desk: Desk) -> None:
    planned(desk)
    desk.place(desk.version(title="Mùa vụ"), "2026-11-26 07:30", "2026-11-26 08:30")
    released(desk.cluster, days=3)
    bundle = actions.publish_bundle(cluster=desk.cluster, actor=desk.scheduler, at=NOW)
    assert bundle.ends_at == local("2026-11-25 00:00")
    # a free day before an approved one needs no approval of its own
    PlanRelease.objects.update(from_on=date(2026, 11, 23))
    PlanRelease.objects.update(
        digest=schedule_queries.plan_digest(desk.cluster, date(2026, 11, 23), date(2026, 11, 24))
    )
    assert schedule_queries.released_until(desk.cluster, NOW) == date(2026, 11, 24)


def test_keys_are_readable_by_their_owner_alone(desk: Desk) -> None:
    planned(desk)
    published(desk)
    folder = Path(settings.DATA_DIR) / "keys"
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {"root", "people", "approvals", "hub", "c-ta-lung"} <= set(keys.load().signers)


def test_the_timestamp_is_signed_anew_once_a_day(desk: Desk) -> None:
    actions.create_repository(at=NOW)
    before = _timestamp(queries.current_files())
    actions.refresh(at=NOW + timedelta(hours=1))
    assert _timestamp(queries.current_files()) == before
    actions.refresh(at=NOW + timedelta(hours=25))
    assert _timestamp(queries.current_files()) != before


def test_making_the_repository_again_changes_nothing(desk: Desk) -> None:
    actions.create_repository(at=NOW)
    before = queries.current_files()
    actions.create_repository(at=NOW + timedelta(days=1))
    assert queries.current_files() == before


def test_a_new_officers_post_is_signed_with_the_next_bundle(desk: Desk) -> None:
    planned(desk)
    published(desk)
    before = {name for name in queries.current_files() if name.endswith("officers.json")}
    from bangtin.hub.accounts.models import Role
    from bangtin.hub.regulations.tests.factories import account

    account("tham-dinh-9", "Cán bộ thẩm định 9", desk.world.agencies["so-tttt"], Role.APPRAISER)
    published(desk)
    assert {name for name in queries.current_files() if name.endswith("officers.json")} != before


def test_why_reads_the_bundle_that_was_in_force(desk: Desk) -> None:
    slot = planned(desk)
    published(desk)
    schedules.take_down(slot=slot, reason="Sai địa danh", actor=desk.scheduler, at=NOW)
    shown = queries.shown(desk.world.faces["ta-lung-1"], monday("08:00"))
    assert (shown.version, shown.slot_ids, shown.clause) == (slot.version, (slot.pk,), "cao-bang/8.1.a")
    assert shown.showing.from_ms <= to_ms(monday("08:00")) < shown.showing.until_ms


def test_publishing_is_in_the_audit_trail(desk: Desk) -> None:
    planned(desk)
    bundle = published(desk)
    assert AuditEntry.objects.get(action="bundle.published").details["sha256"] == bundle.manifest_sha256
    assert ProgrammeVersion.objects.count() == 2


def _timestamp(found: Mapping[str, bytes]) -> bytes:
    return found["metadata/timestamp.json"]
