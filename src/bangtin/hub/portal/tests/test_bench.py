"""The bench: a clip goes frame by frame, and stands beside the version before it in the same geometry."""

import pytest
from pytest_django import Settings

from bangtin.hub.portal import menu
from bangtin.hub.portal.tests.content import signed_in
from bangtin.hub.programmes.models import Kind, ProgrammeVersion, Rendition
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.programmes.tests.factories import received
from bangtin.hub.regulations.tests.factories import World, cao_bang

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings: Settings) -> World:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    menu.is_served.cache_clear()
    return cao_bang()


def _film(version: ProgrammeVersion) -> ProgrammeVersion:
    version.kind, version.text = Kind.VIDEO, None
    version.save()
    Rendition.objects.filter(version=version).update(sha256="a" * 64, mime="video/mp4")
    return version


def _newer(version: ProgrammeVersion) -> ProgrammeVersion:
    """A second version of the same programme, received as well."""
    rows = list(version.renditions.all())
    ProgrammeVersion.objects.filter(pk=version.pk).update(state=VersionState.RETURNED)
    version.pk, version.number, version.receipt, version.title = None, 2, f"{version.programme.code}/2", "Bản đã sửa"
    version._state.adding = True
    version.save()
    for row in rows:
        row.pk, row.version = None, version
        row._state.adding = True
        row.save()
    return version


def _bench(world: World, version: ProgrammeVersion) -> str:
    return signed_in(world.users["tham-dinh-1"]).get(f"/tham-dinh/{version.programme.code}/").content.decode()


def test_a_clip_goes_frame_by_frame_with_keys(world: World) -> None:
    page = _bench(world, _film(received(world)))
    assert 'data-frames="25"' in page and 'data-key=","' in page and 'data-key="."' in page
    assert "frames.js" in page and "data-frame-time" in page


def test_what_does_not_move_has_no_frames(world: World) -> None:
    assert "data-frames" not in _bench(world, received(world))


def test_a_corrected_version_stands_beside_the_one_before(world: World) -> None:
    first = _film(received(world))
    assert "Đặt cạnh" not in _bench(world, first) and "Beside version" not in _bench(world, first)
    before = first.pk
    page = _bench(world, _newer(first))
    assert f"/tep/{before}/1920x640" in page and page.count(f"/tep/{first.pk}/1920x640") == 2
