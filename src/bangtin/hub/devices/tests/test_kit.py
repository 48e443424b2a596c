"""The kit that a new player starts with: whose authority it names; it sends nobody over a line in the clear."""

import json
from pathlib import Path
from typing import Any

import pytest

from bangtin.bundle.tests.authorities import authority
from bangtin.hub.devices import actions, errors
from bangtin.hub.schedules.tests.factories import NOW, Desk


def kit(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads(actions.write_kit(path=folder / "kit.json", at=NOW).read_text())
    return found


def test_the_kit_brings_the_provinces_own_authority(desk: Desk, tmp_path: Path, settings: Any) -> None:
    assert set(kit(tmp_path)) == {"hub", "province", "root"}
    made = authority()
    settings.CA_FILE = tmp_path / "ca.pem"
    settings.CA_FILE.write_text(f"the province's\n{made.pem}")
    assert kit(tmp_path)["ca"] == made.pem


def test_a_file_that_is_no_authority_makes_no_kit(desk: Desk, tmp_path: Path, settings: Any) -> None:
    made = authority()
    chain, key = made.issue("hub", tmp_path)
    settings.CA_FILE = tmp_path / "ca.pem"
    for text in (chain.read_text(), made.pem + key.read_text(), "none"):
        settings.CA_FILE.write_text(text)
        with pytest.raises(errors.BadAuthority):
            kit(tmp_path)
    settings.CA_FILE = tmp_path / "missing.pem"
    with pytest.raises(errors.BadAuthority):
        kit(tmp_path)


def test_no_kit_sends_a_screen_over_a_line_without_tls(desk: Desk, tmp_path: Path, settings: Any) -> None:
    settings.PUBLIC_URL = "http://bangtin.caobang.gov.vn"
    with pytest.raises(errors.HubWithoutTls) as caught:
        kit(tmp_path)
    assert "BANGTIN_PUBLIC_URL" in str(caught.value)
    settings.IS_DEMO = True
    assert kit(tmp_path)["hub"] == "http://bangtin.caobang.gov.vn"
    settings.IS_DEMO, settings.PUBLIC_URL = False, "https://bangtin.caobang.gov.vn"
    assert kit(tmp_path)["hub"] == "https://bangtin.caobang.gov.vn"
