"""The points an instrument asks of one version, what was answered, the grounds often given, and remarks for reading."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from bangtin.hub.appraisal.paperwork import ChecklistAnswer, Remark
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.paperwork import Nature, SubmissionFacts
from bangtin.hub.programmes.states import CLOSED, VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import appraising
from bangtin.rulebook.shapes import Criterion, GroundsTemplate

# Remarks are working notes until the decision goes to the sender with them.
_TOLD = (*CLOSED, VersionState.READY)


@dataclass(frozen=True)
class Given:
    """An officer's answer to one point, and what it rests on."""

    answer: str
    note: str = ""


def asked(version: ProgrammeVersion, *, on: date) -> tuple[Criterion, ...]:
    """The points of the version's instrument for its kinds of content; advertising is asked as advertising."""
    pack = regulations.regulation(version.programme.instrument_id)
    facts = SubmissionFacts.objects.filter(version=version).first()
    kinds = {version.programme.category, *(facts.categories if facts else ())} - {""}
    if facts and facts.nature == Nature.ADVERTISING:
        kinds |= {one.id for one in pack.categories if one.is_advertising}
    return appraising.criteria(pack, categories=sorted(kinds), on=on)


def templates(version: ProgrammeVersion, *, on: date) -> tuple[GroundsTemplate, ...]:
    """The common grounds of the version's instrument."""
    return appraising.templates(regulations.regulation(version.programme.instrument_id), on=on)


def answers_of(version: ProgrammeVersion) -> list[ChecklistAnswer]:
    """What the newest decision that answered points says, in the order they were asked; empty before there is one."""
    rows = list(ChecklistAnswer.objects.filter(decision__version=version).select_related("decision"))
    newest = max((one.decision_id for one in rows), default=None)
    return [one for one in rows if one.decision_id == newest]


def remarks(version: ProgrammeVersion, *, is_for_sender: bool = False) -> QuerySet[Remark]:
    """The remarks on a version by their time; for its sender those that went with the decision, none before it."""
    found = version.remarks.filter(withdrawn_at=None).select_related("officer", "agency").order_by("at_ms", "id")
    if not is_for_sender:
        return found
    return found.filter(is_shared=True) if version.state in _TOLD else found.none()
