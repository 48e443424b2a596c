"""What who releases a plan reads of it, kept with the release: minutes, findings, what changed since the last one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.schedules.models import PlanRelease
from bangtin.hub.schedules.queries import airing, checks, releasing
from bangtin.hub.schedules.queries.layouts import DayLayout, layouts_between


def summary(cluster: Cluster, from_on: date, until_on: date, *, is_thorough: bool = False) -> dict[str, object]:
    """The summary of a plan as it stands now. Shape: `minutes` (`planned`, `filler`, `open`, `advertising`, `category`,
    `language`, `direction`), `days` (the same a day), `findings`, `plan` (name in the plan to words), `since` (the
    release compared with) and `changes` (`how`, `what`).
    """
    days = layouts_between(cluster, from_on, until_on)
    return summary_of(cluster, days, checks.findings_of(cluster, days, is_thorough=is_thorough))


def summary_of(cluster: Cluster, days: Sequence[DayLayout], findings: Sequence[checks.Finding]) -> dict[str, object]:
    """The same of days that are laid out and checked already."""
    mixes = [airing.mix_of(one) for one in days]
    plan = releasing.snapshot_of([one.input for one in days])
    last = releasing.last_approved(cluster)
    return {
        "minutes": _whole(mixes),
        "days": [{"on": one.on.isoformat(), **one.minutes} for one in mixes],
        "findings": [one.as_json() for one in findings],
        "plan": plan,
        "since": last.pk if last else None,
        "changes": [{"how": one.how, "what": one.what} for one in _changes(last, days, plan)],
    }


def _changes(last: PlanRelease | None, days: Sequence[DayLayout], plan: dict[str, str]) -> list[releasing.Change]:
    """What differs from the plan approved last, on the days that both speak of."""
    if last is None:
        return []
    first_on, last_on = max(days[0].on, last.from_on), min(days[-1].on, last.until_on)
    if first_on > last_on:
        return [releasing.Change("added", words) for words in plan.values()]
    return releasing.differences(dict(last.summary.get("plan", {})), plan)


def _whole(mixes: Sequence[airing.Mix]) -> dict[str, object]:
    category: dict[str, int] = defaultdict(int)
    language: dict[str, int] = defaultdict(int)
    direction: dict[str, int] = defaultdict(int)
    for one in mixes:
        for into, by in ((category, one.by_category), (language, one.by_language), (direction, one.by_direction)):
            for key, ms in by.items():
                into[key] += ms
    whole = airing.Mix(
        on=mixes[0].on,
        open_ms=sum(one.open_ms for one in mixes),
        planned_ms=sum(one.planned_ms for one in mixes),
        filler_ms=sum(one.filler_ms for one in mixes),
        advertising_ms=sum(one.advertising_ms for one in mixes),
        by_category=category,
        by_language=language,
        by_direction=direction,
    )
    return whole.minutes
