"""Takes in the answer to an information request: words and files that may be published, kept apart from programmes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import audit, files, workflow
from bangtin.hub.kit.clock import local_date
from bangtin.hub.kit.files import StoredFile
from bangtin.hub.kit.policies import require
from bangtin.hub.plans import policies
from bangtin.hub.plans.errors import BadAnswer
from bangtin.hub.plans.models import AnswerFile, InformationRequest
from bangtin.hub.plans.states import REQUEST_MOVES, RequestState
from bangtin.hub.programmes.actions import secret, wording
from bangtin.hub.programmes.media import inspecting
from bangtin.hub.programmes.paperwork import Place

FILES_MOST = 10
WORDS_LONGEST = 10_000


@dataclass(frozen=True)
class Answer:
    """What an agency gives: words, files (name, bytes in the store), and what it states about both."""

    words: str
    is_publishable: bool
    is_lawful: bool
    files: tuple[tuple[str, StoredFile], ...] = ()


def answer(*, request: InformationRequest, given: Answer, actor: User, at: datetime) -> InformationRequest:
    """Record the answer, with the statement that it may be published and obeys the law; late ones are taken too.

    Raises: NotPermitted, BadAnswer, StateSecret, StaleState.
    Source: Cao Bằng art. 14.2, Lai Châu art. 13.6, Hà Tĩnh art. 13.2.
    """
    require(
        policies.may_answer(actor, request, on=local_date(at)),
        message=_("Only officers of the agency that is asked answer."),
    )
    words = _checked(given)
    if place := secret.place_of(_texts(words, given)):
        raise _refused(place, request, given, actor=actor, at=at)
    for name, stored in given.files:
        codes = {one.code for one in inspecting.look(files.path(stored.sha256), name=name).remarks}
        if "secret_mark" in codes:
            raise _refused(Place.DOCUMENT, request, given, actor=actor, at=at)
        if "active_content" in codes:
            raise _bad({"attached": _("“%(name)s” holds macros or scripts. Save it without them.") % {"name": name}})
    with transaction.atomic(durable=True):
        workflow.move(
            request,
            REQUEST_MOVES,
            to=RequestState.ANSWERED,
            answer=words,
            is_publishable=True,
            is_lawful=True,
            answered_by=actor,
            answered_at=at,
        )
        AnswerFile.objects.bulk_create(
            AnswerFile(
                request=request,
                name=wording.file_name(name),
                sha256=stored.sha256,
                size_bytes=stored.size_bytes,
                added_at=at,
            )
            for name, stored in given.files
        )
        audit.record(
            "information.answered",
            request,
            actor=actor,
            at=at,
            number=request.number,
            files=[stored.sha256 for _name, stored in given.files],
        )
    return request


def _texts(words: str, given: Answer) -> Iterator[tuple[Place, str]]:
    yield Place.TEXT, words
    for name, _stored in given.files:
        yield Place.NAME, name


def _refused(place: Place, request: InformationRequest, given: Answer, *, actor: User, at: datetime) -> Exception:
    """The whole answer is turned away; what came with it is removed."""
    for _name, stored in given.files[1:]:
        secret.forget(stored.sha256)
    first = given.files[0][1] if given.files else None
    return secret.refuse(place, source=first, agency_id=request.agency_id, actor=actor, at=at)


def _checked(given: Answer) -> str:
    errors: dict[str, str] = {}
    words = ""
    try:
        words = wording.clean(given.words, longest=WORDS_LONGEST, is_multiline=True)
    except wording.BadWords as error:
        errors["answer"] = str(error)
    if not words and not given.files and not errors:
        errors["answer"] = _("Write the answer, or add the file that holds it.")
    if len(given.files) > FILES_MOST:
        errors["attached"] = _("Add at most %(n)d files.") % {"n": FILES_MOST}
    if not given.is_publishable:
        errors["is_publishable"] = _("State that it may be published; what may not be is not sent here.")
    if not given.is_lawful:
        errors["is_lawful"] = _("State that it obeys the law; the agency answers for it.")
    if errors:
        raise _bad(errors)
    return words


def _bad(errors: dict[str, str]) -> BadAnswer:
    return BadAnswer(
        _("The answer was not recorded: %(reasons)s") % {"reasons": " ".join(errors.values())},
        _("Correct the marked fields and send again."),
        fields=errors,
    )
