"""The draft of a translation: saved as it is typed, checked word for word, never judged complete here."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.actions import wording
from bangtin.hub.translation import policies, segments
from bangtin.hub.translation.errors import BadRequest, DraftChanged
from bangtin.hub.translation.models import TranslationJob
from bangtin.hub.translation.segments import Segment
from bangtin.hub.translation.states import WRITABLE

SCRIPT_LONGEST = 40_000


@dataclass(frozen=True)
class Words:
    """What a translator typed: `targets` by segment id; `read` the machine's segments that were read over.

    `seen`: the number of the draft that the page showed; `is_bilingual`: Vietnamese and the language on one notice.
    """

    targets: Mapping[str, str]
    read: Collection[str] = ()
    seen: int | None = None
    is_bilingual: bool = False


def save_draft(*, job: TranslationJob, words: Words, actor: User, at: datetime) -> dict[str, str]:
    """Keep what was typed; give what is wrong with it by segment id (wrong words are kept in the draft all the same).

    Raises: NotPermitted, DraftChanged if another page saved in between, or the draft is closed.
    """
    require(
        policies.may_write(actor, job, on=clock.local_date(at)),
        message=_("This translation was given to somebody else."),
    )
    known = {one.id: one for one in segments.of(job.source, job.script)}
    draft = {id_: _kept(job, one, words) for id_, one in known.items()}
    with transaction.atomic(durable=True):
        changed = TranslationJob.objects.filter(
            pk=job.pk,
            state__in=WRITABLE,
            draft_number=job.draft_number if words.seen is None else words.seen,
        ).update(
            draft={id_: kept for id_, kept in draft.items() if kept["target"]},
            draft_number=(job.draft_number if words.seen is None else words.seen) + 1,
            drafted_at=at,
            is_bilingual=words.is_bilingual and segments.is_bilingual_possible(job.source, job.language),
        )
    if not changed:
        raise DraftChanged(
            _("The draft was saved from another page in between, or has been handed in; nothing was overwritten."),
            _("Load the page again. What you typed here stays until you leave it."),
            subject=job.programme.code,
        )
    job.refresh_from_db()
    return faults(job)


def faults(job: TranslationJob) -> dict[str, str]:
    """What keeps words of the draft from being handed in, by segment id: legacy letters, unseen signs, too long."""
    found = {}
    for one in segments.of(job.source, job.script):
        target = str(job.draft.get(one.id, {}).get("target", ""))
        try:
            wording.clean(target, longest=one.longest, is_multiline=one.kind != segments.TITLE)
        except wording.BadWords as error:
            found[one.id] = str(error)
    return found


def set_script(*, job: TranslationJob, text: str, actor: User, at: datetime) -> TranslationJob:
    """Set the words that are spoken in the original, cut at empty lines, so that they stand in the editor too.

    Raises: NotPermitted, BadRequest.
    """
    on = clock.local_date(at)
    may = policies.may_write(actor, job, on=on) or policies.may_assign(actor, job, on=on)
    require(may, message=_("This translation was given to somebody else."))
    try:
        script = wording.clean(text, longest=SCRIPT_LONGEST, is_multiline=True)
    except wording.BadWords as error:
        raise BadRequest(_("The words were not taken."), str(error), fields={"script": str(error)}) from error
    with transaction.atomic(durable=True):
        TranslationJob.objects.filter(pk=job.pk, state__in=WRITABLE).update(script=script)
        audit.record("translation.script", job, actor=actor, at=at, length=len(script))
    job.refresh_from_db()
    return job


def _kept(job: TranslationJob, segment: Segment, words: Words) -> dict[str, object]:
    before: Mapping[str, object] = job.draft.get(segment.id, {})
    if segment.id not in words.targets:
        return {"target": "", **before}
    target = words.targets[segment.id].replace("\r\n", "\n")[: segment.longest * 4]
    is_same = target == before.get("target")
    is_machine = bool(before.get("machine")) and is_same and segment.id not in words.read
    # reading a machine's words over, or writing others, takes the source as it is now for seen
    source = before.get("source", segment.source) if is_same and segment.id not in words.read else segment.source
    return {"source": source, "target": target, "machine": is_machine}
