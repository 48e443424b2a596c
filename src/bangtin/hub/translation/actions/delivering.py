"""A translation is handed in: it becomes an edition, a programme with an original, and goes its own road."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import agency_ids
from bangtin.hub.kit import audit, clock, files, workflow
from bangtin.hub.kit.files import StoredFile
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.actions import Facts, Submission, wording
from bangtin.hub.programmes.actions.submit import prepare, take_in
from bangtin.hub.programmes.models import ProgrammeVersion, Upload
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.translation import policies, queries, segments
from bangtin.hub.translation.errors import BadRequest, Incomplete, MachineDraft, SourceChanged
from bangtin.hub.translation.models import TranslationJob
from bangtin.hub.translation.states import MOVES, JobState

# said of the original alone, or of a day that may be over
_NOT_TAKEN_OVER = {
    "channel", "letter_number", "letter_on", "wanted_from", "wanted_until", "languages", "is_declared",
    "is_finished_report",
}  # fmt: skip
_SUBTITLES_MOST_BYTES = 4_000_000


def deliver(
    *,
    job: TranslationJob,
    actor: User,
    at: datetime,
    is_declared: bool = False,
    source: StoredFile | Upload | None = None,
    source_name: str = "",
) -> ProgrammeVersion:
    """Hand the draft in: a version of the edition in the job's language, by the translator; the checks follow.

    A notice gets its translated fields; a film or picture its translated title and subtitles over the original's file,
    or `source` in its place. Category, clusters, month and what was stated of rights are the original's.
    Raises: NotPermitted, Incomplete, MachineDraft, SourceChanged, StaleState; as `programmes.actions.submit`.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 13.4; Decision 2432/QĐ-UBND (Hà Tĩnh), art. 4.3.a-7.
    """
    on = clock.local_date(at)
    require(policies.may_write(actor, job, on=on), message=_("This translation was given to somebody else."))
    if queries.is_source_changed(job):
        raise SourceChanged(
            _("The original of %(code)s says something else by now; nothing was handed in.")
            % {"code": job.programme.code},
            _("Load the page again: what changed is marked there."),
            subject=job.programme.code,
        )
    words = _complete(job)
    submission = _submission(job, words, actor=actor, at=at, is_declared=is_declared, file=source)
    if source_name:
        submission = replace(submission, source_name=source_name)
    prepared = prepare(submission=submission, source=_file(job, source), actor=actor, at=at)
    with transaction.atomic(durable=True):
        version = take_in(prepared, at=at)
        if source is None:
            _add_subtitles(version, job, words)
        if job.state == JobState.REQUESTED:
            workflow.move(job, MOVES, to=JobState.ASSIGNED)
        workflow.move(
            job,
            MOVES,
            to=JobState.DELIVERED,
            edition=version.programme,
            delivered=version,
            delivered_at=at,
            translator=actor,
        )
        audit.record(
            "translation.delivered", job, actor=actor, at=at, receipt=version.receipt, source=job.source.receipt
        )
    return version


def _complete(job: TranslationJob) -> dict[str, str]:
    """The words by segment, in order; refuses what is missing, what does not fit, what only a machine wrote."""
    found, errors, unread = {}, {}, []
    for line in queries.lines(job):
        one = line.segment
        try:
            least = 0 if segments.may_be_empty(one) else 1
            found[one.id] = wording.clean(
                line.target, longest=one.longest, least=least, is_multiline=one.kind != segments.TITLE
            )
        except wording.BadWords as error:
            errors[one.id] = _("Not translated yet.") if not line.target else str(error)
        if line.is_changed:
            errors.setdefault(one.id, _("The original changed here. Read it over."))
        if line.is_machine:
            unread.append(one.id)
    if errors:
        count = len(errors)
        message = ngettext("%(n)d place is not ready yet.", "%(n)d places are not ready yet.", count) % {"n": count}
        raise Incomplete(message, _("Correct the marked places."), subject=job.programme.code, fields=errors)
    if unread:
        note = _("Written by a machine. Read it over, then tick it.")
        raise MachineDraft(
            _("Words that a machine wrote were not read over yet; it approves nothing by itself."),
            _("Read the marked places over, correct them, tick each."),
            subject=job.programme.code,
            fields=dict.fromkeys(unread, note),
        )
    return found


def _submission(
    job: TranslationJob,
    words: Mapping[str, str],
    *,
    actor: User,
    at: datetime,
    is_declared: bool,
    file: StoredFile | Upload | None,
) -> Submission:
    original, version = job.programme, job.source
    text = None
    if version.text and file is None:
        text = segments.notice(version, words, language=job.language, is_bilingual=job.is_bilingual)
    return Submission(
        agency_id=_agency(job, actor, at=at),
        title=words["title"],
        language=job.language,
        cluster_ids=tuple(original.clusters.values_list("pk", flat=True)),
        month=original.month,
        category=original.category,
        is_urgent=original.is_urgent,
        instruction_number=original.instruction_number,
        instruction_on=original.instruction_on,
        instruction_by=original.instruction_by,
        still_ms=version.still_ms,
        text=text,
        source_name="" if version.text else version.source_name,
        programme=job.edition,
        facts=_facts(job, is_declared=is_declared),
        translates=version,
    )


def _add_subtitles(version: ProgrammeVersion, job: TranslationJob, words: Mapping[str, str]) -> None:
    """The translated subtitles beside the original's film, before its technical check looks at them."""
    cues = [one for one in segments.of(job.source) if one.is_cue]
    if cues:
        stored = files.put([segments.srt(cues, words).encode()], max_bytes=_SUBTITLES_MOST_BYTES)
        version.subtitles_sha256, version.subtitles_name = stored.sha256, f"{job.language}.srt"
        version.save(update_fields=["subtitles_sha256", "subtitles_name"])


def _facts(job: TranslationJob, *, is_declared: bool) -> Facts:
    stated = getattr(job.source, "facts", None)
    taken: dict[str, object] = {}
    for one in fields(Facts):
        if stated is not None and one.name not in _NOT_TAKEN_OVER:
            value = getattr(stated, one.name)
            taken[one.name] = tuple(value) if isinstance(value, list) else value
    found = replace(Facts(), **taken)  # type: ignore[arg-type]  # the columns are those of Facts, by name
    languages = ("vi",) if job.is_bilingual else ()
    return replace(found, is_declared=is_declared, languages=languages)


def _agency(job: TranslationJob, actor: User, *, at: datetime) -> str:
    """The agency for which the translator hands in: the job's, or one that stands for it; else the person's own."""
    if job.edition is not None:
        return job.edition.agency_id
    own = sorted(agency_ids(actor, on=clock.local_date(at), role=Role.CONTRIBUTOR))
    if job.agency_id is None:
        return own[0]
    standing = regulations.standing_for(job.agency_id, on=clock.local_date(at))
    return next((one for one in own if one in standing), job.agency_id)


def _file(job: TranslationJob, source: StoredFile | Upload | None) -> StoredFile | Upload | None:
    """What the edition shows: the file put in place, else the original's; none for a notice."""
    if source is not None:
        return source
    if job.source.text:
        return None
    if not job.source.source_sha256:
        raise BadRequest(_("The original has no file."), _("Add a file in the language."), subject=job.programme.code)
    return StoredFile(job.source.source_sha256, job.source.source_size_bytes)
