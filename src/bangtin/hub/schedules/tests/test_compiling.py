"""The quarter's compilation reaches every cluster's operator at once; the focal point sees what became of each line."""

from datetime import date, datetime, timedelta

import pytest

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.appraisal.models import Decision
from bangtin.hub.clusters.models import Face
from bangtin.hub.kit.errors import NotPermitted
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import Kind, ProgrammeVersion, Rendition
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.tests.factories import account
from bangtin.hub.schedules import actions
from bangtin.hub.schedules.errors import BadDispatch, NotForDispatch
from bangtin.hub.schedules.models import Dispatch, Slot
from bangtin.hub.schedules.queries import focal, quarters
from bangtin.hub.schedules.tests.factories import NOW, Desk
from bangtin.hub.schedules.tests.test_dispatch import HA_TINH, LAI_CHAU, TODAY, other_province

pytestmark = pytest.mark.django_db
BORDER, CITY = "lai-chau/bql-kkt", "lai-chau/ubnd-thanh-pho"


def film(version: ProgrammeVersion, *faces: str) -> ProgrammeVersion:
    """The version as a film made ready for the screens of these faces, approved as it is."""
    Rendition.objects.filter(version=version).delete()
    for face in Face.objects.filter(pk__in=faces):
        Rendition.objects.create(
            version=version,
            geometry=face.geometry,
            width=face.width,
            height=face.height,
            sha256="a" * 64,
            size_bytes=9,
            mime="video/mp4",
            duration_ms=60_000,
            made_at=NOW,
        )
    version.kind = Kind.VIDEO
    version.content_digest = programmes.content_digest(version)
    version.save(update_fields=["kind", "content_digest"])
    Decision.objects.filter(version=version).update(content_digest=version.content_digest)
    return version


def test_the_quarters_products_go_to_every_cluster_in_one_deed() -> None:
    instrument, version = other_province(LAI_CHAU, "LC-2026-0001")
    film(version, "ma-lu-thang-1", "bang-tin-thanh-pho-1")
    period = quarters.quarter(TODAY)
    assert list(quarters.products(instrument.pk, period)) == [version]
    made = actions.compile_quarter(
        instrument=instrument, on=TODAY, versions=[version], actor=version.submitted_by, at=NOW
    )
    assert {row.receiver_id for row in made} == {BORDER, CITY}
    assert {(row.month, row.clause) for row in made} == {(date(2026, 12, 1), "lai-chau/10.1.b-3")}
    assert all("4" in row.note and row.lines.count() == 1 for row in made)
    after = quarters.receivers(instrument.pk, period, on=TODAY)
    assert [len(one.dispatches) for one in after] == [1, 1]
    with pytest.raises(BadDispatch):  # both have it already
        actions.compile_quarter(instrument=instrument, on=TODAY, versions=[version], actor=version.submitted_by, at=NOW)


def test_a_receiver_gets_only_what_was_made_for_its_screens() -> None:
    instrument, version = other_province(LAI_CHAU, "LC-2026-0001")
    film(version, "ma-lu-thang-1")
    (row,) = actions.compile_quarter(
        instrument=instrument, on=TODAY, versions=[version], actor=version.submitted_by, at=NOW
    )
    assert row.receiver_id == BORDER
    film(version)
    with pytest.raises(NotForDispatch):
        actions.compile_quarter(instrument=instrument, on=TODAY, versions=[version], actor=version.submitted_by, at=NOW)


def test_only_the_lead_agency_compiles_and_only_where_the_text_asks_for_it() -> None:
    instrument, version = other_province(LAI_CHAU, "LC-2026-0001")
    film(version, "ma-lu-thang-1")
    focal_point = account("dau-moi", "Đầu mối", Agency.objects.get(pk=BORDER), Role.OPERATOR)
    with pytest.raises(NotPermitted):
        actions.compile_quarter(instrument=instrument, on=TODAY, versions=[version], actor=focal_point, at=NOW)
    with pytest.raises(BadDispatch):
        actions.compile_quarter(instrument=instrument, on=TODAY, versions=[], actor=version.submitted_by, at=NOW)
    assert quarters.clause(HA_TINH) == ""
    assert not Dispatch.objects.exists()


def test_the_focal_points_list_tells_received_stored_and_on_air_with_their_days() -> None:
    instrument, version = other_province(HA_TINH, "HT-2026-0001")
    board = Agency.objects.get(pk="ha-tinh/bql-kkt")
    contents = actions.Contents([version])
    row = actions.dispatch(instrument=instrument, receiver=board, contents=contents, actor=version.submitted_by, at=NOW)
    focal_point = account("dau-moi", "Đầu mối", board, Role.SCHEDULER)
    (one,) = focal.progress(focal_point, at=NOW)
    assert (one.state, one.received_at, one.stored_at, one.on_air_at) == (focal.RECEIVED, NOW, None, None)
    taken_at = NOW + timedelta(hours=1)
    actions.acknowledge(dispatch=row, actor=focal_point, at=taken_at)
    (one,) = focal.progress(focal_point, at=taken_at)
    assert (one.state, one.stored_at) == (focal.STORED, taken_at)
    starts_at = NOW + timedelta(hours=3)
    _slot(version, "ha-tinh/vung-ang", starts_at, by=focal_point)
    (one,) = focal.progress(focal_point, at=taken_at)
    assert (one.state, one.on_air_at) == (focal.PLACED, starts_at)
    (one,) = focal.progress(focal_point, at=starts_at)
    assert one.state == focal.ON_AIR
    assert focal.progress(version.submitted_by, at=starts_at) == []


def _slot(version: ProgrammeVersion, cluster: str, starts_at: datetime, *, by: User) -> None:
    Slot.objects.create(
        cluster_id=cluster,
        version=version,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=30),
        clause="ha-tinh/3.2-2",
        placed_by=by,
        placed_at=NOW,
    )


def test_border_clusters_show_who_keeps_their_content_and_who_their_assets(desk: Desk) -> None:
    other_province(LAI_CHAU, "LC-2026-0001")
    cluster = Face.objects.select_related("cluster").get(pk="ma-lu-thang-1").cluster
    found = {one.part: (one.agencies, one.clause) for one in regulations.keepers(cluster, on=TODAY)}
    assert found == {
        "content": (("lai-chau/so-tttt",), "lai-chau/12.2-2"),
        "assets": (("lai-chau/bql-kkt",), "lai-chau/13.2.a-1"),
        "running": (("lai-chau/bql-kkt",), "lai-chau/13.2.a-1"),
    }
    own = {one.part: one.agencies for one in regulations.keepers(desk.cluster, on=TODAY)}
    assert set(own.values()) == {("cao-bang/ubnd-quang-hoa",)}
