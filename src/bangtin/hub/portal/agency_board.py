"""What the pages of agencies show: names by date, what became of each, what a change would carry over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Prefetch

from bangtin.hub.accounts.models import Post
from bangtin.hub.agencies.models import Agency, AgencyName, Succession
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.portal import history
from bangtin.hub.portal.forms.agencies import Choices, named
from bangtin.hub.programmes.models import Programme
from bangtin.hub.regulations.actions import Handing
from bangtin.hub.regulations.models import Mandate
from bangtin.hub.regulations.queries import successions
from bangtin.hub.regulations.queries.successions import DutyOf
from bangtin.hub.reports.models import Report
from bangtin.hub.reports.states import ReportState


@dataclass(frozen=True)
class AgencyRow:
    """A line of the list: name today, the others it bore, tasks today, posts today, what it became and when."""

    agency: Agency
    name: str
    former: list[AgencyName]
    tasks: list[str]
    posts: int
    successions: list[Succession]


@dataclass(frozen=True)
class Carried:
    """What a change would carry over, for the page that asks for a last look."""

    moving: list[Post]
    ending: list[Post]
    tasks: list[Mandate]
    duties: list[DutyOf]
    programmes: int
    reports: int


def rows(on: date) -> list[AgencyRow]:
    """Every agency, those that stand first."""
    mandates = Prefetch("mandates", Mandate.objects.select_related("cluster").order_by("task"))
    standing = Succession.objects.filter(withdrawn_at=None).select_related("successor")
    changes = Prefetch("successions", standing.prefetch_related("successor__names"))
    found = Agency.objects.prefetch_related("names", "posts", mandates, changes)
    lines = [_row(one, on) for one in found]
    return sorted(lines, key=lambda row: (is_over(row.agency, on), row.agency.pk))


def is_over(agency: Agency, on: date) -> bool:
    """Whether the agency has ended by that day."""
    return agency.ends_on is not None and agency.ends_on < on


def names_of(agency: Agency) -> list[AgencyName]:
    """Its names, the newest first."""
    return sorted(agency.names.all(), key=lambda row: row.starts_on or date.min, reverse=True)


def changes(agency: Agency) -> tuple[list[Succession], list[Succession]]:
    """What became of the agency, and what it took over; withdrawn rows too, each with the names of both."""
    found = Succession.objects.select_related("predecessor", "successor").prefetch_related(
        "predecessor__names", "successor__names"
    )
    return list(found.filter(predecessor=agency)), list(found.filter(successor=agency))


def history_of(agency: Agency, rows: Iterable[Succession]) -> list[history.Change]:
    """Everything that was recorded about the agency and its successions."""
    subjects = [("agencies.agency", agency.pk), *(("agencies.succession", str(row.pk)) for row in rows)]
    return history.of_subjects(subjects)


def choices(agency: Agency, on: date) -> Choices:
    """What the form of a change offers on that day."""
    posts = successions.posts_to_carry(agency, on)
    return Choices(
        successor=named(on, without=agency.pk),
        clusters=[(one.pk, str(one)) for one in successions.clusters_run_by(agency, on)],
        duties=[(one.id, one.title) for one in successions.duties_of(agency, on)],
        posts=[(str(one.pk), f"{one.user.display_name}: {one.get_role_display()}") for one in posts],
    )


def carried(handing: Handing) -> Carried:
    """What the change would carry over."""
    agency, on = handing.predecessor, handing.effective_on
    posts = successions.posts_to_carry(agency, on)
    chosen = set(handing.posts or ()) if handing.successors else set()
    before = on - timedelta(days=1)
    duties = successions.duties_of(agency, before)
    if not handing.is_whole:
        duties = [one for one in duties if one.id in handing.duties]
    tasks = successions.tasks_of(agency, before, clusters=handing.clusters)
    return Carried(
        moving=[post for post in posts if post.pk in chosen],
        ending=[post for post in posts if post.pk not in chosen] if handing.is_whole else [],
        tasks=tasks if handing.is_whole or handing.clusters else [],
        duties=duties,
        programmes=Programme.objects.filter(agency=agency).count(),
        reports=Report.objects.filter(agency=agency, state=ReportState.WRITING).count(),
    )


def cluster_names(ids: Iterable[str]) -> list[str]:
    """Clusters by name."""
    return [str(row) for row in Cluster.objects.filter(pk__in=list(ids))]


def _row(one: Agency, on: date) -> AgencyRow:
    held = [row for row in one.mandates.all() if _holds(row.starts_on, row.ends_on, on)]
    name = one.name(on)
    return AgencyRow(
        agency=one,
        name=name,
        former=[row for row in names_of(one) if row.name_vi != name],
        tasks=list(dict.fromkeys(str(row.get_task_display()) for row in held)),
        posts=sum(_holds(post.starts_on, post.ends_on, on) for post in one.posts.all()),
        successions=list(one.successions.all()),
    )


def _holds(starts_on: date | None, ends_on: date | None, on: date) -> bool:
    return (starts_on or on) <= on <= (ends_on or on)
