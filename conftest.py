"""What every test of the hub starts from: an empty data directory of its own."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Files of half a minute and more. They begin: a run on two cores ends when the last file does.
SLOW_FILES = (
    "tests/conventions/test_carried.py",
    "src/bangtin/player/tests/test_survive.py",
    "src/bangtin/hub/config/tests/test_regulation.py",
    "tests/flows/test_sixth_regulation.py",
    "tests/flows/test_handbook.py",
    "src/bangtin/player/tests/test_alerts.py",
    "src/bangtin/hub/programmes/tests/test_check.py",
    "src/bangtin/hub/programmes/tests/test_formats.py",
    "src/bangtin/hub/portal/tests/test_duties_rights.py",
    "src/bangtin/hub/portal/tests/test_air_offices.py",
    "src/bangtin/hub/portal/tests/test_alerts.py",
)

DATABASES = {"db", "transactional_db", "django_db_reset_sequences", "django_db_serialized_rollback"}

# Before Django reads its settings: no test ever touches an installation's data.
_DATA_DIR = tempfile.TemporaryDirectory(prefix="bangtin-test-")  # goes with the process
os.environ["BANGTIN_DATA_DIR"] = _DATA_DIR.name


@pytest.hookimpl(wrapper=True)  # the mark before `-m` chooses, the order after pytest-django's own
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """Mark what asks for a database; the slow files first, within them and among the others as they were."""
    for item in items:
        if item.get_closest_marker("django_db") or DATABASES & set(getattr(item, "fixturenames", ())):
            item.add_marker("database")
    yield
    places = {config.rootpath / name: place for place, name in enumerate(SLOW_FILES)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="session", autouse=True)
def plain_templates(django_test_environment: None) -> None:
    """No test looks at a template's context: without Django's copy of each a page is a sixth cheaper."""
    from django.conf import settings
    from django.template.base import Template
    from django.test.utils import _TestState

    if settings.configured:
        Template._render = _TestState.saved_data.template_render


@pytest.fixture(autouse=True)
def own_data_dir(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """Files of one test never meet those of another."""
    from django.conf import settings
    from django.test import override_settings
    from django.utils import translation

    if not settings.configured:
        yield
        return
    # A fast hash: no test asks how slow a password's hash is.
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Each test begins in the default language, whatever the one before it switched to.
    with override_settings(DATA_DIR=tmp_path / "data", PASSWORD_HASHERS=hashers), translation.override("vi"):
        yield
