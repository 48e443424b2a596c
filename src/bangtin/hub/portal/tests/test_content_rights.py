"""Rights: every page of content over every role; files for previews go to those alone who may see the version."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import URLPattern
from pytest_django import Settings

from bangtin.hub.kit import files
from bangtin.hub.kit.testing import local
from bangtin.hub.portal import menu
from bangtin.hub.portal.urls import urlpatterns
from bangtin.hub.programmes.models import ProgrammeVersion, Rendition
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import in_state, received
from bangtin.hub.regulations.tests.factories import CAST, World, cao_bang

pytestmark = pytest.mark.django_db
ALL = frozenset(CAST)
CONTRIBUTORS = {"dai", "ngoai-vu"}
APPRAISERS = {"tham-dinh-1", "tham-dinh-2"}
# its agency, the appraising agency, the leaders; a district only once it is ready
SEES = {"dai", "bao-cao", "lanh-dao"} | APPRAISERS
PLACERS = {"xep-lich", "van-hanh"}
READS = {
    "/": ALL,
    "/chuong-trinh/": ALL - {"an-toan", "tai-chinh", "quan-tri"},
    "/chuong-trinh/gui/": CONTRIBUTORS,
    "/chuong-trinh/van-thu/": APPRAISERS | {"bao-cao"},
    "/chuong-trinh/{code}/1/bien-nhan.pdf": SEES,
    "/chuong-trinh/{code}/": SEES,
    "/chuong-trinh/{code}/gui/": {"dai"},
    "/chuong-trinh/{code}/1/bien-nhan/": SEES,
    "/chuong-trinh/{code}/1/tien-do/": SEES,
    "/chuong-trinh/{code}/ho-so/": SEES - {"dai"},
    "/kho/": ALL - {"an-toan", "tai-chinh", "quan-tri"},
    "/tham-dinh/": APPRAISERS,
    "/tham-dinh/{code}/": APPRAISERS,
    "/tep/{pk}/anh": SEES,
    "/tep/{pk}/1920x640": SEES,
}
WRITES = {
    "/chuong-trinh/van-thu/": APPRAISERS | {"bao-cao"},
    "/chuong-trinh/gui/": CONTRIBUTORS,
    "/chuong-trinh/{code}/gui/": {"dai"},
    "/tham-dinh/{code}/": APPRAISERS,
}
DENIED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}


@pytest.fixture(autouse=True)
def quick(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    menu.is_served.cache_clear()


@pytest.fixture
def world() -> World:
    return cao_bang()


@pytest.fixture
def version(world: World) -> ProgrammeVersion:
    """A notice whose rendition and poster are bytes of the store, as a picture's would be."""
    found = received(world, at=local("2026-11-23 08:00"))
    stored = files.put([bytes(range(100))], max_bytes=1_000)
    Rendition.objects.filter(version=found).update(sha256=stored.sha256, mime="image/png", size_bytes=100)
    ProgrammeVersion.objects.filter(pk=found.pk).update(poster_sha256=stored.sha256)
    found.refresh_from_db()
    return found


def _address(pattern: str, version: ProgrammeVersion) -> str:
    return pattern.format(code=version.programme.code, pk=version.pk)


@pytest.mark.once
def test_a_page_opens_for_its_offices_only(client: Client, world: World, version: ProgrammeVersion) -> None:
    for name in CAST:
        client.force_login(world.users[name])
        for pattern, allowed in READS.items():
            status = client.get(_address(pattern, version)).status_code
            assert (status == HTTPStatus.OK) if name in allowed else (status in DENIED), (name, pattern, status)


def test_a_deed_is_refused_to_all_other_offices(client: Client, world: World, version: ProgrammeVersion) -> None:
    given = {"version": version.pk, "digest": version.content_digest, "outcome": "approved", "way": "text"}
    for name in CAST:
        client.force_login(world.users[name])
        for pattern, allowed in WRITES.items():
            if name not in allowed:
                assert client.post(_address(pattern, version), given).status_code in DENIED, (name, pattern)
    version.refresh_from_db()
    assert (version.state, ProgrammeVersion.objects.count()) == ("received", 1)


def test_a_district_sees_what_is_ready_for_its_cluster_and_lists_it(
    client: Client, world: World, version: ProgrammeVersion
) -> None:
    in_state(version, VersionState.READY)
    for name in CAST:
        client.force_login(world.users[name])
        status = client.get(f"/tep/{version.pk}/1920x640").status_code
        assert (status == HTTPStatus.OK) == (name in SEES | PLACERS), (name, status)
        listing = client.get("/chuong-trinh/")
        assert (version.programme.code in listing.content.decode()) == (name in SEES | PLACERS), name


def test_the_list_shows_no_other_agencys_programmes(client: Client, world: World, version: ProgrammeVersion) -> None:
    for name in CAST:
        client.force_login(world.users[name])
        assert (version.programme.code in client.get("/chuong-trinh/").content.decode()) == (name in SEES), name


def test_a_visitor_is_sent_to_the_sign_in(client: Client, version: ProgrammeVersion) -> None:
    for pattern in READS:
        answer = client.get(_address(pattern, version))
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (HTTPStatus.FOUND, "/dang-nhap/")


def test_a_preview_is_served_by_ranges_and_never_as_a_page(
    client: Client, world: World, version: ProgrammeVersion
) -> None:
    client.force_login(world.users["tham-dinh-1"])
    address = f"/tep/{version.pk}/1920x640"
    whole = client.get(address)
    assert whole.getvalue() == bytes(range(100))
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in whole.headers["Content-Security-Policy"]
    part = client.get(address, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.getvalue()) == (HTTPStatus.PARTIAL_CONTENT, bytes(range(10, 20)))
    assert part.headers["Content-Range"] == "bytes 10-19/100"
    assert client.get(address, headers={"Range": "bytes=-5"}).getvalue() == bytes(range(95, 100))
    outside = client.get(address, headers={"Range": "bytes=100-"})
    assert outside.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE
    again = client.get(address, headers={"If-None-Match": whole.headers["ETag"]})
    assert again.status_code == HTTPStatus.NOT_MODIFIED
    Rendition.objects.filter(version=version).update(mime="text/html")
    bare = client.get(address)
    assert bare.headers["Content-Type"] == "application/octet-stream"
    assert bare.headers["Content-Disposition"] == "attachment"


def test_signing_out_needs_a_post(client: Client, world: World) -> None:
    client.force_login(world.users["dai"])
    assert client.get("/dang-xuat").status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert client.post("/dang-xuat").status_code == HTTPStatus.FOUND
    assert client.get("/").status_code == HTTPStatus.FOUND


def test_every_address_of_this_part_is_walked_here() -> None:
    ours = ("chuong-trinh", "tham-dinh", "tep", "dang-", "tim", "kho")
    every = [one for one in urlpatterns if isinstance(one, URLPattern)]
    named = {one.name for one in every if not str(one.pattern) or str(one.pattern).startswith(ours)}
    # walked where their desks' pages are tested, and for every office in tests/conventions
    elsewhere = {
        "consult", "consult-answer", "edit-version", "localities", "one-person", "one-person-end", "review", "reviews",
        "remark", "remark-withdraw", "review-copy", "finding-frame", "programme-take-down",
        "keeping", "kept", "hold-lift", "disposal", "disposal-pdf", "inspection",
    }  # fmt: skip
    assert named - elsewhere == {
        "work", "sign-in", "sign-out", "search", "programmes", "submit", "programme", "submit-again", "receipt",
        "progress", "register-letter", "receipt-pdf", "appraisals", "appraise", "poster", "rendition", "package",
        "archive",
    }  # fmt: skip
