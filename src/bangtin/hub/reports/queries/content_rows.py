"""Countable rows of the content desks: what was submitted and what became of it, clusters, screens and staff."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from bangtin.hub.accounts.models import Post
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.reports.queries.marks import Row
from bangtin.hub.reports.queries.scopes import OPERATOR, PROVINCE, Scope
from bangtin.hub.schedules.models import Dispatch, DispatchLine

VERSION, DECISION = "programmes.programmeversion", "appraisal.decision"
FIGURES = {
    "clusters_count": "count",
    "screens_count": "count",
    "staff_assigned_count": "people",
    "programmes_submitted_count": "count",
    "programmes_unusable_count": "count",
    "programmes_approved_count": "count",
    "programmes_returned_count": "count",
    "programmes_rejected_count": "count",
    "programmes_received_count": "count",
}


def rows(scope: Scope) -> Iterator[Row]:
    """Every countable row of content, clusters and staff."""
    yield from _places(scope)
    yield from _staff(scope)
    yield from _submitted(scope)
    yield from _decided(scope)
    yield from _received(scope)


def versions(scope: Scope) -> QuerySet[ProgrammeVersion]:
    """The versions that the report's view covers, of any day."""
    found = ProgrammeVersion.objects.filter(programme__instrument_id=scope.instrument_id)
    if scope.view == PROVINCE:
        return found
    own = Q(programme__agency_id__in=scope.agency_ids)
    if scope.view == OPERATOR:
        concerned = own | Q(programme__clusters__in=scope.cluster_ids)
        return ProgrammeVersion.objects.filter(pk__in=found.filter(concerned).values("pk"))
    return found.filter(own)


def marks(version: ProgrammeVersion) -> dict[str, str]:
    """What a version is shown by."""
    programme = version.programme
    return {
        "agency": programme.agency_id.split("/", 1)[-1],
        "language": version.language,
        "category": programme.category,
    }


def _places(scope: Scope) -> Iterator[Row]:
    for pk in Cluster.objects.filter(pk__in=scope.cluster_ids).values_list("pk", flat=True):
        yield Row("clusters_count", "count", 1, ("clusters.cluster", pk))
    for pk in Face.objects.filter(cluster__in=scope.cluster_ids).values_list("pk", flat=True):
        yield Row("screens_count", "count", 1, ("clusters.face", pk))


def _staff(scope: Scope) -> Iterator[Row]:
    on = scope.counted_until
    held = Q(starts_on=None) | Q(starts_on__lte=on)
    posts = Post.objects.filter(held, Q(ends_on=None) | Q(ends_on__gte=on), agency_id=scope.agency_id)
    for post in posts.filter(user__is_active=True):
        yield Row("staff_assigned_count", "people", 1, ("accounts.post", str(post.pk)), once=f"user {post.user_id}")


def _submitted(scope: Scope) -> Iterator[Row]:
    found = versions(scope).filter(number=1, submitted_at__gte=scope.begins_at, submitted_at__lt=scope.ends_at)
    for version in found.select_related("programme").order_by("submitted_at", "pk"):
        source, shown = (VERSION, str(version.pk)), marks(version)
        yield Row("programmes_submitted_count", "count", 1, source, shown)
        if version.state == VersionState.UNUSABLE:
            yield Row("programmes_unusable_count", "count", 1, source, shown)


def _received(scope: Scope) -> Iterator[Row]:
    """Programmes that the department handed over by dispatch: to the operator, of the supplier, else all.

    Outline II.4. A province that sends no dispatches has what it approved counted as received (`_decided`).
    """
    found = DispatchLine.objects.filter(
        dispatch__instrument_id=scope.instrument_id,
        dispatch__sent_at__gte=scope.begins_at,
        dispatch__sent_at__lt=scope.ends_at,
        version__programme__original__isnull=True,
    )
    if scope.view == OPERATOR:
        found = found.filter(dispatch__receiver_id__in=scope.agency_ids)
    elif scope.view != PROVINCE:
        found = found.filter(version__programme__agency_id__in=scope.agency_ids)
    for line in found.select_related("version__programme").order_by("dispatch__sent_at", "pk"):
        version = line.version
        source, one = (VERSION, str(version.pk)), f"programme {version.programme_id}"
        yield Row("programmes_received_count", "count", 1, source, marks(version), once=one)


def _is_dispatched(scope: Scope) -> bool:
    """Whether anything was dispatched under the regulation by then: from then on receiving is a deed of its own."""
    return Dispatch.objects.filter(instrument_id=scope.instrument_id, sent_at__lt=scope.ends_at).exists()


def _decided(scope: Scope) -> Iterator[Row]:
    is_dispatched = _is_dispatched(scope)
    found = Decision.objects.filter(
        version__in=versions(scope), decided_at__gte=scope.begins_at, decided_at__lt=scope.ends_at
    )
    for decision in found.select_related("version__programme").order_by("decided_at", "pk"):
        version = decision.version
        shown, one = marks(version), f"programme {version.programme_id}"
        is_final = decision.step in (Step.CONFIRM, Step.SOLE)
        if decision.outcome == Outcome.RETURNED:
            yield Row("programmes_returned_count", "count", 1, (DECISION, str(decision.pk)), shown)
        elif is_final and decision.outcome == Outcome.REJECTED:
            yield Row("programmes_rejected_count", "count", 1, (DECISION, str(decision.pk)), shown)
        elif is_final and version.state == VersionState.READY:
            # a programme approved in two versions is one programme
            yield Row("programmes_approved_count", "count", 1, (VERSION, str(version.pk)), shown, once=one)
            if not is_dispatched:
                yield Row("programmes_received_count", "count", 1, (VERSION, str(version.pk)), shown, once=one)
