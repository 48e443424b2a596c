"""Leads a figure of a report back to its rows, and each row to the submissions it comes from."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from bangtin.hub.appraisal.models import Decision
from bangtin.hub.kit.errors import NotFound
from bangtin.hub.obligations.queries import duties
from bangtin.hub.playlog.models import Airtime
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.reports.models import Figure, Report
from bangtin.hub.reports.queries import properties, scopes, writing
from bangtin.hub.reports.queries.outlines import Heading, flat
from bangtin.hub.schedules.models import Placement, Slot

TracedRow = dict[str, object]


class NoSuchFigure(NotFound):
    """The report has no figure of this name, or there is no such report."""

    code = "BT-REPORT-006"


@dataclass(frozen=True)
class Trace:
    """A figure with the rows it was counted from.

    rows: `{"model", "id", …, "submission": receipt or None}`; a duty's row has `evidence`, rows of the same shape.
    `printed` are the values in the .docx that was given, `is_as_printed` whether each equals the kept figure.
    """

    report: Report
    figure: Figure
    rows: list[TracedRow]
    printed: tuple[str, ...] = ()
    is_as_printed: bool = True

    def to_object(self) -> dict[str, object]:
        """The JSON object of `bangtin trace`."""
        found: dict[str, object] = {
            "report": self.report.pk,
            "figure": self.figure.name,
            "value": self.figure.value,
            "unit": self.figure.unit,
            "counted_at": self.figure.counted_at.isoformat(),
            "is_frozen": self.report.frozen_at is not None,
            "rows": self.rows,
        }
        if self.printed:
            found |= {"printed": list(self.printed), "as_printed": self.is_as_printed}
        return found


def figures(report: Report) -> list[Figure]:
    """The figures of a report by name; a part `name/mark/value` follows its total."""
    return list(report.figures.order_by("name"))


def outline(report: Report) -> list[Heading]:
    """The sections of the report's outline, as the regulation prints them."""
    return flat(scopes.kind_of(regulations.regulation(report.instrument_id), report.kind).outline)


def find(name: str) -> tuple[Report, Mapping[str, list[str]]]:
    """The report with this id, or that a .docx at this path says it is; with what the paper prints, by figure.

    Raises: NoSuchFigure if there is no such report; properties.NotAReport if the file is none of ours.
    """
    path, printed = Path(name), dict[str, list[str]]()
    if path.suffix.lower() == ".docx" or path.is_file():
        written = properties.read(path)
        key, printed = written.report_id, written.printed
    elif name.isascii() and name.isdecimal() and len(name) < 19:
        key = int(name)
    else:
        raise properties.NotAReport(name)
    report = Report.objects.filter(pk=key).select_related("agency").first()
    if report is None:
        raise NoSuchFigure(
            _("There is no report %(number)s here.") % {"number": key},
            _("Run this where the report was written."),
            subject=str(key),
        )
    return report, printed


def trace(report_or_path: Report | str | Path, figure: str) -> Trace:
    """The rows behind a figure, down to the submissions.

    Raises: NoSuchFigure, properties.NotAReport.
    """
    report, printed = (report_or_path, {}) if isinstance(report_or_path, Report) else find(str(report_or_path))
    found = report.figures.filter(name=figure).first()
    if found is None:
        raise NoSuchFigure(
            _("This report has no figure “%(name)s”.") % {"name": figure},
            _("List its figures and choose one of them."),
            subject=figure,
        )
    shown = tuple(printed.get(figure, ()))
    wanted = writing.value(found.value, found.unit)
    return Trace(report, found, _expanded(found), shown, all(one == wanted for one in shown))


def _expanded(figure: Figure) -> list[TracedRow]:
    by_label: dict[str, list[str]] = defaultdict(list)
    for label, key in figure.sources:
        by_label[label].append(str(key))
    rows: list[TracedRow] = []
    for label, keys in by_label.items():
        if label == "obligations.duty":
            rows += _duties(keys, figure)
            continue
        found = EXPAND[label](keys) if label in EXPAND else {}
        rows += [{"model": label, "id": key, **found.get(key, {"submission": None})} for key in keys]
    return rows


def _versions(keys: Iterable[str]) -> dict[str, TracedRow]:
    found = ProgrammeVersion.objects.select_related("programme").in_bulk([int(key) for key in keys])
    return {
        str(pk): {
            "submission": row.receipt,
            "title": row.title,
            "agency": row.programme.agency_id,
            "state": row.state,
            "submitted_at": row.submitted_at.isoformat(),
        }
        for pk, row in found.items()
    }


def _decisions(keys: Iterable[str]) -> dict[str, TracedRow]:
    found = Decision.objects.select_related("version").in_bulk([int(key) for key in keys])
    return {
        str(pk): {
            "submission": row.version.receipt,
            "step": row.step,
            "outcome": row.outcome,
            "grounds": row.grounds,
            "decided_at": row.decided_at.isoformat(),
        }
        for pk, row in found.items()
    }


def _slots(keys: Iterable[str]) -> dict[str, TracedRow]:
    found = Slot.objects.select_related("version").in_bulk([int(key) for key in keys])
    return {
        str(pk): {
            "submission": row.version.receipt,
            "cluster": row.cluster_id,
            "starts_at": row.starts_at.isoformat(),
            "ends_at": row.ends_at.isoformat(),
            "is_outside_hours": row.is_outside_hours,
        }
        for pk, row in found.items()
    }


def _placements(keys: Iterable[str]) -> dict[str, TracedRow]:
    found = Placement.objects.select_related("version", "playlist").in_bulk([int(key) for key in keys])
    return {
        str(pk): {
            "submission": row.version.receipt,
            "playlist": row.playlist.name,
            "starts_on": row.starts_on.isoformat(),
            "ends_on": row.ends_on.isoformat(),
        }
        for pk, row in found.items()
    }


def _airtime(keys: Iterable[str]) -> dict[str, TracedRow]:
    found = Airtime.objects.select_related("version").in_bulk([int(key) for key in keys])
    return {
        str(pk): {
            "submission": row.version.receipt,
            "on": row.on.isoformat(),
            "face": row.face_id,
            "language": row.language,
            "grade": row.grade,
            "plays": row.plays,
            "shown_ms": row.shown_ms,
        }
        for pk, row in found.items()
    }


EXPAND: Mapping[str, Callable[[Iterable[str]], dict[str, TracedRow]]] = {
    "programmes.programmeversion": _versions,
    "appraisal.decision": _decisions,
    "schedules.slot": _slots,
    "schedules.placement": _placements,
    "playlog.airtime": _airtime,
}


def _duties(keys: list[str], figure: Figure) -> list[TracedRow]:
    years = {int(key.rsplit("@", 1)[1][:4]) for key in keys}
    found = {
        duty.id: duty for year in years for duty in duties(year=year, as_of=figure.counted_at) if duty.id in set(keys)
    }
    rows: list[TracedRow] = []
    for key in keys:
        duty = found.get(key)
        evidence = [
            {"model": proof.subject_type, "id": proof.subject_id, "submission": proof.receipt or None}
            for proof in (duty.evidence if duty else ())
        ]
        rows.append(
            {
                "model": "obligations.duty",
                "id": key,
                "submission": evidence[0]["submission"] if evidence else None,
                "status": duty.status if duty else None,
                "due_on": duty.due_on.isoformat() if duty and duty.due_on else None,
                "evidence": evidence,
            }
        )
    return rows
