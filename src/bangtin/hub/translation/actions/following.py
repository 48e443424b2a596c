"""A job follows its edition and its original: what was decided elsewhere, and what changed, is written into it."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from bangtin.hub.appraisal import queries as appraisal
from bangtin.hub.appraisal.actions import void_if_changed
from bangtin.hub.kit import audit, workflow
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import CLOSED, VersionState
from bangtin.hub.translation import queries
from bangtin.hub.translation.models import TranslationJob
from bangtin.hub.translation.states import MOVES, JobState

_HANDED_IN = (JobState.DELIVERED, JobState.REVIEWED, JobState.RELEASED)


def follow(*, job: TranslationJob, at: datetime) -> bool:
    """Bring the job to where its edition and its original stand now; say whether anything changed.

    The original says something else: the job takes its newest version and is open again; the edition's approvals hold
    no longer (`programmes.queries.is_stale`). The checker returned it: open again. Checked, confirmed: moved on.
    """
    job.refresh_from_db()
    if job.state == JobState.WITHDRAWN:
        return False
    if queries.is_source_changed(job):
        return _take_new_source(job, at=at)
    if job.state not in _HANDED_IN or job.delivered is None:
        return False
    # it may have been sent again without its bench, or edited by the desk it went to
    newest = job.delivered.programme.versions.order_by("-number").first()
    if newest is not None and newest.pk != job.delivered_id:
        job.delivered = newest
        job.save(update_fields=["delivered"])
    to = _standing(job.delivered)
    if to is None or to == job.state:
        return False
    with transaction.atomic(durable=True):
        if job.state == JobState.DELIVERED and to == JobState.RELEASED:
            workflow.move(job, MOVES, to=JobState.REVIEWED)
        workflow.move(job, MOVES, to=to)
        audit.record("translation.moved", job, actor=None, at=at, state=job.state, receipt=job.delivered.receipt)
    return True


def follow_all(*, at: datetime) -> int:
    """Follow the jobs whose edition or original may have moved; give how many changed. Called by the hub's timer."""
    newer = ProgrammeVersion.objects.filter(programme=OuterRef("programme"), number__gt=OuterRef("source__number"))
    is_waiting = Q(state__in=(JobState.DELIVERED, JobState.REVIEWED))
    is_undone = Q(state=JobState.RELEASED) & ~Q(delivered__state=VersionState.READY)
    jobs = TranslationJob.objects.exclude(state=JobState.WITHDRAWN).filter(is_waiting | is_undone | Exists(newer))
    found = jobs.select_related("source", "delivered", "programme").order_by("id")
    return sum(follow(job=job, at=at) for job in found)


def _standing(version: ProgrammeVersion) -> JobState | None:
    """What the edition's version makes of its job; None while the technical check runs."""
    if version.state in CLOSED:
        return JobState.ASSIGNED
    if version.state == VersionState.READY:
        return JobState.RELEASED if appraisal.is_approved(version) else None
    if version.state == VersionState.PROPOSED:
        return JobState.REVIEWED
    return JobState.DELIVERED if version.state == VersionState.RECEIVED else None


def _take_new_source(job: TranslationJob, *, at: datetime) -> bool:
    newest = queries.source_of(job.programme)
    assert newest is not None
    if job.delivered is not None:
        void_if_changed(version=job.delivered, at=at)
    with transaction.atomic(durable=True):
        before = job.source.receipt
        values = {"source": newest, "draft_number": job.draft_number + 1}
        if job.state in _HANDED_IN:
            workflow.move(job, MOVES, to=JobState.ASSIGNED, **values)
        else:
            workflow.move(job, {job.state: frozenset({job.state})}, to=job.state, **values)
        audit.record("translation.source_changed", job, actor=None, at=at, before=before, now=newest.receipt)
    return True
