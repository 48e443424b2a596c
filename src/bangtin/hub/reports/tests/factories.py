"""A Cao Bằng that has done a little of everything: programmes sent and decided, a slot played on a screen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.kit.testing import local
from bangtin.hub.playlog.actions import ingest
from bangtin.hub.playlog.tests.factories import START, Screen, screen, version
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.tests.factories import World
from bangtin.hub.reports.actions import compile_report
from bangtin.hub.reports.models import Report

KIND = "cao-bang/yearly-report"
AT = local("2026-11-23 10:00")


@dataclass(frozen=True)
class Year:
    """The screen with its world, and a version for each way a programme can go."""

    screen: Screen
    approved: ProgrammeVersion
    returned: ProgrammeVersion
    rejected: ProgrammeVersion
    unusable: ProgrammeVersion

    @property
    def world(self) -> World:
        """The agencies, clusters and accounts."""
        return self.screen.world


def decided(row: ProgrammeVersion, world: World, step: Step, outcome: Outcome, *, at: datetime) -> Decision:
    """A decision on a version."""
    return Decision.objects.create(
        version=row,
        step=step,
        outcome=outcome,
        grounds="Nội dung phù hợp",
        content_digest="0" * 64,
        clause="cao-bang/7.1-2",
        officer=world.users["tham-dinh-1"],
        agency=world.agencies["so-tttt"],
        decided_at=at,
    )


def in_state(world: World, code: str, state: VersionState, *, agency: str = "so-ngoai-vu") -> ProgrammeVersion:
    """A version that went another way."""
    row = version(world, code, agency=agency)
    ProgrammeVersion.objects.filter(pk=row.pk).update(state=state, language="en")
    row.refresh_from_db()
    return row


def a_year() -> Year:
    """Four minutes on air of a ten-minute slot, all corroborated, two plays of filler, one of each outcome."""
    one = screen(minutes=10)
    world, day_before = one.world, START - timedelta(days=1)
    decided(one.version, world, Step.DECIDE, Outcome.APPROVED, at=day_before)
    decided(one.version, world, Step.CONFIRM, Outcome.APPROVED, at=day_before)
    returned = in_state(world, "CB-2026-0003", VersionState.RETURNED)
    decided(returned, world, Step.DECIDE, Outcome.RETURNED, at=day_before)
    rejected = in_state(world, "CB-2026-0004", VersionState.REJECTED)
    decided(rejected, world, Step.DECIDE, Outcome.REJECTED, at=day_before)
    decided(rejected, world, Step.CONFIRM, Outcome.REJECTED, at=day_before)
    unusable = in_state(world, "CB-2026-0005", VersionState.UNUSABLE)
    filler = {"item": "i2", "content": one.manifest.items[1].digest, "class_": "filler", "slot": ""}
    lines = [one.play(turn) for turn in range(24)] + [one.play(turn, **filler) for turn in (60, 61)]
    body = one.say(*lines)
    one.commit(at=START + timedelta(minutes=11))
    ingest(device=one.device, body=body, at=START + timedelta(minutes=12))
    return Year(one, one.version, returned, rejected, unusable)


def compiled(year: Year, *, agency: str = "so-tttt", at: datetime = AT) -> Report:
    """The yearly report of the department."""
    return compile_report(
        kind=KIND, agency=year.world.agencies[agency], year=2026, actor=year.world.users["bao-cao"], at=at
    )
