"""The play log in words: plan beside as-run for each slot, records, gaps with their reasons, the day's ledger."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from bangtin.hub.clusters.models import Cluster, face_names
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.playlog.models import Airtime, Grade, PlayRecord
from bangtin.hub.playlog.queries import DayProof, Gap, SlotProof, lake
from bangtin.hub.playlog.queries.downtime import Downtime
from bangtin.hub.portal import charts, formats, log_words, places
from bangtin.hub.programmes.models import ProgrammeVersion

# records come by batches: what ended less than this ago may still be on its way
UNDERWAY = timedelta(minutes=1)
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"
SLOTS, FILLER, OUTSIDE = "khe", "nen", "ngoai"
HUES = {"corroborated": "g", "claimed": "a", "contradicted": "r", "quarantined": "n"}


@dataclass(frozen=True)
class SlotRow:
    """One slot of the day: planned and aired seconds over `faces` screens, the difference, grades and gaps."""

    proof: SlotProof
    title: str
    receipt: str
    planned_s: float
    aired_s: float
    error_s: float
    is_begun: bool
    parts: tuple[charts.Part, ...]
    gaps: tuple["GapRow", ...]
    href: str
    slot_href: str


@dataclass(frozen=True)
class GapRow:
    """A stretch of a face, by its name, that was planned and did not air, with its reason in words."""

    face: str
    from_at: datetime
    until_at: datetime
    length_s: float
    words: str


@dataclass(frozen=True)
class RecordRow:
    """One line of a screen's chain in words; `face` is the name of its face."""

    record: PlayRecord
    face: str
    what: str
    until_at: datetime
    shown_s: float
    language: str
    ended: str
    why: str


def bounds(on: date) -> tuple[datetime, datetime]:
    """The instants between which a day in Viet Nam lies."""
    start = datetime.combine(on, time(), LOCAL)
    return start, start + timedelta(days=1)


def slot_rows(found: DayProof, versions: dict[int, ProgrammeVersion], *, at: datetime) -> list[SlotRow]:
    """The slots of a day in order of time."""
    rows = [_slot_row(one, versions[one.slot.version_id], at=at) for one in found.slots]
    return sorted(rows, key=lambda row: (row.proof.slot.starts_at, row.proof.slot.pk))


def _slot_row(proof: SlotProof, version: ProgrammeVersion, *, at: datetime) -> SlotRow:
    missing = gap_rows(known(proof.gaps, at=at))
    # a slot that still runs owes only what was due by now
    is_running = proof.slot.ends_at > at
    return SlotRow(
        proof=proof,
        title=version.title,
        receipt=version.receipt,
        planned_s=proof.planned_ms / 1000,
        aired_s=proof.aired_ms / 1000,
        error_s=-sum(gap.length_s for gap in missing) if is_running else proof.error_ms / 1000,
        is_begun=proof.slot.starts_at <= at,
        parts=grade_parts({name: total.shown_ms for name, total in proof.grades.items()}),
        gaps=tuple(missing),
        href=reverse("slot-records", args=[proof.slot.pk]),
        slot_href=reverse("slot", args=[proof.slot.cluster.slug, proof.slot.pk]),
    )


def grade_parts(shown_ms: dict[str, int]) -> tuple[charts.Part, ...]:
    """Milliseconds by grade as a stacked bar; a grade without any is left out."""
    labels = dict(Grade.choices)
    return charts.stacked(
        [
            charts.Part(str(labels[grade]).capitalize(), shown, formats.airtime(shown / 1000), HUES[grade])
            for grade, shown in shown_ms.items()
        ]
    )


def known(found: Iterable[Gap], *, at: datetime) -> list[Gap]:
    """The gaps that are sure by `at`: not those to come, nor the last minute, whose records may be on their way."""
    sure_at = at - UNDERWAY
    lasting = [
        replace(gap, until_at=min(gap.until_at, sure_at)) if gap.reason == "no_record" else gap
        for gap in found
        if gap.reason != "not_yet"
    ]
    return [gap for gap in lasting if gap.until_at > gap.from_at]


def gap_rows(found: Sequence[Gap]) -> list[GapRow]:
    """Gaps in words."""
    names = face_names() if found else {}
    return [
        GapRow(
            names.get(gap.face_id, gap.face_id),
            gap.from_at,
            gap.until_at,
            gap.length_ms / 1000,
            log_words.gap(gap.reason),
        )
        for gap in found
    ]


def by_face_name(found: Iterable[Downtime]) -> list[tuple[str, Downtime]]:
    """Standstills, each with the name of its face."""
    names = face_names()
    return [(names.get(one.face_id, one.face_id), one) for one in found]


def record_rows(found: Iterable[PlayRecord], *, faces: Mapping[str, str] | None = None) -> list[RecordRow]:
    """Records in words; they come with their versions. `faces` are the names of all faces, where they are known."""
    names = face_names() if faces is None else faces
    return [
        RecordRow(
            record=one,
            face=names.get(one.face_id, one.face_id),
            what=one.version.title if one.kind == "play" and one.version else log_words.kind(one),
            until_at=one.at + timedelta(milliseconds=one.shown_ms),
            shown_s=one.shown_ms / 1000,
            language=formats.language(one.language) if one.language and one.kind == "play" else "",
            ended=log_words.end(one.end) if one.kind == "play" else "",
            why=log_words.verdict(one.reason) if one.kind == "play" else log_words.refused(one),
        )
        for one in found
    ]


@dataclass(frozen=True)
class LedgerRow:
    """Airtime of one programme in one language on a day; `sure_s` is the corroborated part of `aired_s`."""

    title: str
    receipt: str
    href: str
    language: str
    plays: int
    aired_s: float
    sure_s: float
    marks: str
    rows_href: str


def narrowed(found: QuerySet[PlayRecord], asked: QueryDict) -> QuerySet[PlayRecord]:
    """The records that a figure counts, by the filters of its address (`phan`, `ban`, `tieng`, `chac`, `mat`)."""
    part, version, grade = asked.get("phan", ""), asked.get("ban", ""), asked.get("chac", "")
    if part == FILLER:
        found = found.filter(bulletin_class="filler")
    elif part == OUTSIDE:
        found = found.filter(slot__is_outside_hours=True)
    elif part == SLOTS:
        found = found.filter(Q(slot__is_outside_hours=False) | Q(placement__isnull=False))
        found = found.exclude(bulletin_class="filler")
    if version.isdecimal() and len(version) < 12:
        found = found.filter(version=int(version))
    if language := asked.get("tieng", ""):
        found = found.filter(language=language[:35])
    if face := asked.get("mat", ""):
        found = found.filter(face_id=face[:80])
    return found.filter(grade=grade) if grade in Grade.values else found


def narrowed_words(asked: QueryDict) -> str:
    """The same filters in the words of the lake."""
    part, version, grade = asked.get("phan", ""), asked.get("ban", ""), asked.get("chac", "")
    planned = "slot_id IS NOT NULL AND NOT is_outside_hours OR placement_id IS NOT NULL"
    words = {
        FILLER: "bulletin_class = 'filler'",
        OUTSIDE: "is_outside_hours",
        SLOTS: f"({planned}) AND bulletin_class <> 'filler'",
    }
    found = [words.get(part, "TRUE")]
    if version.isdecimal() and len(version) < 12:
        found.append(f"version_id = {int(version)}")
    if language := asked.get("tieng", ""):
        found.append(f"language = {lake.quoted(language[:35])}")
    if face := asked.get("mat", ""):
        found.append(f"face_id = {lake.quoted(face[:80])}")
    if grade in Grade.values:
        found.append(f"grade = {lake.quoted(grade)}")
    return " AND ".join(f"({one})" for one in found)


def grade_links(found: DayProof, rows_href: str) -> list[tuple[str, int, str]]:
    """Each grade of the day with its plays and the page of its records."""
    return [(name, one.plays, f"{rows_href}&chac={name}") for name, one in found.grades.items() if one.plays]


def ledger(cluster: Cluster, on: date, *, rows_href: str) -> list[LedgerRow]:
    """The day's ledger over the cluster's screens: programme, language, inside or outside the hours, filler apart."""
    rows = Airtime.objects.filter(cluster=cluster, on=on, plays__gt=0).select_related("version")
    sums: dict[tuple[int, str, bool, bool], list[Airtime]] = {}
    for row in rows:
        sums.setdefault((row.version_id, row.language, row.is_filler, row.is_outside_hours), []).append(row)
    found = []
    for (version, language, is_filler, is_outside), group in sums.items():
        aired = [one for one in group if one.grade in (Grade.CORROBORATED, Grade.CLAIMED)]
        part = FILLER if is_filler else OUTSIDE if is_outside else SLOTS
        marks = [pgettext("mark", "filler")] * is_filler + [_("outside hours")] * is_outside
        found.append(
            LedgerRow(
                title=group[0].version.title,
                receipt=group[0].version.receipt,
                href=places.programme(group[0].version.receipt),
                language=formats.language(language),
                plays=sum(one.plays for one in aired),
                aired_s=sum(one.shown_ms for one in aired) / 1000,
                sure_s=sum(one.shown_ms for one in group if one.grade == Grade.CORROBORATED) / 1000,
                marks=", ".join(marks),
                rows_href=f"{rows_href}&phan={part}&ban={version}&tieng={language}",
            )
        )
    return sorted(found, key=lambda row: (bool(row.marks), -row.aired_s, row.title))


def headline(found: DayProof, rows: Sequence[SlotRow]) -> str:
    """The answer in the title: how much of what was planned until now aired."""
    begun = [row for row in rows if row.is_begun]
    if not rows:
        return _("Nothing was planned")
    if not begun:
        return _("Nothing has aired yet")
    missing = sum(gap.length_s for row in begun for gap in row.gaps)
    aired = formats.airtime(sum(row.aired_s for row in begun))
    if missing < 1:
        return _("%(aired)s aired, nothing missing until now") % {"aired": aired}
    return _("%(aired)s aired, %(missing)s missing") % {"aired": aired, "missing": formats.airtime(missing)}


def as_csv(rows: Iterable[RecordRow]) -> str:
    """The day's records for a spreadsheet, with the mark by which it knows UTF-8.

    Lengths are whole milliseconds: a point or comma in them means another number where Excel is Vietnamese.
    """
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(
        [
            _("Screen"),
            _("Began"),
            _("Ended"),
            _("Milliseconds shown"),
            _("Programme"),
            _("Receipt"),
            _("Language"),
            _("Class"),
            _("Slot no."),
            _("Bundle"),
            _("Grade"),
            _("What it rests on"),
            _("How it ended"),
        ]
    )
    for row in rows:
        one = row.record
        cells: list[object] = [
            row.face,
            f"{one.at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}",
            f"{row.until_at.astimezone(LOCAL):%Y-%m-%d %H:%M:%S}",
            one.shown_ms,
            row.what,
            one.version.receipt if one.version else "",
            row.language,
            log_words.bulletin_class(one.bulletin_class),
            one.slot_id or "",
            one.bundle or "",
            one.get_grade_display(),
            row.why,
            row.ended,
        ]
        writer.writerow([_plain(cell) for cell in cells])
    return BOM + sheet.getvalue()


def _plain(cell: object) -> object:
    """A text that a spreadsheet would take for a formula is made text (titles come from outside)."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
