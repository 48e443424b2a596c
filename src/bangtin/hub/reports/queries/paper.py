"""A report as a paper: the regulation's outline, with figures that a program finds again and officers' words."""

import io
import json
import re
from dataclasses import dataclass, field

from django.utils import translation
from docx.document import Document as Paper
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit import chain
from bangtin.hub.kit.chain import Head
from bangtin.hub.kit.clock import local_date
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.reports.models import Figure, Report
from bangtin.hub.reports.queries import (
    bodies,
    layout,
    letterhead,
    outlines,
    properties,
    scopes,
    tables,
    wording,
    writing,
)
from bangtin.hub.reports.queries.outlines import Heading
from bangtin.hub.reports.states import ReportState
from bangtin.rulebook.shapes import Regulation, ReportKind

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


@dataclass
class Pen:
    """Writes figures into the paper and remembers under which bookmark each one stands."""

    paper: Paper
    figures: dict[str, Figure]
    marks: dict[str, str] = field(default_factory=dict)

    def figure(self, paragraph: Paragraph, name: str, *, size: float = layout.BODY_PT) -> None:
        """Write a figure's value, bookmarked; a part of a counted total that no row fell into is 0."""
        found = self.figures.get(name)
        whole = self.figures.get(name.split("/", 1)[0])
        shown = writing.value(found.value, found.unit) if found else writing.value(0, whole.unit) if whole else "–"
        run = layout.text(paragraph, shown, size=size)
        if found is not None:
            mark = f"so_{len(self.marks) + 1}"
            self.marks[mark] = name
            layout.bookmark(run, name=mark, number=len(self.marks))

    def sentence(self, template: str) -> None:
        """Write a paragraph whose `{name}` are figures, if the report has them all."""
        if not set(PLACEHOLDER.findall(template)) <= set(self.figures):
            return
        paragraph = layout.body(self.paper)
        for number, part in enumerate(PLACEHOLDER.split(template)):
            if number % 2:
                self.figure(paragraph, part)
            elif part:
                layout.text(paragraph, part)


def docx_bytes(report: Report) -> bytes:
    """The report as a .docx in the layout of Decree 30/2020, in Vietnamese whatever language is in use."""
    with translation.override("vi"):
        pack = regulations.regulation(report.instrument_id)
        kind = scopes.kind_of(pack, report.kind)
        pen = Pen(layout.blank(), {one.name: one for one in report.figures.all()})
        head = _head(report, pack, kind)
        letterhead.add_head(pen.paper, head)
        _body(pen, report, kind)
        _close(pen.paper)
        letterhead.add_foot(pen.paper, head)
        trail = _trail(report)
        letterhead.add_trail(pen.paper, trail.entries, trail.digest)
    _describe(pen.paper, report, head)
    properties.put(
        pen.paper,
        {
            properties.REPORT: str(report.pk),
            properties.FIGURES: json.dumps(pen.marks, separators=(",", ":")),
            properties.AUDIT: f"{trail.entries}:{trail.digest}",
        },
    )
    found = io.BytesIO()
    pen.paper.save(found)
    return found.getvalue()


def _body(pen: Pen, report: Report, kind: ReportKind) -> None:
    words = dict(report.sections.values_list("number", "body"))
    span = wording.COUNTED_UNTIL.format(
        begins=writing.day(report.period_from), ends=writing.day(_counted_until(report))
    )
    note = span if report.state != ReportState.WRITING else f"{span} {wording.PROVISIONAL}"
    layout.text(layout.body(pen.paper), note)
    for sentence in bodies.sentences(report):
        layout.text(layout.body(pen.paper), sentence)
    for heading in outlines.flat(kind.outline):
        _heading(pen.paper, heading)
        sentences = wording.SENTENCES.get(heading.number, ())
        for template in sentences:
            pen.sentence(template)
        tables.add(pen, heading.number)
        typed = [line.strip() for line in words.get(heading.number, "").split("\n") if line.strip()]
        for line in typed:
            layout.text(layout.body(pen.paper), line)
        if heading.is_written and not typed and not sentences:
            layout.text(layout.body(pen.paper), wording.EMPTY, italic=True)


def _close(paper: Paper) -> None:
    """End the body as papers of the State end, and keep its last lines on the page of the signature."""
    last = paper.paragraphs[-1]
    words = last.runs[-1] if last.runs else last.add_run()
    words.text = f"{words.text.removesuffix('.')}./."
    last.paragraph_format.keep_with_next = last.paragraph_format.keep_together = True


def _heading(paper: Paper, heading: Heading) -> None:
    paragraph = layout.set_lines(paper.add_paragraph(), layout.JUSTIFY, before=6, after=6)
    paragraph.paragraph_format.first_line_indent = Mm(12.7)
    paragraph.paragraph_format.keep_with_next = True
    layout.text(paragraph, f"{heading.printed}. {heading.heading}", bold=True)


def _head(report: Report, pack: Regulation, kind: ReportKind) -> letterhead.Head:
    on = report.period_to
    name = report.agency.name(on)
    seeds = {seed.id: seed for seed in pack.agencies}
    parent_id = seeds[report.agency_id].parent if report.agency_id in seeds else None
    parent = _name(parent_id, report) if parent_id else ""
    title = kind.title.vi if kind.title.vi.rstrip().endswith("năm") else f"{kind.title.vi} năm"
    owed_to = [one for one in pack.members(pack.obligation(kind.obligation).owed_to) if one != report.agency_id]
    if not owed_to and parent_id:
        owed_to = [parent_id]
    return letterhead.Head(
        agency=name,
        parent="" if name.startswith(letterhead.COMMITTEE) else parent,
        place=letterhead.place_in(name, parent),
        symbol=letterhead.symbol_of(name, kind.symbol or ""),
        year=report.year,
        title=f"{title} {report.year}",
        recipients=tuple(_name(one, report) for one in owed_to),
    )


def _name(agency_id: str, report: Report) -> str:
    found = Agency.objects.filter(pk=agency_id).prefetch_related("names").first()
    return found.name(report.period_to) if found else agency_id


def _trail(report: Report) -> Head:
    """The head of the audit trail that the paper carries: of when it was frozen, before that the present one."""
    return chain.head() if report.audit_entries is None else Head(report.audit_entries, report.audit_digest)


def _counted_until(report: Report) -> object:
    at = report.frozen_at or report.compiled_at
    return min(report.period_to, local_date(at))


def _describe(paper: Paper, report: Report, head: letterhead.Head) -> None:
    about = paper.core_properties
    about.title, about.subject, about.author = f"Báo cáo {head.title}", "", head.agency
    about.comments = about.keywords = about.category = ""
    about.last_modified_by, about.language, about.revision = head.agency, "vi-VN", 1
    about.created = about.modified = (report.frozen_at or report.compiled_at).replace(tzinfo=None)
