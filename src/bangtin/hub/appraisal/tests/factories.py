"""Decided versions for tests, made through the actions."""

from datetime import datetime
from typing import Any

from bangtin.hub.appraisal import checklists
from bangtin.hub.appraisal.actions import confirm, decide
from bangtin.hub.appraisal.checklists import Given
from bangtin.hub.kit import clock
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.tests.factories import MORNING, received
from bangtin.hub.regulations.tests.factories import World

REASON = "Phụ đề che mất số điện thoại, cần dựng lại."


def met(version: ProgrammeVersion, *, at: datetime = MORNING) -> dict[str, Given]:
    """Every point of the version's instrument answered as met."""
    return {one.id: Given("met") for one in checklists.asked(version, on=clock.local_date(at))}


def proposed(
    world: World, *, outcome: str = "approved", by: str = "tham-dinh-1", at: datetime = MORNING, **changes: Any
) -> ProgrammeVersion:
    """A version on which the first officer has decided."""
    version = received(world, at=at, **changes)
    decide(version=version, outcome=outcome, grounds=REASON, actor=world.users[by], at=at, answers=met(version))
    version.refresh_from_db()
    return version


def approved(world: World, *, at: datetime = MORNING, **changes: Any) -> ProgrammeVersion:
    """A version ready for air, by two officers: what a scheduler places."""
    version = proposed(world, at=at, **changes)
    confirm(version=version, outcome="approved", grounds="", actor=world.users["tham-dinh-2"], at=at)
    version.refresh_from_db()
    return version
