"""The operating hours of a cluster, from the rulebook and from what its operator has set."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.models import DayWindow
from bangtin.rulebook import hours as rulebook_hours
from bangtin.rulebook.hours import ClusterHours, DayHours, LocalWindows
from bangtin.rulebook.texts import DAY_S, Window

_DAY = timedelta(days=1)


def hours(cluster: Cluster, on: date) -> DayHours:
    """The hours of one day; `windows` is None where the operator may set them and has not."""
    return hours_between(cluster, on, on)[0]


def hours_between(cluster: Cluster, first: date, last: date) -> list[DayHours]:
    """The hours of each day from `first` to `last`, both included."""
    found, calendar = rule(cluster), regulations.calendar()
    local = local_windows(cluster, first, last)
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [rulebook_hours.day(found, calendar, on, local=local) for on in days]


def hours_of_all(clusters: Iterable[Cluster], on: date) -> dict[str, DayHours]:
    """The hours of one day of each of these clusters, by id, in one query."""
    return {name: days[0] for name, days in hours_of_all_between(clusters, on, on).items()}


def hours_of_all_between(clusters: Iterable[Cluster], first: date, last: date) -> dict[str, list[DayHours]]:
    """The hours of each day from `first` to `last` of each of these clusters, by id, in one query."""
    by_id = {one.pk: one for one in clusters}
    starts = datetime.combine(first, datetime.min.time(), LOCAL)
    ends = starts + (last - first + _DAY)
    rows = DayWindow.objects.filter(cluster__in=list(by_id), starts_at__gte=starts, starts_at__lt=ends)
    set_here: dict[str, list[DayWindow]] = defaultdict(list)
    for row in rows.order_by("starts_at"):
        set_here[row.cluster_id].append(row)
    calendar = regulations.calendar()
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    found = {}
    for name, one in by_id.items():
        asked, local = rule(one), _by_day(set_here[name])
        found[name] = [rulebook_hours.day(asked, calendar, on, local=local) for on in days]
    return found


def rule(cluster: Cluster) -> ClusterHours:
    """The cluster's rule in its instrument's pack."""
    return rulebook_hours.of(regulations.of_cluster(cluster), cluster.id)


def local_windows(cluster: Cluster, first: date, last: date) -> LocalWindows:
    """The windows the operator has set, by day."""
    starts = datetime.combine(first, datetime.min.time(), LOCAL)
    rows = DayWindow.objects.filter(
        cluster=cluster, starts_at__gte=starts, starts_at__lt=starts + (last - first + _DAY)
    ).order_by("starts_at")
    return _by_day(rows)


def _by_day(rows: Iterable[DayWindow]) -> LocalWindows:
    found: dict[date, list[Window]] = defaultdict(list)
    for row in rows:
        on = row.starts_at.astimezone(LOCAL).date()
        midnight = datetime.combine(on, datetime.min.time(), LOCAL)
        opens = int((row.starts_at - midnight).total_seconds())
        closes = min(int((row.ends_at - midnight).total_seconds()), DAY_S)
        found[on].append(Window(opens, closes))
    return {on: tuple(windows) for on, windows in found.items()}
