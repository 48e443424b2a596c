"""The leader's page: screens now, airtime of the week against its need, duties by agency, programmes by state."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices.queries import fleet
from bangtin.hub.obligations.queries import Duty
from bangtin.hub.playlog.models import Airtime
from bangtin.hub.playlog.queries.proofs import AIRED
from bangtin.hub.portal import charts, due, places, screen_states
from bangtin.hub.portal.screen_states import Told
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.queries import latest
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.queries.opening import hours_of_all_between
from bangtin.rulebook.hours import DayHours

FINE = frozenset({"on_plan", "resting", "carried", *screen_states.EMERGENCY})


@dataclass(frozen=True)
class ScreenRow:
    """One face now: its badge and page."""

    name: str
    state: str
    seen_at: datetime | None
    face_id: str

    @property
    def href(self) -> str:
        """Its page; asked for by those rows alone that are shown."""
        return reverse("screen", args=[self.face_id])


@dataclass(frozen=True)
class DayRow:
    """A cluster's day: programmes and filler per face in seconds, None where nothing came; its need, None if none."""

    on: date
    aired_s: float | None
    filler_s: float
    need_s: float | None
    so_far_s: float | None
    kind: str
    href: str


@dataclass(frozen=True)
class ClusterWeek:
    """A cluster's days of this week up to today."""

    name: str
    clause: str
    days: tuple[DayRow, ...]
    href: str

    @property
    def short_days(self) -> int:
        """Days that are over, had a need and are known to fall short of it."""
        over = [one for one in self.days if one.need_s and one.so_far_s is None and one.aired_s is not None]
        return sum((one.aired_s or 0) + one.filler_s + 30 < (one.need_s or 0) for one in over)


@dataclass(frozen=True)
class AgencyRow:
    """An agency's duties of the year as one bar: done, late, overdue, due soon."""

    name: str
    href: str
    parts: tuple[charts.Part, ...]
    words: str
    overdue: int


def screens(user: User, at: datetime) -> list[ScreenRow]:
    """Every face the account watches, those that need a hand first."""
    return [_screen(one) for one in screen_states.told(fleet(user, at), reader=user, at=at)]


def _screen(told: Told) -> ScreenRow:
    one = told.screen
    state = "off_plan" if told.state in FINE and told.fallback else told.state  # filler or the card stood in for it
    seen = one.device.last_seen_at if one.device else None
    return ScreenRow(f"{one.face.cluster}, {one.face}", state, seen, one.face.id)


def airtime(today: date, at: datetime) -> list[ClusterWeek]:
    """Each cluster's days from Monday to today against what its own regulation asks of them."""
    monday = today - timedelta(days=today.weekday())
    clusters = list(Cluster.objects.order_by("id"))
    ledger = _ledger(monday, today, clusters)
    every = hours_of_all_between(clusters, monday, today)
    found = []
    for cluster in clusters:
        hours = every[cluster.pk]
        days = tuple(_day(cluster, one, ledger.get((cluster.pk, one.on), {}), at=at, today=today) for one in hours)
        clause = next((one.citation for one in hours if due.need_s(one) is not None), hours[0].citation)
        found.append(ClusterWeek(str(cluster), clause, days, places.week(cluster.pk, monday)))
    return found


Shown = dict[tuple[str, bool], int]  # (face, is filler) → milliseconds


def _ledger(monday: date, today: date, clusters: Iterable[Cluster]) -> dict[tuple[str, date], Shown]:
    """What counts as aired inside the hours; what was instructed outside them, and advertising, are counted apart."""
    rows = Airtime.objects.filter(on__range=(monday, today), grade__in=AIRED, is_outside_hours=False).order_by()
    adverts = {one.pk: _advertising(one) for one in clusters}
    found: dict[tuple[str, date], Shown] = defaultdict(lambda: defaultdict(int))
    names = ("cluster_id", "on", "face_id", "is_filler", "version__programme__category", "shown_ms")
    for cluster, on, face, is_filler, category, shown_ms in rows.values_list(*names):
        if category not in adverts.get(cluster, ()):
            found[cluster, on][face, is_filler] += shown_ms
    return found


def _advertising(cluster: Cluster) -> frozenset[str]:
    """The kinds of content that advertise by the cluster's own instrument (Lai Châu art. 8.1 leaves them out)."""
    return frozenset(one.id for one in regulations.of_cluster(cluster).categories if one.is_advertising)


def _day(
    cluster: Cluster, hours: DayHours, shown: Mapping[tuple[str, bool], int], *, at: datetime, today: date
) -> DayRow:
    faces = {face for face, _is_filler in shown}
    aired_ms = sum(ms for (_face, is_filler), ms in shown.items() if not is_filler)
    filler_ms = sum(ms for (_face, is_filler), ms in shown.items() if is_filler)
    count = max(len(faces), 1) * 1000
    need_s = due.need_s(hours)
    return DayRow(
        on=hours.on,
        aired_s=aired_ms / count if faces else None,
        filler_s=filler_ms / count,
        need_s=need_s,
        so_far_s=due.so_far_s(hours, at) if hours.on == today and need_s is not None else None,
        kind=_("set by the operator") if need_s is None else "",
        href=places.play_log(hours.on, cluster.pk),
    )


def agencies(found: Iterable[Duty], year: int) -> list[AgencyRow]:
    """Duties by agency: those with something overdue or near first."""
    by_agency: dict[str, list[Duty]] = defaultdict(list)
    for one in found:
        if not one.is_before_use:
            by_agency[one.agency_id].append(one)
    rows = [_agency(some, year) for some in by_agency.values()]
    return sorted((row for row in rows if row.parts), key=lambda row: (-row.overdue, row.name))


def _agency(some: Sequence[Duty], year: int) -> AgencyRow:
    counted = Counter(one.status for one in some)
    kinds = (
        ("done", _("done"), "g"),
        ("done_late", _("late"), "a"),
        ("overdue", _("overdue"), "r"),
        ("due_soon", _("due soon"), "n"),
    )
    parts = [charts.Part(word, counted[status], str(counted[status]), hue) for status, word, hue in kinds]
    words = ", ".join(f"{counted[status]} {word}" for status, word, _hue in kinds if counted[status])
    href = places.duties(nam=year, **{"co-quan": some[0].agency_id})
    return AgencyRow(some[-1].agency_name, href, charts.stacked(parts), words, counted["overdue"])


def programmes() -> list[charts.Bar]:
    """The newest version of each programme by state, each bar with the list behind it (where it is served)."""
    newest = latest().order_by().values_list("pk", flat=True)
    rows = ProgrammeVersion.objects.filter(pk__in=newest).order_by().values_list("state").annotate(n=Count("pk"))
    counted = dict(rows)
    href = places.link("/chuong-trinh/")
    return list(
        charts.bars(
            [
                charts.Bar(str(state.label), counted[state], str(counted[state]), 1, href)
                for state in VersionState
                if counted.get(state)
            ]
        )
    )


def headline(rows: Sequence[ScreenRow], weeks: Sequence[ClusterWeek], found: Sequence[Duty]) -> str:
    """The answer: screens that need a hand, days short, duties overdue."""
    wrong = sum(one.state not in FINE for one in rows)
    short = sum(one.short_days for one in weeks)
    overdue = sum(one.status == "overdue" and not one.is_before_use for one in found)
    words = []
    if wrong:
        words.append(ngettext("%(n)d screen needs a look", "%(n)d screens need a look", wrong) % {"n": wrong})
    elif any(one.state == "carried" for one in rows):  # nobody hears them: not said to be on schedule
        words.append(_("No screen needs a look"))
    elif rows:
        words.append(_("All screens as scheduled"))
    if short:
        words.append(ngettext("%(n)d day short of its hours", "%(n)d days short of their hours", short) % {"n": short})
    late = ngettext("%(n)d duty overdue", "%(n)d duties overdue", overdue) % {"n": overdue}
    words.append(late if overdue else _("no duty overdue"))
    text = "; ".join(words)
    return text[:1].upper() + text[1:]
