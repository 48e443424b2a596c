"""What the report's pages show: outline, sentences with figure chips, the panel of a figure, rows behind it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from urllib.parse import quote

from django.utils.translation import gettext as _

from bangtin.hub.obligations.queries import Duty
from bangtin.hub.portal import charts, figure_words, formats, places
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.reports.models import Figure, Report, Section
from bangtin.hub.reports.queries import Heading, figures, outline, wording, writing
from bangtin.hub.reports.queries.paper import PLACEHOLDER
from bangtin.hub.reports.states import ReportState
from bangtin.rulebook import calendars
from bangtin.rulebook.calendars import DayKind
from bangtin.rulebook.shapes import Figure as FigureShape
from bangtin.rulebook.shapes import Regulation

BADGES = {ReportState.WRITING: "draft", ReportState.FROZEN: "frozen", ReportState.SENT: "sent"}


@dataclass(frozen=True)
class Bit:
    """A stretch of a sentence: words, or a figure with its address."""

    text: str
    name: str = ""
    href: str = ""
    is_chosen: bool = False


@dataclass(frozen=True)
class Part:
    """One section of the paper: heading, sentences the data say, the officer's words."""

    number: str
    printed: str
    heading: str
    depth: int
    clause: str
    is_written: bool
    body: str
    sentences: tuple[tuple[Bit, ...], ...]
    edited_at: datetime | None = None

    @property
    def anchor(self) -> str:
        """The id in the page: `muc-II.3`."""
        return f"muc-{self.number}"

    @property
    def state(self) -> str:
        """`done` with words, `counted` with figures alone, `empty`."""
        return "done" if self.body else "counted" if self.sentences else "empty"


class Board:
    """A report as the editor shows it; `chosen` is the figure of the panel."""

    def __init__(self, report: Report, *, chosen: str = "") -> None:
        self.report = report
        self.figures: dict[str, Figure] = {one.name: one for one in figures(report)}
        self.chosen = chosen if chosen in self.figures else ""

    @cached_property
    def parts(self) -> list[Part]:
        """The outline's sections in order, with what stands in each."""
        written = {one.number: one for one in Section.objects.filter(report=self.report)}
        return [self._part(one, written.get(one.number)) for one in outline(self.report)]

    def _part(self, head: Heading, section: Section | None) -> Part:
        return Part(
            number=head.number,
            printed=head.printed,
            heading=head.heading,
            depth=head.depth,
            clause=head.clause,
            is_written=section is not None,
            body=section.body if section else "",
            sentences=tuple(self._sentences(head.number)),
            edited_at=section.edited_at if section else None,
        )

    def _sentences(self, number: str) -> Iterable[tuple[Bit, ...]]:
        for template in wording.SENTENCES.get(number, ()):
            if set(PLACEHOLDER.findall(template)) <= set(self.figures):
                pieces = enumerate(PLACEHOLDER.split(template))
                yield tuple(self._bit(piece) if turn % 2 else Bit(piece) for turn, piece in pieces if piece)

    def _bit(self, name: str) -> Bit:
        one = self.figures[name]
        href = places.with_query(places.report(self.report.pk), so=name) + "#so-dang-chon"
        return Bit(writing.value(one.value, one.unit), name, href, name == self.chosen)

    def written(self) -> list[tuple[str, str, str, str]]:
        """The sections to write in: number, heading, body, mark of the body as it stands."""
        return [(one.number, one.heading, one.body, mark(one.body)) for one in self.parts if one.is_written]

    @property
    def progress(self) -> tuple[int, int]:
        """How many sections have words, of how many."""
        open_parts = [one for one in self.parts if one.is_written]
        return sum(bool(one.body) for one in open_parts), len(open_parts)

    def panel(self) -> "Panel | None":
        """The chosen figure's side panel; None without a choice."""
        return Panel.of(self.report, self.figures, self.chosen) if self.chosen else None


@dataclass(frozen=True)
class Panel:
    """A figure: its label, value, how it is counted, its grounds, its parts, how sure it is, how many rows."""

    name: str
    label: str
    value: str
    counted: str
    clauses: tuple[str, ...]
    outline_clause: str
    outline_place: str
    rows: int
    href: str
    parts: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
    proof: tuple[charts.Part, ...]

    @classmethod
    def of(cls, report: Report, kept: Mapping[str, Figure], name: str) -> "Panel":
        """The panel of a kept figure."""
        one, way = kept[name], figure_words.way(name)
        shape, section = _shape(report, name)
        return cls(
            name=name,
            label=label(report, name),
            value=value(one),
            counted=str(way.counted),
            clauses=way.clauses,
            outline_clause=section.clause if section and shape else "",
            outline_place=section.number if section and shape else "",
            rows=len(one.sources),
            href=figure_href(report, name),
            parts=tuple(_parts(report, kept, name)),
            proof=_proof(kept, name),
        )


def mark(body: str) -> str:
    """A mark of a section's words, so that a save can tell whether another officer wrote in between."""
    return sha256(body.encode()).hexdigest()[:16]


def figure_href(report: Report, name: str) -> str:
    """The page of a figure: `/bao-cao/7/so/aired_s/`."""
    return f"/bao-cao/{report.pk}/so/{quote(name)}/"


def value(one: Figure) -> str:
    """A figure with its unit in the present language."""
    if one.unit == "second":
        return formats.airtime(one.value)
    units = {"day": _("days"), "month": _("months"), "people": _("people")}
    return f"{formats.number(one.value)} {units[one.unit]}" if one.unit in units else formats.number(one.value)


def label(report: Report, name: str) -> str:
    """What a figure is: the outline's label, else ours."""
    shape, _section = _shape(report, name.partition("/")[0])
    if shape:
        return regulations.in_words(shape.label)
    own = {
        "planned_instructed_s": _("Planned outside the hours, as instructed"),
        "aired_claimed_s": _("Claimed by the device only"),
        "contradicted_s": _("Contradicted records"),
        "quarantined_s": _("Quarantined records"),
        "filler_s": _("Filler"),
        "programmes_unusable_count": _("Files that could not be used"),
        "duties_done_count": _("Duties met on time"),
        "duties_late_count": _("Duties met late"),
    }
    return own.get(name.partition("/")[0], name)


def _shape(report: Report, name: str) -> tuple[FigureShape | None, Heading | None]:
    for section in outline(report):
        for one in section.figures:
            if one.name == name.partition("/")[0]:
                return one, section
    return None, None


def _parts(
    report: Report, kept: Mapping[str, Figure], name: str
) -> Iterable[tuple[str, tuple[tuple[str, str, str], ...]]]:
    """The parts of a total by each of its marks: words, value, address."""
    words = {
        "agency": _("By agency"),
        "language": _("By language"),
        "category": _("By subject"),
        "cluster": _("By cluster"),
    }
    if "/" in name:
        return
    pack = regulations.regulation(report.instrument_id)
    for kind, heading in words.items():
        start = f"{name}/{kind}/"
        rows = [one for one in kept.values() if one.name.startswith(start)]
        if rows:
            yield (
                heading,
                tuple(
                    (mark_words(pack, kind, one.name.removeprefix(start)), value(one), figure_href(report, one.name))
                    for one in rows
                ),
            )


def mark_words(pack: Regulation, kind: str, value: str) -> str:
    """The name of an agency, language, subject or cluster that a part is counted for."""
    if kind == "language":
        return formats.language(value)
    if kind == "category":
        return next((regulations.in_words(one.name) for one in pack.categories if one.id == value), value)
    if kind == "cluster":
        return next((regulations.in_words(one.name) for one in pack.clusters if one.id.endswith(f"/{value}")), value)
    seeds = (one for one in pack.agencies if one.id.endswith(f"/{value}"))
    return next((regulations.in_words(one.names[-1].name) for one in seeds), value)


def _proof(kept: Mapping[str, Figure], name: str) -> tuple[charts.Part, ...]:
    if name.partition("/")[0] not in figure_words.PROVEN:
        return ()
    sure = ((_("Corroborated"), "aired_corroborated_s", "g"), (_("Claimed by the device only"), "aired_claimed_s", "a"))
    rows = [
        charts.Part(word, kept[key].value, formats.airtime(kept[key].value), hue)
        for word, key, hue in sure
        if key in kept
    ]
    return charts.stacked(rows)


@dataclass(frozen=True)
class CalendarUsed:
    """The days off and make-up days of the period that the counting rests on."""

    holidays: int
    made_up: int
    working: int


def calendar_used(report: Report) -> CalendarUsed:
    """Count the kinds of day of a report's period."""
    calendar = regulations.calendar()
    length = (report.period_to - report.period_from).days + 1
    days = [calendars.day(calendar, report.period_from + timedelta(days=number)) for number in range(length)]
    kinds = Counter(one.kind for one in days)
    return CalendarUsed(kinds[DayKind.HOLIDAY], kinds[DayKind.MAKE_UP], sum(one.is_working for one in days))


def kinds(pack: Regulation) -> Sequence[tuple[str, str, str]]:
    """The kinds of report that come back every year: id, title, obligation."""
    return [
        (one.id, regulations.in_words(one.title), one.obligation) for one in pack.reports if one.period.kind != "event"
    ]


def title(report: Report) -> str:
    """`Hoạt động quản lý, vận hành cụm thông tin năm 2026`."""
    found = regulations.regulation(report.instrument_id).report(report.kind)
    return f"{regulations.in_words(found.title)} {report.year}"


def due(report: Report, *, found: Iterable[Duty]) -> Duty | None:
    """The duty that a report answers, of those found."""
    kind = regulations.regulation(report.instrument_id).report(report.kind)
    wanted = (kind.obligation, report.agency_id, report.year)
    for one in found:
        if (one.obligation_id, one.agency_id, one.period.end.year) == wanted:
            return one
    return None
