"""What the ledger of time on air shows of duties to run: days that were long enough, and stops round the clock."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Min

from bangtin.hub.alerts import queries as alerts
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import local_date
from bangtin.hub.obligations.queries.looking import midnight
from bangtin.hub.playlog.models import OnAir
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules import queries as schedules
from bangtin.rulebook import airtime, hours, successions
from bangtin.rulebook.airtime import Airtime, Span
from bangtin.rulebook.errors import UnknownName
from bangtin.rulebook.hours import ClusterHours, DayHours
from bangtin.rulebook.quotas import Fact
from bangtin.rulebook.shapes import Regulation
from bangtin.rulebook.texts import DAY_S

DAY_MET, OUTAGE = "airtime_day_met", "airtime_outage"
ON_AIR = "playlog.onair"
ROUND_THE_CLOCK = "round_the_clock"
_DAY = timedelta(days=1)
# the last instant that still belongs to a day
_LAST = _DAY - timedelta(milliseconds=1)


@dataclass
class _Day:
    """When a cluster showed content on a day, over its faces, in seconds from midnight."""

    aired: list[Span]
    advertising: list[Span]
    displaced: list[Span] = field(default_factory=list)

    @property
    def until_s(self) -> int:
        """When the last of it ended."""
        return max((end for _start, end in (*self.aired, *self.advertising)), default=0)


def days_met(pack: Regulation, from_at: datetime, until_at: datetime, *, as_of: datetime) -> Iterator[Fact]:
    """One fact a day and operator, where each cluster it runs met what the day asks; advertising never counts.

    Source: Lai Châu 20/2024, art. 8.1. A cluster whose day asks for no number neither meets nor misses it.
    """
    shown = _shown(pack, local_date(from_at), local_date(until_at - _LAST), as_of=as_of)
    judge = _Judge(pack)
    by_operator: dict[tuple[date, str], list[str]] = defaultdict(list)
    missed: set[tuple[date, str]] = set()
    for on in sorted({day for _cluster, day in shown}):
        for cluster, operator in judge.operators(on).items():
            verdict = judge.verdict(cluster, on, shown.get((cluster, on)))
            if verdict is not None and verdict.verdict != "not_fixed":
                by_operator[on, operator].append(cluster)
                if verdict.verdict != "met":
                    missed.add((on, operator))
    for (on, operator), clusters in by_operator.items():
        if (on, operator) not in missed:
            last = max(shown[cluster, on].until_s for cluster in clusters)
            yield _fact(DAY_MET, operator, clusters, on, min(timedelta(seconds=last), _LAST))


def outages(pack: Regulation, from_on: date, until_on: date, *, as_of: datetime) -> Iterator[Fact]:
    """One fact a day and cluster that stopped for longer than the province lets pass, once the day is over.

    Source: Hà Tĩnh 2432/2017, art. 3.2. Days before a cluster first reported are unknown, not stopped.
    """
    names = [cluster.id for cluster in pack.clusters]
    begun = dict(OnAir.objects.filter(cluster__in=names).order_by().values_list("cluster").annotate(Min("on")))
    last = min(until_on, local_date(as_of) - _DAY)
    shown = _shown(pack, from_on, last, as_of=as_of)
    judge = _Judge(pack)
    for cluster in names:
        on = max(from_on, begun.get(cluster, date.max))
        while on <= last:
            verdict = judge.verdict(cluster, on, shown.get((cluster, on)))
            if verdict is not None and verdict.outage_s is not None and verdict.verdict == "short":
                yield _fact(OUTAGE, judge.operators(on)[cluster], [cluster], on, _LAST)
            on += _DAY


def has_reported(pack: Regulation, until_on: date) -> bool:
    """Whether any cluster of the regulation had sent records of a day up to `until_on`: else nothing is known."""
    names = [cluster.id for cluster in pack.clusters]
    return OnAir.objects.filter(cluster__in=names, on__lte=until_on).exists()


class _Judge:
    """Judges clusters' days; days of one rule are alike, and operators change only by a succession."""

    def __init__(self, pack: Regulation) -> None:
        """Keep the rule of each cluster that has one."""
        self._pack = pack
        self._calendar = regulations.calendar()
        self._rules = {each.id: rule for each in pack.clusters if (rule := _rule(pack, each.id)) is not None}
        self._days: dict[tuple[str, date], DayHours] = {}
        self._operators: dict[date, dict[str, str]] = {}
        self._changes = sorted({row.effective_on for row in pack.successions})

    def operators(self, on: date) -> Mapping[str, str]:
        """Who runs each cluster that has a rule, by cluster."""
        since = max((day for day in self._changes if day <= on), default=date.min)
        if since not in self._operators:
            self._operators[since] = {
                cluster: successions.operator(self._pack, cluster, on).agencies[0] for cluster in self._rules
            }
        return self._operators[since]

    def verdict(self, cluster: str, on: date, shown: _Day | None) -> Airtime | None:
        """How the day stands; None where no rule holds for the cluster."""
        rule = self._rules.get(cluster)
        if rule is None:
            return None
        key = (rule.rule.id, on)
        if key not in self._days:
            self._days[key] = hours.day(rule, self._calendar, on)
        found = shown or _Day([], [])
        bounds = self._days[key]
        # round the clock everything is planned; else a notice takes only what would have aired
        taken = found.displaced if bounds.mode == ROUND_THE_CLOCK else _planned(cluster, on, found.displaced)
        return airtime.judge(bounds, found.aired, advertising=found.advertising, displaced=taken)


def _shown(pack: Regulation, from_on: date, until_on: date, *, as_of: datetime) -> dict[tuple[str, date], _Day]:
    """What was on air, by cluster and day, cut off at `as_of`."""
    today = local_date(as_of)
    rows = OnAir.objects.filter(
        cluster__in=[cluster.id for cluster in pack.clusters], on__range=(from_on, min(until_on, today))
    )
    found: dict[tuple[str, date], _Day] = {}
    for cluster, on, is_advertising, spans in rows.order_by().values_list("cluster", "on", "is_advertising", "spans"):
        day = found.get((cluster, on))
        if day is None:
            day = found[cluster, on] = _Day([], [])
        limit = (as_of - midnight(on)) // timedelta(seconds=1) if on == today else DAY_S
        (day.advertising if is_advertising else day.aired).extend(_seconds(spans, limit))
    names = [cluster.id for cluster in pack.clusters]
    end = min(midnight(until_on + _DAY), as_of)
    for cluster, stretches in alerts.displaced_all(names, midnight(from_on), end).items():
        for first, last in stretches:
            for on, span in _by_day(first, last):
                found.setdefault((cluster, on), _Day([], [])).displaced.append(span)
    return found


def _by_day(first: datetime, last: datetime) -> Iterator[tuple[date, Span]]:
    """A stretch of time as spans of its days, in whole seconds from midnight."""
    on = local_date(first)
    while midnight(on) < last:
        start = max(0, round((first - midnight(on)).total_seconds()))
        end = min(DAY_S, round((last - midnight(on)).total_seconds()))
        if start < end:
            yield on, (start, end)
        on += _DAY


def _planned(cluster_id: str, on: date, spans: Iterable[Span]) -> list[Span]:
    """The parts of `spans` in which the plan had something on that day: slots, and plays laid out from playlists."""
    wanted = list(spans)
    cluster = Cluster.objects.filter(pk=cluster_id).first() if wanted else None
    if cluster is None:
        return []
    plan = schedules.plan(cluster, midnight(on), midnight(on) + _DAY)
    edges = [(one.starts_at, one.ends_at) for one in plan.windows]
    edges += [(one.starts_at, one.ends_at) for one in plan.compiled]
    planned = [span for first, last in edges for day, span in _by_day(first, last) if day == on]
    found = [(max(a, c), min(b, d)) for a, b in wanted for c, d in planned]
    return [(start, end) for start, end in found if start < end]


def _seconds(spans: Iterable[Iterable[int]], limit: int) -> Iterator[Span]:
    """Milliseconds to whole seconds: a pause of less than a second between two turns is none."""
    for start_ms, end_ms in spans:
        start, end = round(start_ms / 1000), min(round(end_ms / 1000), limit)
        if start < end:
            yield start, end


def _rule(pack: Regulation, cluster: str) -> ClusterHours | None:
    try:
        return hours.of(pack, cluster)
    except UnknownName:
        return None


def _fact(kind: str, operator: str, clusters: Iterable[str], on: date, after: timedelta) -> Fact:
    return Fact(kind, operator, midnight(on) + after, f"{ON_AIR}:{on}@{'+'.join(sorted(clusters))}")
