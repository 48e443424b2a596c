"""Who asks for translations, who writes them, who sees them. Rights come from posts on a day."""

from datetime import date

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import has_role, posts_on
from bangtin.hub.programmes import policies as programmes
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.translation import queries
from bangtin.hub.translation.models import TranslationJob

_READERS = (Role.CONTRIBUTOR, Role.APPRAISER, Role.LEADER, Role.REPORTER)


def may_ask(actor: User, version: ProgrammeVersion, *, on: date) -> bool:
    """The agency that receives content asks; so does the one that sent the programme, and the one that translates."""
    if not programmes.has_editorial_right(actor, on=on):
        return False
    instrument_id = version.programme.instrument_id
    if _is_of_the_desk(actor, instrument_id, on=on):
        return True
    own = regulations.standing_for(version.programme.agency_id, on=on)
    translating = {agency for agency, _clause in queries.translators(instrument_id, on=on)}
    return has_role(actor, Role.CONTRIBUTOR, on=on, agencies=own | translating)


def may_assign(actor: User, job: TranslationJob, *, on: date) -> bool:
    """Who may ask for it; and contributors of the agency that has it, among themselves."""
    return may_ask(actor, job.source, on=on) or _is_of_its_agency(actor, job, on=on)


def may_write(actor: User, job: TranslationJob, *, on: date) -> bool:
    """The person it was given to; where only an agency was named, each of its contributors."""
    if not programmes.has_editorial_right(actor, on=on):
        return False
    if job.translator_id is not None:
        return job.translator_id == actor.pk and has_role(actor, Role.CONTRIBUTOR, on=on)
    return _is_of_its_agency(actor, job, on=on)


def may_withdraw(actor: User, job: TranslationJob, *, on: date) -> bool:
    """Whoever asked for it, and the agency that receives content."""
    is_desk = _is_of_the_desk(actor, job.programme.instrument_id, on=on)
    return programmes.has_editorial_right(actor, on=on) and (job.asked_by_id == actor.pk or is_desk)


def may_see(actor: User, job: TranslationJob, *, on: date) -> bool:
    """Who writes it, its agency, and whoever sees the original."""
    if not programmes.has_editorial_right(actor, on=on):
        return False
    if job.translator_id == actor.pk or programmes.may_see(actor, job.source, on=on):
        return True
    standing = regulations.standing_for(job.agency_id, on=on) if job.agency_id else frozenset()
    return posts_on(actor, on).filter(role__in=_READERS, agency_id__in=standing).exists()


def may_see_file(actor: User, version: ProgrammeVersion, *, on: date) -> bool:
    """Whether the account sees a version because it, or its edition, is its own work at the language desk."""
    jobs = TranslationJob.objects.filter(source=version) | TranslationJob.objects.filter(delivered=version)
    return any(may_see(actor, job, on=on) for job in jobs.select_related("source__programme"))


def opens_desk(actor: User, *, on: date) -> bool:
    """Whether the account has a part in translations: it contributes somewhere, or appraises."""
    held = set(posts_on(actor, on).values_list("role", flat=True))
    return programmes.has_editorial_right(actor, on=on) and bool(held & {Role.CONTRIBUTOR, Role.APPRAISER, Role.LEADER})


def _is_of_the_desk(actor: User, instrument_id: str, *, on: date) -> bool:
    return has_role(actor, Role.APPRAISER, on=on, agencies=queries.desks(instrument_id, on=on))


def _is_of_its_agency(actor: User, job: TranslationJob, *, on: date) -> bool:
    if job.agency_id is None or not programmes.has_editorial_right(actor, on=on):
        return False
    return has_role(actor, Role.CONTRIBUTOR, on=on, agencies=regulations.standing_for(job.agency_id, on=on))
