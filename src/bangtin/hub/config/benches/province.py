"""A province of 120 operators with a year of programmes and plays, and the time its duties take; runs as a child.

It stands under Lai Châu's rules, whose operators owe a duty every day: the most occurrences of the five.
"""

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TypeVar

from django.core.management import call_command

from bangtin.hub.config.benches import plays, town
from bangtin.hub.obligations.queries import Duty, occurrences
from bangtin.hub.playlog.models import Airtime, OnAir
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import evaluation

YEAR = date(2026, 1, 1), date(2026, 12, 31)
AS_OF = datetime(2027, 1, 31, 17, tzinfo=UTC)
TIMES = 3
Found = TypeVar("Found")


@dataclass(frozen=True)
class Size:
    """How much evidence: days with plays, plays a day and screen, programmes."""

    days: int
    plays_a_day: int
    programmes: int

    @classmethod
    def of(cls, scale: float) -> "Size":
        """The full year at 1: 120 screens, 365 days, 229 plays a day are 10.03 million plays."""
        return cls(max(2, round(365 * scale)), 229, max(1_200, round(100_000 * scale)))


def main() -> None:
    """Build, measure, print one line of JSON; the first argument is the scale."""
    size = Size.of(float(sys.argv[1]))
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    town.write_pack()
    screens = town.build(programmes=size.programmes, first=YEAR[0])
    plays.build(screens, first=YEAR[0], days=size.days, plays_a_day=size.plays_a_day)
    built_s = time.perf_counter() - began
    sys.stdout.write(json.dumps(_measured(size, built_s)) + "\n")


def _measured(size: Size, built_s: float) -> Mapping[str, Mapping[str, float]]:
    pack, calendar = regulations.regulation(town.INSTRUMENT), regulations.calendar()

    def engine() -> list[evaluation.Finding]:
        found = evaluation.all_occurrences(pack, from_on=YEAR[0], until_on=YEAR[1], calendar=calendar)
        return evaluation.assess_all(found, (), as_of=AS_OF)

    def with_evidence() -> list[Duty]:
        return occurrences(town.INSTRUMENT, from_on=YEAR[0], until_on=YEAR[1], as_of=AS_OF)

    engine_s, engine_cpu_s, bare = _timed(engine)
    some = [each.occurrence for each in bare]
    bare_s, _bare_cpu_s, _copies = _timed(lambda: [replace(each) for each in some])
    evidence_s, evidence_cpu_s, duties = _timed(with_evidence)
    raw_s = plays.judge_raw(pack, share=100)
    return {
        "figures": {
            "province_year_s": round(engine_s, 3),
            "with_evidence_s": round(evidence_s, 3),
            "province_year_cpu_s": round(engine_cpu_s, 3),
            "with_evidence_cpu_s": round(evidence_cpu_s, 3),
            "ledger_difference_ms": plays.ledger_difference_ms(),
            "occurrences": len(bare),
            "occurrences_done": sum(each.is_done for each in duties),
            "days_met": sum(each.is_done for each in duties if each.obligation_id == town.DAILY),
            "agencies": len({each.agency_id for each in duties}),
            "programmes": ProgrammeVersion.objects.count(),
            "plays": plays.count(),
            "ledger_rows": Airtime.objects.count() + OnAir.objects.count(),
            "building_s": round(built_s, 1),
            "days": size.days,
        },
        "baseline": {"bare_occurrences_s": round(bare_s, 3), "from_raw_rows_s": round(raw_s, 1)},
    }


def _timed(deed: Callable[[], Found]) -> tuple[float, float, Found]:
    """The best of several times by the clock, the least processor time (other programs take none), the outcome."""
    best_s, best_cpu_s = float("inf"), float("inf")
    for _turn in range(TIMES):
        began, cpu_began = time.perf_counter(), time.process_time()
        found = deed()
        best_s = min(best_s, time.perf_counter() - began)
        best_cpu_s = min(best_cpu_s, time.process_time() - cpu_began)
    return best_s, best_cpu_s, found
