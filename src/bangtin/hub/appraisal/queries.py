"""What waits at the desks, and whether a version is approved as it stands."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import agency_ids, has_role
from bangtin.hub.agencies.models import names_along
from bangtin.hub.appraisal import apart, routes
from bangtin.hub.appraisal.lanes import Consultation, OnePersonUnit, UrgentReview
from bangtin.hub.appraisal.models import Decision, Outcome, Step
from bangtin.hub.kit.clock import local_date
from bangtin.hub.programmes import queries as programmes_queries
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations


@dataclass(frozen=True)
class PartyBody:
    """A Party body that may be asked, and the clause that says so."""

    agency_id: str
    clause: str


FIRST_STEPS = (Step.DECIDE, Step.EDIT, Step.LANGUAGE)


def queue(actor: User, on: date) -> QuerySet[ProgrammeVersion]:
    """Everything that waits for an act of this account: urgent first, then by the day it is wanted, then the oldest."""
    return _ordered(inbox(actor, on) | awaiting_confirmation(actor, on))


def inbox(actor: User, on: date) -> QuerySet[ProgrammeVersion]:
    """Versions that wait for this account's first word: to appraise, edit, check as a translation, or decide alone."""
    desks = _desks(actor, on)
    if not desks:
        return ProgrammeVersion.objects.none()
    waiting = _waiting(desks)
    found = waiting.none()
    for step in FIRST_STEPS:
        found |= apart.without_part(waiting.filter(awaits=step), actor, step)
    if alone := _alone(desks, on):
        found |= waiting.filter(awaits=Step.DECIDE, programme__is_urgent=False, **alone)
    return _ordered(found)


def awaiting_confirmation(actor: User, on: date) -> QuerySet[ProgrammeVersion]:
    """Versions that the account may confirm: not its own, and no step of the same item taken by the same person."""
    waiting = _waiting(_desks(actor, on)).filter(awaits=Step.CONFIRM)
    return _ordered(apart.without_part(waiting, actor, Step.CONFIRM))


def clause(version: ProgrammeVersion) -> str:
    """The clause that has a version decided on before it airs, by its own route; empty if it names nobody."""
    turns = routes.plan(version, local_date(version.submitted_at))
    return next((one.clause for one in turns if one.clause), "")


def proposal(version: ProgrammeVersion) -> Decision | None:
    """The decision that waits for the next officer: the newest of an earlier step, if it binds to this digest."""
    found = version.decisions.exclude(step=Step.CONFIRM).order_by("-decided_at", "-id").first()
    return found if found and found.content_digest == version.content_digest else None


def to_confirm(version: ProgrammeVersion, on: date) -> Decision | None:
    """The decision that the version waits to have confirmed; None while another step is next."""
    if version.state != VersionState.PROPOSED or routes.awaits(version, on) != Step.CONFIRM:
        return None
    return proposal(version)


def approvals(version: ProgrammeVersion) -> list[Decision]:
    """The approvals that hold for the content as the rows are now, in the order of its route; else nothing.

    Of an edited version those of its own content: what was appraised is the version before it, which is asked too.
    A language edition has none once its original says something else.
    # trust 3.6, 3.9, 3.10: same digest, every step, as many persons, none of them an author.
    """
    if version.state != VersionState.READY:
        return []
    digest = programmes_queries.content_digest(version)
    if digest != version.content_digest or programmes_queries.is_stale(version):
        return []
    if sole := _sole(version, digest):
        return [sole]
    steps = routes.steps_of(version)
    newest = _newest(version, digest)
    rows: list[Decision] = []
    for step in steps:
        row = newest.get(step)
        if row is None and step == Step.DECIDE and _was_appraised(version):
            continue
        if row is None or row.outcome != Outcome.APPROVED:
            return []
        rows.append(row)
    return rows if _are_apart(version, rows) else []


def is_approved(version: ProgrammeVersion) -> bool:
    """Whether the approvals hold for the content as it is now; the digest is computed anew."""
    return bool(approvals(version))


def history(version: ProgrammeVersion) -> QuerySet[Decision]:
    """All decisions on a version in their order; compare `content_digest` to tell the void ones."""
    return version.decisions.select_related("officer", "agency", "acting_for").prefetch_related(*names_along("agency"))


def owed_reviews(actor: User, on: date) -> QuerySet[UrgentReview]:
    """The later reviews of urgent content that the account's agencies owe, the oldest first."""
    found = UrgentReview.objects.filter(agency_id__in=_desks(actor, on), reviewed_at=None)
    return found.select_related("version", "version__programme", "agency").order_by("owed_since", "id")


def review_of(version: ProgrammeVersion) -> UrgentReview | None:
    """The later review that the version owes or had; None where it did not go through the urgent lane."""
    return UrgentReview.objects.filter(version=version).select_related("reviewed_by", "agency").first()


def consultations(version: ProgrammeVersion) -> QuerySet[Consultation]:
    """What a Party body was asked about the version, with its answer where it gave one."""
    return version.consultations.select_related("asked_by", "recorded_by", "body", "version__programme")


def party_body(version: ProgrammeVersion, on: date) -> PartyBody | None:
    """The Party body that the version's route names to be asked; None where it names none."""
    found = routes.requests(version, on)
    return PartyBody(*found[0]) if found else None


@dataclass(frozen=True)
class Locality:
    """What an agency sent for a month under an instrument and how far it is: state -> how many programmes."""

    agency_id: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """How many programmes in all."""
        return sum(self.counts.values())


def by_locality(*, instrument_id: str, month: date) -> list[Locality]:
    """The content of a month by the locality or agency it is from, with its state of approval; in one query.

    Language editions are counted with the programme they translate.
    Source: Plan 4937/KH-UBND (Bình Dương), section IV.1.2.
    """
    found = programmes_queries.latest().filter(
        programme__instrument_id=instrument_id, programme__month=month.replace(day=1), programme__original=None
    )
    counted = (
        found.select_related(None)
        .prefetch_related(None)
        .values_list("programme__agency_id", "state")
        .annotate(n=Count("pk"))
        .order_by()
    )
    by_agency: dict[str, dict[str, int]] = {}
    for agency_id, state, count in counted:
        by_agency.setdefault(agency_id, {})[state] = count
    return [Locality(agency_id, counts) for agency_id, counts in sorted(by_agency.items())]


def one_person_units(agency_ids: Collection[str]) -> QuerySet[OnePersonUnit]:
    """What these units recorded of having one person, the newest first."""
    rows = OnePersonUnit.objects.filter(agency_id__in=list(agency_ids))
    return rows.select_related("agency", "recorded_by").prefetch_related("agency__names")


def _desks(actor: User, on: date) -> frozenset[str]:
    """The agencies whose turns the account takes that day, with those that ended into them."""
    if not actor.is_active or has_role(actor, Role.ADMINISTRATOR, on=on):
        return frozenset()
    return regulations.continued(agency_ids(actor, on=on, role=Role.APPRAISER), on=on)


def _waiting(desks: frozenset[str]) -> QuerySet[ProgrammeVersion]:
    return programmes_queries.latest().filter(desk_id__in=desks)


def _alone(desks: frozenset[str], on: date) -> dict[str, object]:
    """What of these desks one person decides alone: the units that have recorded it, on the routes that allow it."""
    rows = OnePersonUnit.objects.filter(agency_id__in=desks, starts_on__lte=on).exclude(ends_on__lt=on)
    units = list(rows.values_list("agency_id", flat=True))
    if not units:
        return {}
    packs = (regulations.regulation(name) for name in regulations.in_use())
    return {"desk_id__in": units, "route_id__in": [one.id for pack in packs for one in pack.routes if one.is_sole]}


def _ordered(found: QuerySet[ProgrammeVersion]) -> QuerySet[ProgrammeVersion]:
    wanted = F("facts__wanted_from").asc(nulls_last=True)
    return found.order_by("-programme__is_urgent", wanted, "submitted_at", "id")


def _newest(version: ProgrammeVersion, digest: str) -> dict[str, Decision]:
    rows = version.decisions.filter(content_digest=digest).select_related("officer").order_by("decided_at", "id")
    return {row.step: row for row in rows}


def _sole(version: ProgrammeVersion, digest: str) -> Decision | None:
    """The one word of a unit that had recorded, by the day of the word, that it has one person."""
    row = _newest(version, digest).get(Step.SOLE)
    if row is None or row.outcome != Outcome.APPROVED or version.programme.is_urgent:
        return None
    route = routes.named(version)
    is_alone = routes.has_one_person([row.agency_id], local_date(row.decided_at)) is not None
    return row if route is not None and route.is_sole and is_alone else None


def _was_appraised(version: ProgrammeVersion) -> bool:
    """Whether what an editor edited had been appraised and approved as it came in."""
    parents = routes.chain(version)[1:]
    bound = Q(pk__in=[])
    for one in parents:
        bound |= Q(version=one, content_digest=one.content_digest)
    return Decision.objects.filter(bound, step=Step.DECIDE, outcome=Outcome.APPROVED).exists() if parents else False


def _are_apart(version: ProgrammeVersion, rows: list[Decision]) -> bool:
    """Whether two persons stand behind the approvals and none of them is an author; who edited may say so."""
    persons = {row.officer.person for row in rows}
    versions = version.programme.versions.select_related("submitted_by")
    authors = {one.submitted_by.person for one in versions if one.edited_from_id is None}
    editors = {one.submitted_by.person for one in versions}
    deciders = {row.officer.person for row in rows if row.step != Step.EDIT}
    return len(persons) >= 2 and not persons & authors and not deciders & editors
