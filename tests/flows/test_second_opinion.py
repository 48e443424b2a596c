"""The independent checker judges what the hub itself publishes, before and after persons hold the offline keys."""

import pytest

from bangtin.hub.devices import queries
from bangtin.hub.devices.models import Bundle
from bangtin.hub.devices.tests.factories import enrolled, planned, published
from bangtin.hub.devices.tests.test_keys import apart
from bangtin.hub.schedules.tests.conftest import desk
from bangtin.hub.schedules.tests.factories import NOW, Desk
from tests import checker

__all__ = ["desk"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]


def number() -> int:
    """The number of the manifest that the checker finds good."""
    found = checker.check(queries.current_files(), queries.anchor(), "cao-bang/ta-lung", NOW)
    return int(found["number"])


def test_the_checker_holds_a_bundle_of_the_hub_to_be_good(desk: Desk) -> None:
    planned(desk)
    enrolled(desk)
    bundle = published(desk)
    assert number() == bundle.number


def test_the_checker_follows_a_ceremony(desk: Desk) -> None:
    planned(desk)
    apart()
    bundle = published(desk)
    assert number() == bundle.number


def test_the_checker_refuses_a_bundle_of_the_hub_that_was_changed(desk: Desk) -> None:
    planned(desk)
    published(desk)
    files = queries.current_files()
    path = next(path for path in files if path.startswith("targets/c/ta-lung/") and path.endswith("manifest.json"))
    changed = {**files, path: files[path].replace(b'"number":1', b'"number":2')}
    with pytest.raises(SystemExit, match="manifest_digest"):
        checker.check(changed, queries.anchor(), "cao-bang/ta-lung", NOW)
    assert Bundle.objects.count() == 1
