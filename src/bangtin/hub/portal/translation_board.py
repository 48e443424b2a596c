"""Translations as rows of pages: words made for the reader's language."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.portal import formats, previews
from bangtin.hub.portal import places as places_of
from bangtin.hub.portal.previews import Preview
from bangtin.hub.programmes.media import legacy, thresholds
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.translation import coverage, queries, segments
from bangtin.hub.translation.models import TranslationJob
from bangtin.hub.translation.queries import Edition, Line
from bangtin.hub.translation.states import JobState
from bangtin.rulebook import citations

SHOWN_MOST = 8
# how a page marks the letters of a language
_TAGS = {"zh": "zh-Hans"}


@dataclass(frozen=True)
class JobRow:
    """A job in a list."""

    href: str
    title: str
    detail: str
    state: str
    due_on: date | None
    is_open: bool


@dataclass(frozen=True)
class Place:
    """A segment on the bench: its words on both sides, and what is to be said of it."""

    id: str
    label: str
    source: str
    target: str
    longest: int
    rows: int
    fault: str
    suggestion: str
    is_machine: bool
    is_changed: bool
    is_needed: bool
    is_cue: bool
    times: str
    length_ms: int
    notice_field: str


@dataclass(frozen=True)
class StandIn:
    """The languages a version is shown instead of, and the clause that lets it."""

    languages: str
    place: str
    href: str


@dataclass(frozen=True)
class YearCode:
    """A language that a rule names, and what the year has in it."""

    name: str
    is_required: bool
    count: int
    versions: tuple[ProgrammeVersion, ...]
    left_out: int


@dataclass(frozen=True)
class YearRow:
    """A language rule over a year; `lacks` names what is required and not there."""

    name: str
    note: str
    place: str
    href: str
    rows: list[YearCode]
    lacks: str
    others: str


def tag(language: str) -> str:
    """The `lang` attribute of words in a content language."""
    return _TAGS.get(language, language)


def fastest() -> float:
    """Characters a second that a subtitle may run at."""
    return thresholds.load().text.subtitle_characters_a_second


def row(job: TranslationJob, today: date) -> JobRow:
    """A job for the list: what, into which language, who writes it."""
    who = job.translator.display_name if job.translator else ""
    agency = job.agency.name(today) if job.agency else ""
    parts = [
        f"{formats.language(job.source.language)} → {formats.language(job.language)}",
        job.programme.code,
        ", ".join(part for part in (who, agency) if part) or _("nobody has it yet"),
    ]
    return JobRow(
        href=reverse("translate", args=[job.programme.code, job.language]),
        title=job.source.title,
        detail=" · ".join(parts),
        state=job.state,
        due_on=job.due_on,
        is_open=job.state != JobState.RELEASED,
    )


def places(lines: Iterable[Line], faults: Mapping[str, str]) -> list[Place]:
    """The bench's rows."""
    return [_place(one, faults.get(one.segment.id, "")) for one in lines]


def headline(rows: list[JobRow], today: date) -> str:
    """The answer: how many wait, how many are late."""
    waiting = [one for one in rows if one.is_open]
    late = [one for one in waiting if one.due_on and one.due_on < today]
    if not waiting:
        return _("No translation waits")
    words = [
        ngettext("%(n)d translation under way", "%(n)d translations under way", len(waiting)) % {"n": len(waiting)}
    ]
    if late:
        words.append(ngettext("%(n)d overdue", "%(n)d overdue", len(late)) % {"n": len(late)})
    return ", ".join(words)


def editions(programme: Programme, newest: ProgrammeVersion | None = None) -> list[dict[str, object]]:
    """The language versions of a programme with the badge of each; an edition has none of its own."""
    if programme.original_id is not None:
        return []
    return [{"edition": one, "state": edition_state(one)} for one in queries.editions(programme, newest)]


def edition_state(one: Edition) -> str:
    """The badge of a language version: a stale one needs a hand, whatever its job says."""
    if one.is_stale:
        return "stale"
    return str(one.job.state)


def made(job: TranslationJob, source: ProgrammeVersion) -> list[Preview]:
    """The notice that was handed in, on the faces of its original; nothing for a film or picture."""
    text = job.delivered.text if job.delivered else None
    if not text:
        return []
    words = tuple(str(value) for name, value in text["fields"].items() if name != "language")
    notice = json.dumps(text, ensure_ascii=False)
    return [replace(one, notice=notice, words=words) for one in previews.of(source) if one.notice]


def stand_ins(version: ProgrammeVersion, cluster: Cluster) -> list[StandIn]:
    """What a version is shown instead of on a cluster, by each rule that lets it stand in."""
    return [
        StandIn(coverage.in_words(cluster.instrument_id, one.replaced), *_cited(one.clause, cluster.instrument_id))
        for one in coverage.standings(version, cluster)
        if one.replaced
    ]


def year_sets(instrument_id: str, year: int) -> list[YearRow]:
    """The language rules of an instrument over a year, those that lack something first."""
    found = [_year_row(instrument_id, one) for one in coverage.year_sets(instrument_id, year=year)]
    return sorted(found, key=lambda one: not one.lacks)


def coverage_headline(lacking: int, year: int) -> str:
    """The answer: how many rules lack a language this year."""
    if not lacking:
        return _("Every language that the regulation names is there in %(year)s") % {"year": year}
    words = ngettext("%(n)d set of %(year)s lacks a language", "%(n)d sets of %(year)s lack a language", lacking)
    return words % {"n": lacking, "year": year}


def done(job: TranslationJob) -> str:
    """How much is written: `3/12`."""
    written, whole = queries.progress(job)
    return f"{written}/{whole}"


def _year_row(instrument_id: str, one: coverage.YearSet) -> YearRow:
    rows = [
        YearCode(
            name=coverage.in_words(instrument_id, [row.code]),
            is_required=row.is_required,
            count=len(row.versions),
            versions=row.versions[:SHOWN_MOST],
            left_out=max(0, len(row.versions) - SHOWN_MOST),
        )
        for row in one.rows
    ]
    place, href = _cited(one.rule.clause, instrument_id)
    in_words = regulations.in_words
    note = in_words(one.rule.note) if one.rule.note else ""
    lacks = coverage.in_words(instrument_id, one.missing)
    return YearRow(
        in_words(one.rule.name), note, place, href, rows, lacks, coverage.in_words(instrument_id, one.others)
    )


def _cited(clause: str, instrument_id: str) -> tuple[str, str]:
    return citations.parse(clause).place, places_of.clause(clause, instrument_id)


def _place(line: Line, fault: str) -> Place:
    one = line.segment
    return Place(
        id=one.id,
        label=_label(one),
        source=one.source,
        target=line.target,
        longest=one.longest,
        rows=1 if one.longest <= segments.CUE_LONGEST and "\n" not in one.source and len(one.source) < 60 else 3,
        fault=fault,
        suggestion=legacy.suggestion(line.target),
        is_machine=line.is_machine,
        is_changed=line.is_changed,
        is_needed=not segments.may_be_empty(one),
        is_cue=one.is_cue,
        times=f"{_time(one.begins_ms)} → {_time(one.ends_ms)}" if one.is_cue else "",
        length_ms=one.ends_ms - one.begins_ms,
        notice_field=one.name,
    )


def _label(one: segments.Segment) -> str:
    fields = {
        "title": _("Main line on the screen"),
        "head": _("Band: place or agency"),
        "fact": _("The fact: hour, place, act"),
        "detail": _("Date, further detail"),
        "issuer": _("Who gives notice"),
        "translation": _("The same in the second language"),
    }
    if one.kind == segments.FIELD:
        return fields.get(one.name, one.name)
    number = one.id.lstrip("cp")
    if one.kind == segments.CUE:
        return _("Subtitle %(number)s") % {"number": number}
    if one.kind == segments.SCRIPT:
        return _("Spoken part %(number)s") % {"number": number}
    return _("Title")


def _time(ms: int) -> str:
    minutes, rest = divmod(ms, 60_000)
    return f"{minutes:02}:{rest // 1000:02},{rest % 1000:03}"
