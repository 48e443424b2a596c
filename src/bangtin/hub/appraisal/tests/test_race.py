"""Approving version 1 while version 2 is being saved fails, in threads of their own, on both engines."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, connections, transaction

from bangtin.hub.accounts.models import User
from bangtin.hub.appraisal import separation
from bangtin.hub.appraisal.actions import NewerVersion, decide
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.appraisal.tests.factories import REASON, met
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.tests.factories import MORNING, received
from bangtin.hub.regulations.tests.factories import World, cao_bang

PATIENCE_S = 60


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="an in-memory database has one connection; tried in a file")
def test_the_races_end_right_on_postgresql() -> None:
    try_all()


@pytest.mark.slow
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL is tried above")
def test_the_races_end_right_on_sqlite(tmp_path: Path) -> None:
    script = "from bangtin.hub.appraisal.tests import test_race; test_race.try_in_a_file()"
    environment = os.environ | {
        "BANGTIN_DATA_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "bangtin.hub.config.settings",
        "BANGTIN_DATABASE_URL": f"sqlite:///{tmp_path / 'race.sqlite3'}",
    }
    done = subprocess.run(
        [sys.executable, "-c", f"import django; django.setup(); {script}"],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2_000:]


def try_in_a_file() -> None:
    """The SQLite half, in a database file of its own."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    try_all()


def try_all() -> None:
    """Every race once, in one province."""
    world = cao_bang()
    assert separation.is_on()
    officer = world.users["tham-dinh-1"]
    by_action = _while_saving(received(world), lambda version: _decided(version, officer))
    assert isinstance(by_action, NewerVersion), by_action
    past_the_action = _while_saving(received(world), lambda version: _written(version, officer, Step.DECIDE))
    assert past_the_action is not None and separation.refused_by(past_the_action) == "newer", past_the_action
    assert not Decision.objects.exists()
    assert _both_steps_at_once(received(world), world) == ["", "twice"]
    assert Decision.objects.count() == 1


def _while_saving(version: ProgrammeVersion, approve: Callable[[ProgrammeVersion], object]) -> Exception | None:
    """What refuses an approval of this version that begins while the next one is written and not yet committed."""
    began = threading.Event()
    found: list[Exception | None] = []

    def work() -> None:
        began.set()
        try:
            approve(ProgrammeVersion.objects.get(pk=version.pk))
            found.append(None)
        except (Refusal, DatabaseError) as error:
            found.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    with transaction.atomic():
        ProgrammeVersion.objects.create(
            programme=version.programme,
            number=2,
            receipt=f"{version.programme.code}/2",
            kind=version.kind,
            title=version.title,
            submitted_by=version.submitted_by,
            submitted_at=MORNING,
        )
        thread.start()
        assert began.wait(PATIENCE_S)  # whatever it has reached by the commit: it gets no further before
    thread.join(PATIENCE_S)
    assert len(found) == 1
    return found[0]


def _both_steps_at_once(version: ProgrammeVersion, world: World) -> list[str]:
    """One person writes both approvals at the same moment from two accounts: the rules that refused, sorted."""
    first, second = world.users["tham-dinh-1"], world.users["tham-dinh-2"]
    User.objects.filter(pk=second.pk).update(person=first.person)
    gate = threading.Barrier(2)
    found: list[str] = []

    def work(officer: User, step: Step) -> None:
        gate.wait(PATIENCE_S)
        try:
            _written(version, officer, step)
            found.append("")
        except DatabaseError as error:
            found.append(separation.refused_by(error) or str(error))
        finally:
            connections.close_all()

    pairs = ((first, Step.DECIDE), (second, Step.CONFIRM))
    threads = [threading.Thread(target=work, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    return sorted(found)


def _decided(version: ProgrammeVersion, officer: User) -> Decision:
    return decide(version=version, outcome="approved", grounds=REASON, actor=officer, at=MORNING, answers=met(version))


def _written(version: ProgrammeVersion, officer: User, step: Step) -> Decision:
    """A row past the actions; the database alone stands in its way."""
    with transaction.atomic():
        return Decision.objects.create(
            version=version,
            step=step,
            outcome=Outcome.APPROVED,
            grounds=REASON,
            content_digest=version.content_digest,
            clause="cao-bang/7.1-1",
            officer=officer,
            agency_id="cao-bang/so-tttt",
            decided_at=MORNING,
        )
