"""What waits for appraisal, and whether a version is approved as it stands."""

from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import posts_on
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.kit.clock import local_date
from bangtin.hub.programmes import queries as programmes_queries
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations.models import Mandate, Task


def inbox(actor: User, on: date) -> QuerySet[ProgrammeVersion]:
    """Received versions on which the account may decide: urgent ones first, then the oldest."""
    return _waiting(actor, on, state=VersionState.RECEIVED)


def awaiting_confirmation(actor: User, on: date) -> QuerySet[ProgrammeVersion]:
    """Proposed versions that the account may confirm: not its own, and not proposed by itself."""
    first = Decision.objects.filter(version=OuterRef("pk"), step=Step.DECIDE, content_digest=OuterRef("content_digest"))
    proposer = Subquery(first.order_by("-decided_at", "-id").values("officer")[:1])
    found = _waiting(actor, on, state=VersionState.PROPOSED).annotate(proposer=proposer)
    return found.filter(Q(proposer=None) | ~Q(proposer=actor.pk))


def clause(version: ProgrammeVersion) -> str:
    """The clause that has a version appraised before it airs, by its own regulation; empty if it names nobody."""
    programme = version.programme
    return programmes_queries.clause(
        Task.APPRAISE, on=local_date(version.submitted_at), instrument_id=programme.instrument_id
    )


def proposal(version: ProgrammeVersion) -> Decision | None:
    """The decision that waits for the second officer: the newest of the first step, if it binds to this digest."""
    found = version.decisions.filter(step=Step.DECIDE).order_by("-decided_at", "-id").first()
    return found if found and found.content_digest == version.content_digest else None


def approvals(version: ProgrammeVersion) -> list[Decision]:
    """The two approvals that hold for the content as the rows are now: first step, then second; else nothing.

    # trust 3.6, 3.10: same digest, two persons, none of them an author.
    """
    if version.state != VersionState.READY:
        return []
    digest = programmes_queries.content_digest(version)
    if digest != version.content_digest:
        return []
    newest = [_newest(version, step, digest) for step in (Step.DECIDE, Step.CONFIRM)]
    rows = [row for row in newest if row and row.outcome == Outcome.APPROVED]
    officers = {row.officer_id for row in rows}
    authors = set(version.programme.versions.values_list("submitted_by_id", flat=True))
    return rows if len(rows) == 2 and len(officers) == 2 and not officers & authors else []


def is_approved(version: ProgrammeVersion) -> bool:
    """Whether both approvals hold for the content as it is now; the digest is computed anew."""
    return bool(approvals(version))


def history(version: ProgrammeVersion) -> QuerySet[Decision]:
    """All decisions on a version in their order; compare `content_digest` to tell the void ones."""
    return version.decisions.select_related("officer", "agency").prefetch_related("agency__names")


def _waiting(actor: User, on: date, *, state: VersionState) -> QuerySet[ProgrammeVersion]:
    valid = (Q(starts_on=None) | Q(starts_on__lte=on)) & (Q(ends_on=None) | Q(ends_on__gte=on))
    posts = posts_on(actor, on)
    if posts.filter(role=Role.ADMINISTRATOR).exists():
        return ProgrammeVersion.objects.none()
    agencies = posts.filter(role=Role.APPRAISER).values("agency_id")
    instruments = Mandate.objects.filter(valid, task=Task.APPRAISE, agency_id__in=agencies).values("instrument_id")
    own = ProgrammeVersion.objects.filter(submitted_by=actor).values("programme_id")
    return (
        programmes_queries.latest()
        .filter(state=state, programme__instrument_id__in=instruments)
        .exclude(programme_id__in=own)
        .order_by("-programme__is_urgent", "submitted_at", "id")
    )


def _newest(version: ProgrammeVersion, step: Step, digest: str) -> Decision | None:
    return version.decisions.filter(step=step, content_digest=digest).order_by("-decided_at", "-id").first()
