"""`bangtin exchange`: a run and a test from the command line, and the example of a mapping file."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from bangtin.hub.exchange.mapping import Form, read
from bangtin.hub.exchange.tests.factories import drop, item, lai_chau, map_with

pytestmark = pytest.mark.django_db


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[object, int]:
    code = 0
    try:
        call_command("exchange", *words, "--json")
    except SystemExit as ended:
        code = int(ended.code or 0)
    return json.loads(capsys.readouterr().out), code


def test_it_runs_tests_and_prints_an_example_that_can_be_read(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DATA_DIR = tmp_path
    lai_chau()
    found, code = said(capsys, "test", "--cluster", "lai-chau/ma-lu-thang")
    assert (found[0]["state"], code) == ("not_connected", 1)  # type: ignore[index]  # what the command prints is any JSON
    folder = map_with()
    drop(folder, "a.json", item())
    found, code = said(capsys, "run")
    assert (found["taken"], found["failed"], code) == (1, 0, 0)  # type: ignore[index]  # what the command prints is any JSON
    found, code = said(capsys, "test", "--cluster", "lai-chau/ma-lu-thang")
    assert (found[0]["state"], code) == ("connected", 0)  # type: ignore[index]  # what the command prints is any JSON
    out = io.StringIO()
    call_command("exchange", "example", stdout=out)
    assert read(out.getvalue().encode()).types[2].means == Form.VIDEO
