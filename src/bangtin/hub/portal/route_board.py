"""The way of a version as pages show it, and the deeds beside the decision that are open to this officer."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import names_on
from bangtin.hub.appraisal import policies, queries, routes
from bangtin.hub.appraisal.lanes import Consultation, EditNote, OnePersonUnit, UrgentReview
from bangtin.hub.appraisal.models import Step
from bangtin.hub.portal import places
from bangtin.hub.portal.forms.acts import AnswerForm, ConsultForm, EditForm
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.rulebook import citations

VERBS = {
    "submit": _("Hand in"),
    "receive": _("Receive"),
    "instruct": _("Instruct"),
    "decide": _("Appraise"),
    "edit": _("Edit"),
    "check_language": _("Check the translation"),
    "confirm": _("Confirm"),
    "translate": _("Translate"),
    "check_party_line": _("Ask the Party body"),
    "supply": _("Hand over"),
    "place": _("Place on the schedule"),
    "run": _("Run the screens"),
}
SOLE = _("Decide alone: the unit has recorded that it has one person")


@dataclass(frozen=True)
class StepRow:
    """A step in words: who, by which clause, whether it is done or next."""

    words: str
    agencies: str
    clause: str
    href: str
    state: str
    by: str
    at: datetime | None
    note: str
    is_optional: bool


@dataclass(frozen=True)
class Way:
    """What a page shows of a version's way; `responsible` answers for the content, `alone` is the recorded fact."""

    name: str
    note: str
    steps: tuple[StepRow, ...]
    responsible: str
    alone: OnePersonUnit | None
    review: UrgentReview | None
    edit_note: EditNote | None
    consultations: tuple[Consultation, ...]


def way(version: ProgrammeVersion, today: date) -> Way:
    """The way of a version: its route's steps with what was done, and the facts that stand beside it."""
    view = routes.route_for(version, today)
    awaited = routes.awaits(version, today)
    names = _names({name for one in view.steps for name in one.desk_agency_ids} | set(view.responsible), today)
    instrument = version.programme.instrument_id
    steps = tuple(_row(one, names, instrument, awaited) for one in view.steps)
    is_alone = any(one.step == Step.SOLE for one in view.steps)
    deciding = [name for one in view.steps if one.step for name in one.desk_agency_ids]
    return Way(
        name=view.name,
        note=view.note,
        steps=steps,
        responsible=", ".join(names[name] for name in view.responsible),
        alone=routes.has_one_person(deciding, today) if is_alone else None,
        review=queries.review_of(version) if version.programme.is_urgent else None,
        edit_note=EditNote.objects.filter(version=version).first() if version.edited_from_id else None,
        consultations=tuple(queries.consultations(version)),
    )


def acts(version: ProgrammeVersion, *, user: User, today: date) -> dict[str, object]:
    """What the bench offers beside the decision: editing at the editor's step, asking a Party body, its answer."""
    found = way(version, today)
    is_editors = routes.awaits(version, today) == Step.EDIT and policies.may_decide(user, version, on=today)
    works = policies.bench_post(user, version, on=today) is not None
    asks = works and not found.consultations and queries.party_body(version, today) is not None
    return {
        "way": found,
        "edit_form": EditForm(version=version) if is_editors else None,
        "consult_form": ConsultForm(prefix="hoi") if asks else None,
        "answer_form": AnswerForm(prefix="tl") if works else None,
    }


@dataclass(frozen=True)
class LocalityRow:
    """An agency with how many programmes stand in each state, in the states' order, and in all."""

    name: str
    counts: tuple[int, ...]
    total: int


def locality_rows(found: list[queries.Locality], today: date) -> list[LocalityRow]:
    """The localities by name."""
    names = _names({one.agency_id for one in found}, today)
    rows = [
        LocalityRow(names[one.agency_id], tuple(one.counts.get(state, 0) for state in VersionState), one.total)
        for one in found
    ]
    return sorted(rows, key=lambda row: row.name)


def month_of(asked: str, today: date) -> date:
    """The first day of the asked month ("2026-11"), or of this one."""
    try:
        return date.fromisoformat(f"{asked}-01")
    except ValueError:
        return today.replace(day=1)


def _row(one: routes.StepView, names: dict[str, str], instrument: str, awaited: str) -> StepRow:
    state = "done" if one.is_done else "next" if one.step and one.step == awaited else "later"
    words = SOLE if one.step == Step.SOLE else VERBS.get(one.verb, one.verb)
    return StepRow(
        words=str(words),
        agencies=", ".join(names[name] for name in one.desk_agency_ids[:3]),
        clause=citations.parse(one.clause).place if one.clause else "",
        href=places.clause(one.clause, instrument) if one.clause else "",
        state=state,
        by=one.by,
        at=one.at,
        note=one.note,
        is_optional=one.is_optional,
    )


def _names(agency_ids: set[str], today: date) -> dict[str, str]:
    return names_on(agency_ids, today)
