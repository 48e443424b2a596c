"""What pages and desks read of translations: jobs, segments with their words, editions, who translates by the text."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import agency_ids
from bangtin.hub.programmes import policies as programmes
from bangtin.hub.programmes import queries as programmes_queries
from bangtin.hub.programmes.models import Language, Programme, ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.translation import segments
from bangtin.hub.translation.models import TranslationJob
from bangtin.hub.translation.segments import Segment
from bangtin.hub.translation.states import WRITABLE, JobState
from bangtin.rulebook import successions

TRANSLATOR = "translator"
# who receives content, or edits it, under the texts; each province has its own word
_DESKS = ("appraiser", "editor", "lead")
_DEAD = (VersionState.UNUSABLE, VersionState.REJECTED)


@dataclass(frozen=True)
class Line:
    """A segment with its words. `is_machine`: nobody has read them over; `is_changed`: the source is another now."""

    segment: Segment
    target: str
    is_machine: bool
    is_changed: bool

    @property
    def is_missing(self) -> bool:
        """Whether words are still to be written."""
        return not self.target and not segments.may_be_empty(self.segment)


@dataclass(frozen=True)
class Edition:
    """One language version of a programme: the version handed in last, if any, and the job that makes it."""

    language: str
    version: ProgrammeVersion | None
    job: TranslationJob
    is_stale: bool


def translators(instrument_id: str, *, on: date, language: str = "") -> list[tuple[str, str]]:
    """The agencies that the regulation charges with translating, each with the clause; by the day's successions.

    With a language, those named for that one come first.
    """
    pack = regulations.regulation(instrument_id)
    named = [(one.agency, one.clause) for one in pack.mandates if one.role == TRANSLATOR]
    asked = [
        (agency, rule.clause)
        for rule in pack.languages
        if language in rule.required and rule.clause in {clause for _agency, clause in named}
        for agency in rule.done_by
    ]
    found: dict[str, str] = {}
    for agency, clause in [*asked, *named]:
        for standing in successions.answering(pack, agency, on).agencies:
            found.setdefault(standing, clause)
    return list(found.items())


def desks(instrument_id: str, *, on: date) -> set[str]:
    """The agencies that receive, appraise or edit content under the instrument on that day."""
    pack = regulations.regulation(instrument_id)
    named = {one.agency for one in pack.mandates if one.role in _DESKS}
    return {one for name in named for one in successions.answering(pack, name, on).agencies}


def lines(job: TranslationJob) -> list[Line]:
    """The segments of the job's source with the words of the draft."""
    found = []
    for one in segments.of(job.source, job.script):
        kept: Mapping[str, object] = job.draft.get(one.id, {})
        target = str(kept.get("target", ""))
        is_changed = bool(target) and kept.get("source") != one.source
        found.append(Line(one, target, bool(kept.get("machine")) and bool(target), is_changed))
    return found


def progress(job: TranslationJob) -> tuple[int, int]:
    """How many segments that need words have them, of how many."""
    found = [one for one in lines(job) if not segments.may_be_empty(one.segment) or one.target]
    return sum(1 for one in found if one.target), len(found)


def source_of(programme: Programme) -> ProgrammeVersion | None:
    """The version that is translated now: the newest one that may still air."""
    return programme.versions.exclude(state__in=_DEAD).order_by("-number").first()


def is_source_changed(job: TranslationJob) -> bool:
    """Whether a newer version of the original says something else than what the job translates."""
    newest = source_of(job.programme)
    if newest is None or newest.pk == job.source_id:
        return False
    said = [(one.id, one.source) for one in segments.of(job.source)]
    is_other_file = newest.source_sha256 != job.source.source_sha256
    return is_other_file or said != [(one.id, one.source) for one in segments.of(newest)]


def job_of(code: str, language: str) -> TranslationJob | None:
    """The job of a programme (by its code) for a language that was not withdrawn."""
    found = with_rows().filter(programme__code=code, language=language)
    return found.exclude(state=JobState.WITHDRAWN).first()


def with_rows() -> QuerySet[TranslationJob]:
    """Jobs with what a page shows of each, in a fixed number of queries."""
    return TranslationJob.objects.select_related(
        "programme",
        "source",
        "source__programme",
        "agency",
        "translator",
        "asked_by",
        "edition",
        "delivered",
        "delivered__programme",
    ).prefetch_related("agency__names")


def jobs_of(actor: User, *, on: date) -> QuerySet[TranslationJob]:
    """The jobs of the account's desk by their due day: its own, its agencies', those of programmes it sees."""
    if not programmes.has_editorial_right(actor, on=on):
        return with_rows().none()
    held = agency_ids(actor, on=on, role=Role.CONTRIBUTOR) | agency_ids(actor, on=on, role=Role.APPRAISER)
    own = regulations.continued(held, on=on)
    seen = programmes.visible(actor, on=on).values("programme_id")
    mine = Q(translator=actor) | Q(agency_id__in=own) | Q(asked_by=actor) | Q(programme_id__in=seen)
    return with_rows().filter(mine).exclude(state=JobState.WITHDRAWN)


def to_write(actor: User, *, on: date) -> QuerySet[TranslationJob]:
    """The translations that wait for this account's words, by their due day: its own, and those of its agencies that
    nobody in particular has."""
    if not programmes.has_editorial_right(actor, on=on):
        return with_rows().none()
    own = regulations.continued(agency_ids(actor, on=on, role=Role.CONTRIBUTOR), on=on)
    mine = Q(translator=actor) | Q(translator=None, agency_id__in=own)
    return with_rows().filter(mine, state__in=WRITABLE)


def languages_asked(programme: Programme) -> set[str]:
    """The languages into which the programme is being translated, or was."""
    found = TranslationJob.objects.filter(programme=programme).exclude(state=JobState.WITHDRAWN)
    return set(found.values_list("language", flat=True))


def editions(programme: Programme, newest: ProgrammeVersion | None = None) -> list[Edition]:
    """The language versions of a programme in the order of the languages: those made, and those being made.

    `newest` is the programme's newest version where the caller has it.
    """
    newest = newest or programme.versions.order_by("-number").first()
    jobs = TranslationJob.objects.filter(programme=programme).exclude(state=JobState.WITHDRAWN)
    by_language = {one.language: one for one in jobs.select_related("delivered__programme", "delivered__translates")}
    found = []
    for language in Language.values:
        if (job := by_language.get(language)) is not None:
            said = job.delivered.translates if job.delivered else None
            is_stale = bool(said and newest and not programmes_queries.says_the_same(said, newest))
            found.append(Edition(language, job.delivered, job, is_stale))
    return found
