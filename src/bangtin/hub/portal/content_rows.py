"""Versions, findings and decisions as rows of pages: words made for the reader's language."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.appraisal import queries as appraisal
from bangtin.hub.appraisal.models import Decision
from bangtin.hub.kit import clock
from bangtin.hub.playlog.models import Airtime, Grade
from bangtin.hub.portal import formats, places, previews
from bangtin.hub.programmes import queries as programmes
from bangtin.hub.programmes.models import Kind, Programme, ProgrammeVersion, Severity
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.models import Slot
from bangtin.rulebook import citations


@dataclass(frozen=True)
class Row:
    """One version in a list: its page, words, state, thumbnail."""

    href: str
    title: str
    detail: str
    state: str
    image: str
    icon: str
    version: ProgrammeVersion


@dataclass(frozen=True)
class FindingRow:
    """A finding in words; `time_code` empty for the whole file."""

    severity: str
    time_code: str
    text: str
    icon: str
    at_ms: int | None = None
    image: str = ""


@dataclass(frozen=True)
class DecisionRow:
    """A decision: who, when, what, why, by which clause; `is_void` when the content changed since."""

    step: str
    outcome: str
    officer: str
    agency: str
    at: datetime
    grounds: str
    clause: str
    href: str
    digest8: str
    is_void: bool


@dataclass(frozen=True)
class SlotRow:
    """A slot of the programme and what aired of it so far."""

    place: str
    starts_at: datetime
    ends_at: datetime
    state: str
    href: str


@dataclass(frozen=True)
class Aired:
    """Plays and seconds so far, and how many plays are corroborated; seconds None before the first."""

    plays: int
    corroborated: int
    aired_s: float | None


def to_appraise(version: ProgrammeVersion, *, today: date, now: datetime) -> Row:
    """A version for an appraiser's list: leads to the bench and says what is awaited there."""
    found = row(version, today=today, now=now, href=reverse("appraise", args=[version.programme.code]))
    if version.state != VersionState.RECEIVED:
        return found
    return replace(found, state="waiting" if version.number == 1 else "revised")


def row(version: ProgrammeVersion, *, today: date, now: datetime, href: str = "") -> Row:
    """A version for a list; agency, kind, length, when it was sent, language."""
    parts = [
        version.programme.agency.name(today),
        _kind(version),
        _("sent %(when)s") % {"when": formats.since(version.submitted_at, at=now)},
        formats.language(version.language),
    ]
    if version.number > 1:
        parts.insert(1, _("version %(number)s") % {"number": version.number})
    return Row(
        href=href or reverse("programme", args=[version.programme.code]),
        title=version.title,
        detail=" · ".join(parts),
        state=version.state,
        image=previews.poster(version),
        icon=previews.icon(version),
        version=version,
    )


def kind_and_length(version: ProgrammeVersion) -> str:
    """`video 3:24`, `text notice`."""
    return _kind(version)


def findings(version: ProgrammeVersion) -> list[FindingRow]:
    """What the technical check saw, the heaviest first."""
    order = list(Severity.values)
    rows = sorted(version.findings.all(), key=lambda one: (order.index(one.severity), one.at_ms or 0, one.pk))
    return [
        FindingRow(
            one.severity,
            formats.media_length(one.at_ms) if one.at_ms is not None else "",
            programmes.finding_sentence(one),
            previews.icon(version),
            one.at_ms if version.kind in {Kind.VIDEO, Kind.SOUND} else None,
            image=reverse("finding-frame", args=[version.pk, one.at_ms]) if one.frame_sha256 else "",
        )
        for one in rows
    ]


def findings_count(version: ProgrammeVersion) -> str:
    """How many of each weight: `1 phải sửa, 2 lưu ý`."""
    counted = Counter(one.severity for one in version.findings.all())
    must, note, handled = (counted[one] for one in (Severity.MUST_FIX, Severity.NOTE, Severity.HANDLED))
    words = [
        (must, ngettext("%(n)d to mend", "%(n)d to mend", must)),
        (note, ngettext("%(n)d note", "%(n)d notes", note)),
        (handled, ngettext("%(n)d handled by the system", "%(n)d handled by the system", handled)),
    ]
    return ", ".join(text % {"n": number} for number, text in words if number)


def decisions(version: ProgrammeVersion, *, is_proposal_told: bool = True) -> list[DecisionRow]:
    """All decisions on a version, the oldest first; before the second officer spoke nothing is decided, so the
    appraising agency alone is told what the first one proposes."""
    if version.state == VersionState.PROPOSED and not is_proposal_told:
        return []
    instrument_id = version.programme.instrument_id
    return [
        DecisionRow(
            step=str(one.get_step_display()),
            outcome=one.outcome,
            officer=officer_words(one),
            agency=one.agency.name(clock.local_date(one.decided_at)),
            at=one.decided_at,
            grounds=one.grounds,
            clause=citations.parse(one.clause).place if one.clause else "",
            href=places.clause(one.clause, instrument_id) if one.clause else "",
            digest8=one.content_digest[:8],
            is_void=one.content_digest != version.content_digest,
        )
        for one in appraisal.history(version)
    ]


def officer_words(decision: Decision) -> str:
    """Who decided, and in whose stead: `Cán bộ tổng hợp, thay Cán bộ thẩm định 1`."""
    if decision.acting_for is None:
        return decision.officer.display_name
    words = {"who": decision.acting_for.display_name}
    return f"{decision.officer.display_name}, " + _("in place of %(who)s") % words


def slots(programme: Programme, *, at: datetime) -> list[SlotRow]:
    """Where the programme is placed, the next first; at most fifty."""
    rows = Slot.objects.filter(version__programme=programme).select_related("cluster").order_by("-starts_at")[:50]
    return [
        SlotRow(
            place=str(one.cluster),
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            state=_air_state(one, at),
            href=places.week(one.cluster_id, clock.local_date(one.starts_at)),
        )
        for one in rows
    ]


def aired(programme: Programme) -> Aired:
    """Plays of the programme so far by the ledger: corroborated and claimed ones alone."""
    rows = (
        Airtime.objects.filter(version__programme=programme, grade__in=(Grade.CORROBORATED, Grade.CLAIMED))
        .order_by()
        .values_list("grade")
        .annotate(n=Sum("plays"), shown=Sum("shown_ms"))
    )
    by_grade = {grade: (plays, shown) for grade, plays, shown in rows}
    plays = sum(plays for plays, _shown in by_grade.values())
    shown_ms = sum(shown for _plays, shown in by_grade.values())
    return Aired(plays, by_grade.get(Grade.CORROBORATED, (0, 0))[0], shown_ms / 1000 if plays else None)


def category(programme: Programme) -> tuple[str, str, str]:
    """The kind of content in words, with the clause that names it and its page; empty if none was chosen."""
    pack = regulations.regulation(programme.instrument_id)
    found = next((one for one in pack.categories if one.id == programme.category), None)
    if found is None:
        return programme.category, "", ""
    place = citations.parse(found.clause).place
    return regulations.in_words(found.name), place, places.clause(found.clause, programme.instrument_id)


def state_sentence(version: ProgrammeVersion) -> str:
    """Where the version stands and who has the next move."""
    return {
        VersionState.SUBMITTED: _("The technical check is running. You may close this page; it goes on."),
        VersionState.UNUSABLE: programmes.refusal_of(version),
        VersionState.RECEIVED: _("Waits for the appraisal officer. Nothing is to be done here."),
        VersionState.PROPOSED: _("The first officer has decided; a second officer confirms."),
        VersionState.RETURNED: _("Returned for revision. The grounds stand below; send a new version."),
        VersionState.REJECTED: _("Rejected by two officers. The grounds stand below."),
        VersionState.READY: _("Approved by two officers. The district's schedule officer places it now."),
    }[VersionState(version.state)]


def _kind(version: ProgrammeVersion) -> str:
    word = str(version.get_kind_display())
    lengths = [one.duration_ms for one in version.renditions.all()]
    if lengths and version.kind in {Kind.VIDEO, Kind.SOUND}:
        return f"{word} {formats.media_length(max(lengths))}"
    return word


def _air_state(slot: Slot, at: datetime) -> str:
    if slot.state == "taken_down":
        return "taken_down"
    if at < slot.starts_at:
        return "scheduled"
    return "live" if at < slot.ends_at else "past"
