"""`bangtin playlog verify`: in the language of the command, and what it says of days and provinces without a seal."""

from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from bangtin.hub.kit import clock
from bangtin.hub.playlog.lake import places
from bangtin.hub.playlog.queries import sealed
from bangtin.hub.playlog.tests.factories import screen

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGTIN_LANGUAGE", "en")


def verified(on: date, *more: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        call_command("playlog", "verify", "--day", on.isoformat(), *more)
    assert ended.value.code == 1
    return capsys.readouterr().out


def test_an_unknown_province_is_bad_input_and_the_known_ones_are_named() -> None:
    screen()
    with pytest.raises(CommandError, match=r"no province “foo” here\. Known: cao-bang") as refused:
        call_command("playlog", "verify", "--day", "2026-11-20", "--province", "foo")
    assert refused.value.returncode == 2


@pytest.mark.parametrize(
    ("days", "said"), [(0, "is not over: it cannot be sealed yet"), (9, "is not over"), (-1, "yet. The hub seals it")]
)
def test_a_day_that_is_not_closed_is_told_when_it_will_be_sealed(
    days: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    on = clock.local_date(clock.now()) + timedelta(days=days)
    found = verified(on, capsys=capsys)
    assert said in found
    assert f"when offices open on {on + timedelta(days=2):%d/%m/%Y}" in found
    assert len(found.splitlines()) == 1


def test_an_old_day_without_a_seal_names_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert "bangtin playlog seal --day 2026-01-05" in verified(date(2026, 1, 5), capsys=capsys)


def test_what_does_not_hold_is_put_through_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_", lambda words: f"vi:{words}")
    with translation.override("vi"), pytest.raises(places.Changed) as changed:
        places.read_part("cao-bang", date(2026, 1, 5), name="x.json", sha256="")
    assert changed.value.detail == "vi:the file is missing"
    assert set(sealed.REFUSED) == {"batch_unsigned", "batch_chain"}
