"""Duties of a year, computed from the regulation's data and judged by what the tables below hold.

Nothing is stored but evidence: an occurrence follows from the pack, so that a corrected parameter corrects the past.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.db.models import Sum
from django.utils.translation import gettext as _

from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit.clock import local_date
from bangtin.hub.obligations.models import Evidence
from bangtin.hub.playlog.models import Airtime, Grade
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument
from bangtin.rulebook import evaluation, periods
from bangtin.rulebook.evaluation import Finding, Status
from bangtin.rulebook.periods import Period
from bangtin.rulebook.quotas import Fact
from bangtin.rulebook.shapes import Obligation, Regulation

PROGRAMME = "programme"
# a due day may roll into the next period: judge the neighbours too, so that a deed counts once
MARGIN = timedelta(days=62)


@dataclass(frozen=True)
class Proof:
    """A row that counts for a duty. `receipt`, `is_ready` and `aired_ms` are of programmes; empty for other rows."""

    subject_type: str
    subject_id: str
    at: datetime
    text: str
    receipt: str = ""
    is_ready: bool = False
    aired_ms: int = 0


@dataclass(frozen=True)
class Duty:
    """One time that a duty falls to an agency, and where it stands.

    status: done, done_late, due, due_soon, overdue, not_yet, not_fixed, requested. `due_on` is the last day on time,
    None where the regulation fixes none; `phrase` its words, `reading` how they were read. `needed` and `found` count
    deeds. `agency_name` is the name borne at the period's end. `is_before_use`: the period was over before the
    regulation was taken into use here, so that our tables cannot say whether it was met. Texts are in the present
    language.
    """

    id: str
    obligation_id: str
    instrument_id: str
    title: str
    clauses: tuple[str, ...]
    agency_id: str
    agency_name: str
    period: Period
    period_label: str
    phrase: str
    reading: str
    due_on: date | None
    rolled_from: date | None
    status: str
    needed: int
    found: int
    days_late: int
    done_on: date | None
    nature: str
    evidence: tuple[Proof, ...]
    is_before_use: bool = False

    @property
    def is_done(self) -> bool:
        """Whether it was met, late or not."""
        return self.status in {Status.DONE, Status.DONE_LATE}

    @property
    def month(self) -> int:
        """The month of the matrix it stands in: that of its last day on time, else of its period's end."""
        return (self.due_on if self.period.kind == "year" and self.due_on else self.period.end).month


def duties(*, year: int, as_of: datetime, agency_ids: Collection[str] | None = None) -> list[Duty]:
    """The duties of the periods that end in `year`, as they stand at `as_of`, of these agencies (None: all)."""
    found: list[Duty] = []
    for instrument in Instrument.objects.order_by("id"):
        pack = regulations.regulation(instrument.pk)
        since = local_date(instrument.installed_at)
        some = _duties_under(pack, year=year, as_of=as_of, agency_ids=agency_ids)
        found += [replace(duty, is_before_use=duty.period.end < since) for duty in some]
    return found


def _duties_under(pack: Regulation, *, year: int, as_of: datetime, agency_ids: Collection[str] | None) -> list[Duty]:
    from_on, until_on = date(year, 1, 1) - MARGIN, date(year, 12, 31) + MARGIN
    every = evaluation.all_occurrences(pack, from_on=from_on, until_on=until_on, calendar=regulations.calendar())
    wanted = [one for one in every if agency_ids is None or one.agency in agency_ids]
    facts = [*_programme_facts(from_on, until_on), *_evidence_facts(pack, from_on, until_on)]
    judged = evaluation.assess_all(wanted, facts, as_of=as_of)
    inside = [one for one in judged if one.occurrence.period.end.year == year]
    names = _names(pack, inside)
    proofs = _proofs(fact for finding in inside for fact in finding.evidence)
    return [_duty(pack, finding, names=names, proofs=proofs) for finding in inside]


def _duty(
    pack: Regulation,
    finding: Finding,
    *,
    names: Mapping[tuple[str, date], str],
    proofs: Mapping[str, Proof],
) -> Duty:
    occurrence = finding.occurrence
    return Duty(
        id=occurrence.id,
        obligation_id=occurrence.obligation,
        instrument_id=pack.id,
        title=regulations.in_words(pack.obligation(occurrence.obligation).title),
        clauses=occurrence.clauses,
        agency_id=occurrence.agency,
        agency_name=names[occurrence.agency, occurrence.period.end],
        period=occurrence.period,
        period_label=regulations.in_words(occurrence.period.label),
        phrase=regulations.in_words(occurrence.phrase) if occurrence.phrase else "",
        reading=regulations.in_words(occurrence.reading),
        due_on=occurrence.due_on,
        rolled_from=occurrence.rolled_from,
        status=finding.status.value,
        needed=finding.needed,
        found=finding.found,
        days_late=finding.days_late,
        done_on=finding.done_on,
        nature=occurrence.nature,
        evidence=tuple(proofs[fact.ref] for fact in finding.evidence),
    )


def _programme_facts(from_on: date, until_on: date) -> list[Fact]:
    """Programmes that agencies sent. Art. 13 asks to produce and send: sending counts, airing does not.

    A file that could not be used was no programme; a later version is the same programme again.
    """
    begins = datetime(from_on.year, from_on.month, from_on.day, tzinfo=UTC) - timedelta(days=1)
    ends = datetime(until_on.year, until_on.month, until_on.day, tzinfo=UTC) + timedelta(days=1)
    rows = ProgrammeVersion.objects.filter(number=1, submitted_at__range=(begins, ends))
    rows = rows.exclude(state=VersionState.UNUSABLE)
    return [
        Fact(PROGRAMME, agency_id, at, f"programmes.programmeversion:{pk}")
        for pk, agency_id, at in rows.values_list("pk", "programme__agency_id", "submitted_at")
    ]


def _evidence_facts(pack: Regulation, from_on: date, until_on: date) -> list[Fact]:
    known = {obligation.id: obligation for obligation in pack.obligations}
    # a year's period begins up to 13 months before the days asked for
    rows = Evidence.objects.filter(
        obligation_id__in=known, period_start__range=(from_on - timedelta(days=400), until_on)
    )
    return [
        Fact(
            known[row.obligation_id].evidence.fact,
            row.agency_id,
            row.happened_at,
            f"{row.subject_type}:{row.subject_id}",
            _period_key(pack, known[row.obligation_id], row.period_start),
        )
        for row in rows
    ]


def _period_key(pack: Regulation, obligation: Obligation, start: date) -> str:
    if obligation.period.kind == "event":
        return start.isoformat()
    starts = pack.parameter(obligation.period.starts).month_day(start) if obligation.period.starts else None
    return periods.containing(obligation.period.kind, start, starts=starts or periods.CALENDAR_START).key


def _names(pack: Regulation, found: Iterable[Finding]) -> dict[tuple[str, date], str]:
    wanted = {(one.occurrence.agency, one.occurrence.period.end) for one in found}
    rows = Agency.objects.prefetch_related("names").in_bulk({agency for agency, _on in wanted})
    return {
        (agency, on): rows[agency].name(on)
        if agency in rows
        else regulations.in_words(pack.agency(agency).name_on(on).name)
        for agency, on in wanted
    }


def _proofs(facts: Iterable[Fact]) -> dict[str, Proof]:
    by_type: dict[str, dict[str, Fact]] = defaultdict(dict)
    for fact in facts:
        subject_type, _sep, subject_id = fact.ref.partition(":")
        by_type[subject_type][subject_id] = fact
    found = {
        fact.ref: Proof(subject_type, subject_id, fact.at, _("Report sent"))
        for subject_type, some in by_type.items()
        for subject_id, fact in some.items()
    }
    versions = by_type.get("programmes.programmeversion", {})
    return found | _programme_proofs(versions)


def _programme_proofs(facts: Mapping[str, Fact]) -> dict[str, Proof]:
    rows = ProgrammeVersion.objects.filter(pk__in=[int(pk) for pk in facts]).select_related("programme")
    programmes = {row.programme_id for row in rows}
    ready = set(
        ProgrammeVersion.objects.filter(programme__in=programmes, state=VersionState.READY).values_list(
            "programme_id", flat=True
        )
    )
    aired = dict(
        Airtime.objects.filter(version__programme__in=programmes, grade__in=(Grade.CORROBORATED, Grade.CLAIMED))
        .order_by()
        .values_list("version__programme")
        .annotate(total=Sum("shown_ms"))
    )
    return {
        facts[str(row.pk)].ref: Proof(
            subject_type="programmes.programmeversion",
            subject_id=str(row.pk),
            at=row.submitted_at,
            text=row.title,
            receipt=row.receipt,
            is_ready=row.programme_id in ready,
            aired_ms=aired.get(row.programme_id, 0),
        )
        for row in rows
    }
