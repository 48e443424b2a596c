"""What every test of the hub starts from: an empty data directory of its own."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

# Before Django reads its settings: no test ever touches an installation's data.
_DATA_DIR = tempfile.TemporaryDirectory(prefix="bangtin-test-")  # goes with the process
os.environ["BANGTIN_DATA_DIR"] = _DATA_DIR.name


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
