"""A translation is asked for, given to an agency or a person, or taken back."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import has_role
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit import audit, clock, workflow
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.actions import wording
from bangtin.hub.programmes.models import Language, ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.translation import policies, queries
from bangtin.hub.translation.errors import BadRequest, JobExists
from bangtin.hub.translation.models import TranslationJob
from bangtin.hub.translation.states import MOVES, JobState

_NOTE_LONGEST, _REASON_LEAST = 500, 5


def request(
    *,
    version: ProgrammeVersion,
    language: str,
    actor: User,
    at: datetime,
    agency: Agency | None = None,
    translator: User | None = None,
    due_on: date | None = None,
    note: str = "",
) -> TranslationJob:
    """Ask for a version in another language; given to an agency or a person at once where one is named.

    Without either it goes to the agency that the regulation charges with translating, if it names one.
    Raises: NotPermitted, BadRequest, JobExists.
    Source: Decision 20/2024/QĐ-UBND (Lai Châu), art. 13.4; Decision 2432/QĐ-UBND (Hà Tĩnh), art. 4.3.a-7.
    """
    on = clock.local_date(at)
    require(
        policies.may_ask(actor, version, on=on),
        message=_(
            "Translations are asked for by the agency that receives content, or the one that sent the programme."
        ),
    )
    note = _asked(version, language, note, due_on=due_on, on=on)
    charged = dict(queries.translators(version.programme.instrument_id, on=on, language=language))
    if agency is None and translator is None and charged:
        agency = Agency.objects.get(pk=next(iter(charged)))
    _require_translator(agency, translator, on=on)
    with transaction.atomic(durable=True):
        open_one = TranslationJob.objects.filter(programme=version.programme, language=language)
        if open_one.exclude(state=JobState.WITHDRAWN).exists():
            raise JobExists(
                _("%(code)s is being translated into this language already.") % {"code": version.programme.code},
                _("Open that translation."),
                subject=version.programme.code,
            )
        job = TranslationJob.objects.create(
            programme=version.programme,
            source=version,
            language=language,
            agency=agency,
            translator=translator,
            clause=charged.get(agency.pk, "") if agency else "",
            due_on=due_on,
            note=note,
            asked_by=actor,
            asked_at=at,
            edition=version.programme.editions.filter(versions__language=language).first(),
        )
        audit.record("translation.requested", job, actor=actor, at=at, **_told(job))
        if agency or translator:
            workflow.move(job, MOVES, to=JobState.ASSIGNED)
    return job


def assign(
    *,
    job: TranslationJob,
    actor: User,
    at: datetime,
    agency: Agency | None = None,
    translator: User | None = None,
    due_on: date | None = None,
) -> TranslationJob:
    """Give a translation to an agency, a person or both, with its due day; also anew while it is being written.

    Raises: NotPermitted, BadRequest, StaleState once it was handed in.
    """
    on = clock.local_date(at)
    require(policies.may_assign(actor, job, on=on), message=_("You may not give out this translation."))
    if agency is None and translator is None:
        raise BadRequest(
            _("Nobody was named."),
            _("Name an agency or a person."),
            fields={"agency": _("Name an agency or a person.")},
        )
    _require_translator(agency, translator, on=on)
    _require_due(due_on, on=on)
    charged = dict(queries.translators(job.programme.instrument_id, on=on, language=job.language))
    values = {
        "agency": agency,
        "translator": translator,
        "due_on": due_on,
        "clause": charged.get(agency.pk, "") if agency else "",
    }
    with transaction.atomic(durable=True):
        if job.state == JobState.ASSIGNED:
            workflow.move(job, {JobState.ASSIGNED: frozenset({JobState.ASSIGNED})}, to=JobState.ASSIGNED, **values)
        else:
            workflow.move(job, {JobState.REQUESTED: MOVES[JobState.REQUESTED]}, to=JobState.ASSIGNED, **values)
        audit.record("translation.assigned", job, actor=actor, at=at, **_told(job))
    return job


def withdraw(*, job: TranslationJob, reason: str, actor: User, at: datetime) -> TranslationJob:
    """Take a translation back that is not checked yet; its draft stays in the record.

    Raises: NotPermitted, BadRequest without a reason, StaleState.
    """
    on = clock.local_date(at)
    require(policies.may_withdraw(actor, job, on=on), message=_("Only who asked for a translation takes it back."))
    try:
        reason = wording.clean(reason, longest=300, least=_REASON_LEAST)
    except wording.BadWords as error:
        raise BadRequest(_("Say why it is taken back."), str(error), fields={"reason": str(error)}) from error
    with transaction.atomic(durable=True):
        workflow.move(job, MOVES, to=JobState.WITHDRAWN, withdrawn_reason=reason)
        audit.record("translation.withdrawn", job, actor=actor, at=at, reason=reason)
    return job


def _asked(version: ProgrammeVersion, language: str, note: str, *, due_on: date | None, on: date) -> str:
    """The note in order; refuses what does not hold."""
    errors: dict[str, str] = {}
    if language not in Language.values or language == version.language:
        errors["language"] = _("Choose another language than the programme's own.")
    if version.programme.original_id is not None:
        errors["language"] = _("This is a translation itself. Ask for one of its original.")
    if version.state in (VersionState.UNUSABLE, VersionState.REJECTED):
        errors["language"] = _("This version cannot be aired; a translation of it neither.")
    try:
        note = wording.clean(note, longest=_NOTE_LONGEST, is_multiline=True)
    except wording.BadWords as error:
        errors["note"] = str(error)
    if errors:
        raise BadRequest(
            _("The translation was not asked for: %(reasons)s") % {"reasons": " ".join(errors.values())},
            _("Correct the marked fields and send again."),
            subject=version.receipt,
            fields=errors,
        )
    _require_due(due_on, on=on)
    return note


def _require_due(due_on: date | None, *, on: date) -> None:
    if due_on is not None and due_on < on:
        words = _("The due day is over already.")
        raise BadRequest(words, _("Choose a day that is still to come."), fields={"due_on": words})


def _require_translator(agency: Agency | None, translator: User | None, *, on: date) -> None:
    """A person translates from a contributor's post; at the agency, where one is named."""
    if translator is None:
        return
    among = regulations.standing_for(agency.pk, on=on) if agency else None
    if not has_role(translator, Role.CONTRIBUTOR, on=on, agencies=among):
        words = _("%(name)s holds no contributor's post there on this day.") % {"name": str(translator)}
        raise BadRequest(words, _("Choose another person, or record the post first."), fields={"translator": words})


def _told(job: TranslationJob) -> dict[str, object]:
    return {
        "code": job.programme.code,
        "language": job.language,
        "agency": job.agency_id or "",
        "translator": job.translator_id or "",
        "due_on": job.due_on.isoformat() if job.due_on else "",
    }
