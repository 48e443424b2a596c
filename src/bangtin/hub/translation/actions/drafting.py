"""Drafts by the operator's own programs: words of a machine, marked until a person has read them; a voice to hear."""

import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import audit, clock, files
from bangtin.hub.kit.policies import require
from bangtin.hub.translation import machines, policies, queries, segments
from bangtin.hub.translation.errors import DraftChanged, Incomplete
from bangtin.hub.translation.models import TranslationJob
from bangtin.hub.translation.states import WRITABLE


def draft_by_machine(*, job: TranslationJob, actor: User, at: datetime) -> int:
    """Fill what is not written yet with a machine's words, each marked as a draft; give how many.

    Raises: NotPermitted, NotConfigured, MachineFailed, DraftChanged.
    """
    _permit(job, actor, at=at)
    waiting = {one.segment.id: one.segment.source for one in queries.lines(job) if not one.target}
    if not waiting:
        return 0
    found = machines.translate(waiting, source=job.source.language, target=job.language)
    words = {id_: {"source": waiting[id_], "target": text, "machine": True} for id_, text in found.items() if text}
    with transaction.atomic(durable=True):
        rows = TranslationJob.objects.filter(pk=job.pk, state__in=WRITABLE, draft_number=job.draft_number)
        if not rows.update(draft={**job.draft, **words}, draft_number=job.draft_number + 1, drafted_at=at):
            raise DraftChanged(
                _("The draft was saved from another page in between; the machine's words were left out."),
                _("Load the page again, then ask the machine anew."),
                subject=job.programme.code,
            )
        audit.record("translation.machine_draft", job, actor=actor, at=at, count=len(words))
    job.refresh_from_db()
    return len(words)


def draft_speech(*, job: TranslationJob, actor: User, at: datetime) -> TranslationJob:
    """Have a voice read the translation into a sound file to be heard; it is handed in only if a person says so.

    Reads the spoken parts where there are any, else the notice, else the title.
    Raises: NotPermitted, Incomplete, NotConfigured, MachineFailed.
    """
    _permit(job, actor, at=at)
    lines = queries.lines(job)
    kinds = {one.segment.kind for one in lines}
    kind = next(one for one in (segments.SCRIPT, segments.FIELD, segments.TITLE) if one in kinds)
    spoken = [one for one in lines if one.segment.kind == kind]
    missing = {one.segment.id: _("Not translated yet.") for one in spoken if one.is_missing}
    if missing:
        raise Incomplete(_("What is to be read is not written yet."), _("Write the marked places."), fields=missing)
    text = "\n\n".join(one.target for one in spoken if one.target)
    work = Path(settings.DATA_DIR) / "work"
    work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=work, prefix="voice-") as folder:
        stored = files.put_file(machines.read_aloud(text, language=job.language, into=Path(folder)))
    with transaction.atomic(durable=True):
        job.speech_sha256 = stored.sha256
        job.save(update_fields=["speech_sha256"])
        audit.record("translation.machine_voice", job, actor=actor, at=at, sha256=stored.sha256)
    return job


def _permit(job: TranslationJob, actor: User, *, at: datetime) -> None:
    require(
        policies.may_write(actor, job, on=clock.local_date(at)) and job.state in WRITABLE,
        message=_("This translation was given to somebody else."),
    )
