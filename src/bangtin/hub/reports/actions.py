"""Compiles, edits, freezes and sends a report; its figures are provisional until it is frozen."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit import audit, chain, clock, files, workflow
from bangtin.hub.kit.errors import NotFound, Refusal, StaleState
from bangtin.hub.kit.files import StoredFile
from bangtin.hub.kit.policies import require
from bangtin.hub.obligations.actions import record_evidence
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.reports import policies
from bangtin.hub.reports.models import Figure, Report, Section
from bangtin.hub.reports.queries import counting, outlines, scopes
from bangtin.hub.reports.queries.paper import docx_bytes
from bangtin.hub.reports.states import MOVES, ReportState
from bangtin.rulebook.errors import UnknownName
from bangtin.rulebook.shapes import Regulation

MOST_DOCX_BYTES = 64 << 20
MOST_BODY = 20_000


class NoSuchReport(NotFound):
    """No regulation in use knows this kind of report."""

    code = "BT-REPORT-001"


class NoSuchSection(NotFound):
    """The outline has no such section, or nothing is written in it."""

    code = "BT-REPORT-002"


class Frozen(StaleState):
    """The report is frozen; neither its figures nor its words change."""

    code = "BT-REPORT-003"


class TooLong(Refusal):
    """A section's text is longer than a report's section can be."""

    code = "BT-REPORT-004"


class NotFrozen(StaleState):
    """A report is sent with frozen figures only."""

    code = "BT-REPORT-005"


def compile_report(*, kind: str, agency: Agency, year: int, actor: User, at: datetime) -> Report:
    """Count the figures of a report anew and give it; the officer's words stay.

    `kind` is a report kind of the regulation (`cao-bang/yearly-report`). A frozen report is refused.
    Raises: NotPermitted, NoSuchReport, Frozen.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 15.1 and the annexed outline.
    """
    pack = _pack_of(kind)
    found = scopes.kind_of(pack, kind)
    require(policies.may_report(actor, agency, on=clock.local_date(at)), citation=found.clause)
    period = scopes.period_of(pack, found, year)
    with transaction.atomic(durable=True):
        report, is_new = Report.objects.select_for_update().get_or_create(
            kind=kind,
            agency=agency,
            year=year,
            defaults={
                "instrument_id": pack.id,
                "period_from": period.start,
                "period_to": period.end,
                "compiled_by": actor,
                "compiled_at": at,
            },
        )
        _writing(report)
        Report.objects.filter(pk=report.pk).update(compiled_by=actor, compiled_at=at)
        _count(report, at=at)
        if is_new:
            Section.objects.bulk_create(
                [Section(report=report, number=one.number) for one in outlines.flat(found.outline) if one.is_written]
            )
        audit.record("report.compiled", report, actor=actor, at=at)
    report.refresh_from_db()
    return report


def edit_section(*, report: Report, number: str, body: str, actor: User, at: datetime) -> Section:
    """Write the officer's own words under a heading (`II.3`); figures are never typed.

    Raises: NotPermitted, NoSuchSection, TooLong, Frozen.
    """
    require(policies.may_report(actor, report.agency, on=clock.local_date(at)), citation=scopes.clause(report))
    if len(body) > MOST_BODY:
        raise TooLong(
            _("The text has %(found)d characters; a section takes at most %(most)d.")
            % {"found": len(body), "most": MOST_BODY},
            _("Shorten it, or move details to an annex."),
            subject=number,
            fields={"body": _("Too long")},
        )
    with transaction.atomic(durable=True):
        _writing(Report.objects.select_for_update().get(pk=report.pk))
        section = Section.objects.filter(report=report, number=number).first()
        if section is None:
            raise NoSuchSection(
                _("The outline has no section %(number)s to write in.") % {"number": number},
                _("Choose a section of the outline."),
                subject=number,
            )
        section.body, section.edited_at, section.edited_by = body.replace("\r\n", "\n").strip(), at, actor
        section.save(update_fields=["body", "edited_at", "edited_by"])
        audit.record("report.edited", report, actor=actor, at=at, number=number)
    return section


def freeze(*, report: Report, actor: User, at: datetime) -> Report:
    """Count the figures a last time and keep them for good.

    Before the period is over the paper says up to which day it counts.
    Raises: NotPermitted, Frozen.
    """
    require(policies.may_report(actor, report.agency, on=clock.local_date(at)), citation=scopes.clause(report))
    with transaction.atomic(durable=True):
        locked = Report.objects.select_for_update().get(pk=report.pk)
        _writing(locked)
        _count(locked, at=at)
        head = chain.head()
        workflow.move(
            locked,
            MOVES,
            to=ReportState.FROZEN,
            frozen_at=at,
            audit_entries=head.entries,
            audit_digest=head.digest,
        )
        audit.record("report.frozen", locked, actor=actor, at=at, figures=locked.figures.count())
    report.refresh_from_db()
    return report


def write_docx(*, report: Report) -> StoredFile:
    """Write the paper of a report into the file store and give its address."""
    stored = files.put([docx_bytes(report)], max_bytes=MOST_DOCX_BYTES)
    Report.objects.filter(pk=report.pk).update(docx_sha256=stored.sha256)
    report.docx_sha256 = stored.sha256
    return stored


def send(*, report: Report, actor: User, at: datetime) -> Report:
    """Note that the frozen report was sent to those it is owed to; its duty is met by this, on time or late.

    Raises: NotPermitted, NotFrozen.
    """
    require(policies.may_report(actor, report.agency, on=clock.local_date(at)), citation=scopes.clause(report))
    if report.state == ReportState.WRITING:
        raise NotFrozen(
            _("The figures of this report are still provisional."), _("Freeze it, then send it."), subject=str(report)
        )
    stored = write_docx(report=report)
    with transaction.atomic(durable=True):
        workflow.move(report, MOVES, to=ReportState.SENT, sent_at=at)
        record_evidence(
            obligation_id=scopes.kind_of(regulations.regulation(report.instrument_id), report.kind).obligation,
            agency=report.agency,
            period_start=report.period_from,
            subject=report,
            at=at,
        )
        audit.record("report.sent", report, actor=actor, at=at, sha256=stored.sha256)
    return report


def _count(report: Report, *, at: datetime) -> None:
    scope = scopes.scope(
        instrument_id=report.instrument_id,
        agency=report.agency,
        period=(report.period_from, report.period_to),
        at=at,
    )
    report.figures.all().delete()
    Figure.objects.bulk_create(
        [
            Figure(report=report, name=one.name, value=one.value, unit=one.unit, sources=one.sources, counted_at=at)
            for one in counting.count(scope)
        ]
    )


def _writing(report: Report) -> None:
    if report.state != ReportState.WRITING:
        raise Frozen(
            _("This report is frozen; its figures and words no longer change."),
            _("Download it, or look at the rows behind its figures."),
            citation=scopes.clause(report),
            subject=str(report),
        )


def _pack_of(kind: str) -> Regulation:
    for instrument in Instrument.objects.order_by("id"):
        pack = regulations.regulation(instrument.pk)
        try:
            pack.report(kind)
        except UnknownName:
            continue
        return pack
    raise NoSuchReport(
        _("No regulation in use knows the report “%(kind)s”.") % {"kind": kind},
        _("Choose a kind of report of the regulation."),
        subject=kind,
    )
