"""What a succession would carry over: for the page that shows it before it is recorded."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from bangtin.hub.accounts.models import CarriedPost, Post
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.regulations.models import Mandate
from bangtin.hub.regulations.queries.own_rows import own_rows
from bangtin.hub.regulations.queries.packs import in_words, regulation
from bangtin.rulebook import successions


@dataclass(frozen=True)
class DutyOf:
    """A duty that an agency answers for: obligation id, title in the present language, clauses, instrument's number."""

    id: str
    title: str
    clauses: tuple[str, ...]
    number: str


def posts_to_carry(agency: Agency, on: date) -> list[Post]:
    """The posts at an agency that would be held on `on` or later, those that its end left without a successor too."""
    left = CarriedPost.objects.filter(succession__predecessor=agency, succession__withdrawn_at=None, begun=None)
    until = Q(ended_was=None) | Q(ended_was__gte=on)
    held = Q(ends_on=None) | Q(ends_on__gte=on) | Q(pk__in=left.filter(until).values("ended"))
    return list(Post.objects.filter(held, agency=agency).select_related("user", "agency").order_by("pk"))


def duties_of(agency: Agency, on: date) -> list[DutyOf]:
    """The duties that the regulations in use lay on an agency as of that day, by themselves or by succession."""
    found = []
    for name in own_rows().instruments:
        pack = regulation(name)
        for one in pack.obligations:
            if one.until is not None and one.until < on:
                continue
            if any(
                agency.pk in successions.answering(pack, member, on, duty=one.id).agencies
                for member in pack.members(one.owed_by)
            ):
                found.append(DutyOf(one.id, in_words(one.title), one.clauses, pack.instrument.number))
    return found


def clusters_run_by(agency: Agency, on: date) -> list[Cluster]:
    """The clusters that an agency holds a mandate of its own for on that day."""
    rows = Mandate.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on), agency=agency
    )
    return list(Cluster.objects.filter(pk__in=rows.exclude(cluster=None).values("cluster")))


def tasks_of(agency: Agency, on: date, *, clusters: Collection[str] = ()) -> list[Mandate]:
    """The mandates of an agency on that day; only those for these clusters if any are given."""
    rows = Mandate.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=on), Q(ends_on=None) | Q(ends_on__gte=on), agency=agency
    ).select_related("cluster")
    return list(rows.filter(cluster__in=clusters) if clusters else rows)
