"""Stop 2 of the road: the technical check and the renditions, as a task that may be killed and run again."""

import logging
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import django_tasks
from django.db import transaction
from django.utils import translation

from bangtin.hub.kit import audit, clock, files, tasks, workflow
from bangtin.hub.kit.errors import StaleState
from bangtin.hub.programmes import queries, signals
from bangtin.hub.programmes.actions import findings, renditions, reviewing, secret
from bangtin.hub.programmes.actions.renditions import Source
from bangtin.hub.programmes.media import inspecting, judging
from bangtin.hub.programmes.media.judging import Judgement
from bangtin.hub.programmes.media.limits import Unusable
from bangtin.hub.programmes.models import Finding, Kind, ProgrammeVersion
from bangtin.hub.programmes.paperwork import Place
from bangtin.hub.programmes.states import MOVES, VersionState

log = logging.getLogger(__name__)
_INSPECTED_PERCENT = 5
_PROGRESS_STEP = 3
_MARKED = "secret_mark"


def check(*, version: ProgrammeVersion, at: datetime) -> ProgrammeVersion:
    """Look inside, make the renditions and fix the content digest: SUBMITTED goes to RECEIVED or UNUSABLE.

    May be run again at any time: a version that was checked is given back as it is, renditions that exist stay.
    Never raises for what a file holds; the reason stands in `refusal_code` and `refusal_message` (Vietnamese).
    Raises: StaleState if another worker was first; NoFfmpeg.
    """
    version.refresh_from_db()
    if version.state != VersionState.SUBMITTED:
        return version
    judgement = _judge(version)
    try:
        with renditions.workplace() as folder:
            source = _keep(version, judgement, folder)
            judgement = judging.with_pages(judgement, source.inspection.pages if source else 0)
            renditions.make_all(version, source, at=at, progress=_Progress(version))
        poster = renditions.make_poster(version)
    except Unusable as refusal:
        return _refuse(version, refusal, judgement, at=at)
    return _receive(version, judgement, poster=poster, at=at)


@django_tasks.task(queue_name="media")
def check_version(version_id: int) -> None:
    """The task of `check`; another worker that was first is no failure."""
    try:
        version = check(version=ProgrammeVersion.objects.get(pk=version_id), at=clock.now())
    except StaleState:
        log.info("version %s was checked by another worker", version_id)
        return
    if version.state == VersionState.RECEIVED and version.kind in {Kind.VIDEO, Kind.SOUND}:
        tasks.enqueue(copy_version, version.pk)


@django_tasks.task(queue_name="media", priority=-10)
def copy_version(version_id: int) -> None:
    """The task of `reviewing.make_copies`: after every check that waits, for until then the film itself is shown."""
    reviewing.make_copies(ProgrammeVersion.objects.get(pk=version_id))


def queue_check(version: ProgrammeVersion) -> None:
    """Queue the check once the caller's transaction is committed, in its lane: a notice, which needs no time, waits for
    no file, and an urgent file for no other."""
    lane = "urgent" if version.programme.is_urgent else "media"
    lane = "notices" if version.kind == Kind.TEXT else lane
    tasks.enqueue(check_version.using(queue_name=lane), version.pk)


def resume_checks() -> int:
    """Queue the check of every version whose check never ended; give how many. Called when a worker starts."""
    waiting = list(ProgrammeVersion.objects.filter(state=VersionState.SUBMITTED).select_related("programme"))
    for version in waiting:
        queue_check(version)
    return len(waiting)


def _judge(version: ProgrammeVersion) -> Judgement | None:
    """Look into the file, and into the subtitles beside it, and measure it; None for a text notice."""
    if version.kind == Kind.TEXT:
        return None
    capitals = queries.capitals(version.programme)
    found = judging.judge(
        files.path(version.source_sha256),
        name=version.source_name,
        screens=list(capitals),
        capitals=capitals,
        workplace=renditions.workroom(),
    )
    if not version.subtitles_sha256:
        return found
    beside = judging.judge(files.path(version.subtitles_sha256), name=version.subtitles_name)
    return judging.beside(found, beside)


def _keep(version: ProgrammeVersion, judgement: Judgement | None, folder: Path) -> Source | None:
    """Keep what the file is; give what its renditions are made from, None for a text notice.

    Raises: Unusable with the first reason not to take the file.
    """
    if judgement is None:
        return None
    if (refusal := judgement.refusal) is not None:
        raise Unusable(refusal.code, dict(refusal.params))
    if judgement.inspection is not None:
        source = Source(files.path(version.source_sha256), judgement.inspection)
    else:
        source = renditions.prepare(version, judgement.container, folder)
    version.kind, version.probe = renditions.kind(source.inspection), asdict(source.inspection)
    version.progress_percent = _INSPECTED_PERCENT
    version.save(update_fields=["kind", "probe", "progress_percent"])
    return source


class _Progress:
    """Writes how far the renditions are, but not at every frame."""

    def __init__(self, version: ProgrammeVersion) -> None:
        self._version = version

    def __call__(self, percent: int) -> None:
        shown = _INSPECTED_PERCENT + percent * (99 - _INSPECTED_PERCENT) // 100
        if shown >= self._version.progress_percent + _PROGRESS_STEP:
            self._version.progress_percent = shown
            ProgrammeVersion.objects.filter(pk=self._version.pk).update(progress_percent=shown)


def _receive(version: ProgrammeVersion, judgement: Judgement | None, *, poster: str, at: datetime) -> ProgrammeVersion:
    frames = _frames(version, judgement)
    with transaction.atomic(durable=True):
        digest = queries.content_digest(version)
        workflow.move(
            version,
            MOVES,
            to=VersionState.RECEIVED,
            content_digest=digest,
            poster_sha256=poster,
            progress_percent=100,
        )
        _keep_findings(version, judgement, frames)
        audit.record("version.received", version, actor=None, at=at, receipt=version.receipt, digest=digest)
        signals.received.send(ProgrammeVersion, version=version, at=at)
    return version


def _frames(version: ProgrammeVersion, judgement: Judgement | None) -> dict[int, str]:
    """The addresses of the pictures at the moments of findings; a clip that does not give one goes without.

    Nothing of what bears a secret's mark is kept.
    """
    if judgement is None or judgement.inspection is None or judgement.inspection.kind != Kind.VIDEO:
        return {}
    moments = sorted({one.at_ms for one in judgement.remarks if one.at_ms is not None and one.code in findings.SEEN})
    if not moments or any(one.code == _MARKED for one in judgement.remarks):
        return {}
    with renditions.workplace() as folder:
        try:
            made = inspecting.make_frames(files.path(version.source_sha256), folder, moments=moments)
        except Unusable:
            return {}
        return {at_ms: files.put_file(folder / f"{at_ms}.webp").sha256 for at_ms in made}


def _keep_findings(version: ProgrammeVersion, judgement: Judgement | None, frames: dict[int, str]) -> None:
    version.findings.exclude(code="duplicate").delete()
    Finding.objects.bulk_create(findings.of(version, judgement, frames))


def _refuse(
    version: ProgrammeVersion, refusal: Unusable, judgement: Judgement | None, *, at: datetime
) -> ProgrammeVersion:
    frames = _frames(version, judgement)
    with translation.override("vi"):
        message = queries.refusal_sentence(refusal.code, refusal.params)
    with transaction.atomic(durable=True):
        workflow.move(
            version,
            MOVES,
            to=VersionState.UNUSABLE,
            refusal_code=refusal.code,
            refusal_message=message,
            probe=(version.probe or {}) | {"refusal": refusal.params},
            progress_percent=100,
        )
        _keep_findings(version, judgement, frames)
        audit.record("version.unusable", version, actor=None, at=at, receipt=version.receipt, code=refusal.code)
        if refusal.code == _MARKED:
            secret.purge(version=version, place=Place.DOCUMENT, actor=None, at=at)
        signals.found_unusable.send(ProgrammeVersion, version=version, at=at)
    return version
