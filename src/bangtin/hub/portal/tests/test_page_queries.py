"""No page asks the database more than twenty times, however much hangs on what it shows."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.playlog.models import Airtime, Grade
from bangtin.hub.playlog.tests.factories import START, Screen, screen
from bangtin.hub.portal import menu
from bangtin.hub.portal.tests.content import signed_in
from bangtin.hub.programmes.models import Finding, ProgrammeVersion, ReceiptSeries, Rendition
from bangtin.hub.programmes.paperwork import SubmissionFacts
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import received
from bangtin.hub.schedules.models import Slot

pytestmark = pytest.mark.django_db
MOST = 20
VERSIONS, FINDINGS, SLOTS, DAYS, EDITIONS = 4, 12, 15, 20, 3


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    menu.is_served.cache_clear()


def _whole(one: Screen) -> ProgrammeVersion:
    """A programme with versions, findings, decisions, renditions, slots, plays and editions; gives the newest."""
    world = one.world
    ReceiptSeries.objects.create(prefix="CB", year=START.year, last=100)
    first = received(world, title="Lễ hội Thác Bản Giốc", cluster_ids=tuple(row.pk for row in Cluster.objects.all()))
    newest = first
    _hang_on(newest, one)
    for number in range(2, VERSIONS + 1):
        ProgrammeVersion.objects.filter(pk=newest.pk).update(state=VersionState.RETURNED)
        newest = _copy(first, number=number, receipt=f"{first.programme.code}/{number}")
        _hang_on(newest, one)
    for number in range(EDITIONS):
        edition = received(world, title=f"Bản dịch {number}", language="en")
        type(edition.programme).objects.filter(pk=edition.programme_id).update(original=first.programme)
    return newest


def _copy(version: ProgrammeVersion, **changes: object) -> ProgrammeVersion:
    made = ProgrammeVersion.objects.get(pk=version.pk)
    for name, value in changes.items():
        setattr(made, name, value)
    made.pk, made._state.adding = None, True
    made.save()
    return made


def _hang_on(version: ProgrammeVersion, one: Screen) -> None:
    world = one.world
    Finding.objects.bulk_create(
        Finding(version=version, code="black", severity="note", at_ms=n * 1000, params={"lasts_s": 3})
        for n in range(FINDINGS)
    )
    SubmissionFacts.objects.get_or_create(version=version, defaults={"follow_code": "0" * 12})
    for geometry in ("1024x512", "1920x640"):
        Rendition.objects.get_or_create(
            version=version,
            geometry=geometry,
            defaults={"profile": "p", "width": 1024, "height": 512, "duration_ms": 3_000, "made_at": START},
        )
    Decision.objects.create(
        version=version,
        step=Step.DECIDE,
        outcome=Outcome.RETURNED,
        grounds="Phụ đề che mất số điện thoại.",
        content_digest=version.content_digest,
        clause="cao-bang/7.1",
        officer=world.users["tham-dinh-1"],
        agency=world.agencies["so-tttt"],
        decided_at=START,
    )
    Slot.objects.bulk_create(
        Slot(
            cluster=one.slot.cluster,
            version=version,
            starts_at=START + timedelta(days=n, hours=version.number),
            ends_at=START + timedelta(days=n, hours=version.number, minutes=5),
            clause="cao-bang/8.1.a",
            placed_by=one.slot.placed_by,
            placed_at=START,
        )
        for n in range(1, SLOTS)
    )
    Airtime.objects.bulk_create(
        Airtime(
            cluster=one.slot.cluster,
            face_id=one.device.face_id,
            on=START.date() - timedelta(days=n),
            version=version,
            language="vi",
            bulletin_class="ordinary",
            grade=Grade.CORROBORATED,
            plays=7,
            shown_ms=70_000,
        )
        for n in range(DAYS)
    )


def test_every_page_of_content_and_air_stays_within_twenty_queries() -> None:
    one = screen()
    newest = _whole(one)
    for number in range(6):
        received(one.world, title=f"Thông báo số {number}")
    code = newest.programme.code
    pages = {
        "tham-dinh-1": (
            f"/chuong-trinh/{code}/",
            f"/chuong-trinh/{code}/?ban=1",
            "/chuong-trinh/",
            "/chuong-trinh/?q=le+hoi",
            "/kho/",
            "/kho/?q=le+hoi&phat=roi&cum=cao-bang/ta-lung",
            "/tham-dinh/",
            f"/tham-dinh/{code}/",
            "/tiep-nhan/cao-bang/31-2020-qd-ubnd/2026-11/",
            "/nghia-vu/",
            "/quy-dinh/cao-bang/31-2020/",
        ),
        "dai": (f"/chuong-trinh/{code}/", "/chuong-trinh/", "/kho/?q=thong+bao"),
        "lanh-dao": ("/chuong-trinh/", "/nghia-vu/", "/kho/?q=hoi"),
        "xep-lich-tk": ("/nhat-ky/", "/man-hinh/", "/kho/"),
    }
    found = {}
    for name, addresses in pages.items():
        client = signed_in(one.world.users[name])
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                status = client.get(address).status_code
            found[name, address] = (status, len(asked))
    assert {page: status for page, (status, _count) in found.items() if status != 200} == {}
    assert {page: count for page, (_status, count) in found.items() if count > MOST} == {}
