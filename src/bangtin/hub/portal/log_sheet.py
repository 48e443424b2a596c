"""The day log as a spreadsheet and as a paper: the same rows, with totals that reconcile with them."""

import io
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.models import Cluster, face_names
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.playlog.models import Grade
from bangtin.hub.playlog.queries.day_sheets import DaySheet, Row
from bangtin.hub.portal import formats, log_board, log_words, receipts, week_board
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LENGTH, COUNT, SECONDS = "[h]:mm:ss", "#,##0", "#,##0.0"
# what a sheet may not hold at all
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_THIN = Side(style="thin", color="FF999999")
_WIDTHS = (18, 44, 28, 12, 22, 11, 11, 11, 11, 13, 13, 13, 13, 13)
_TEXTS, _GAP_LENGTH = 5, 4


@dataclass(frozen=True)
class Line:
    """One row in words; lengths in seconds."""

    receipt: str
    title: str
    category: str
    language: str
    bulletin_class: str
    planned_plays: int
    plays: int
    planned_s: float
    aired_s: float
    grades_s: tuple[float, ...]

    @property
    def error_s(self) -> float:
        """Aired minus planned."""
        return self.aired_s - self.planned_s


@dataclass(frozen=True)
class Block:
    """The lines of one class with their sums."""

    name: str
    lines: tuple[Line, ...]
    total: Line


def blocks(sheet: DaySheet) -> list[Block]:
    """The sheet's rows by class, each class with its sums; the sums of all blocks are the day's."""
    found = []
    for name in dict.fromkeys(row.bulletin_class for row in sheet.rows):
        lines = tuple(_line(row) for row in sheet.of_class(name))
        found.append(Block(log_words.bulletin_class(name), lines, total(log_words.bulletin_class(name), lines)))
    return found


def total(name: str, lines: Iterable[Line]) -> Line:
    """The sums of lines under a name."""
    rows = list(lines)
    grades = [sum(one.grades_s[place] for one in rows) for place in range(len(Grade.values))]
    return Line(
        receipt="",
        title=name,
        category="",
        language="",
        bulletin_class="",
        planned_plays=sum(one.planned_plays for one in rows),
        plays=sum(one.plays for one in rows),
        planned_s=sum(one.planned_s for one in rows),
        aired_s=sum(one.aired_s for one in rows),
        grades_s=tuple(grades),
    )


def _line(row: Row) -> Line:
    version = row.version
    return Line(
        receipt=version.receipt if version else row.item,
        title=version.title if version else _("A programme that is not known here"),
        category=week_board.category_name(version.programme) if version else "",
        language=formats.language(version.language) if version else "",
        bulletin_class=log_words.bulletin_class(row.bulletin_class),
        planned_plays=row.planned_plays,
        plays=row.plays,
        planned_s=row.planned_ms / 1000,
        aired_s=row.aired_ms / 1000,
        grades_s=tuple(row.shown[one].shown_ms / 1000 if one in row.shown else 0.0 for one in Grade.values),
    )


def operator(cluster: Cluster, on: date) -> str:
    """Who runs the cluster that day, under its name of the day: the head of the paper."""
    names = regulations.mandated(Task.OPERATE, on=on, cluster=cluster)
    rows = Agency.objects.filter(pk__in=names).prefetch_related("names")
    return ", ".join(sorted(row.name(on) for row in rows))


def context(sheet: DaySheet) -> dict[str, Any]:
    """What the paper says."""
    found = blocks(sheet)
    return {
        "sheet": sheet,
        "operator": operator(sheet.cluster, sheet.on),
        "blocks": found,
        "total": total(_("The whole day"), (line for block in found for line in block.lines)),
        "gaps": log_board.gap_rows(log_board.known(sheet.proof.gaps, at=sheet.until_at)),
        "grades": [str(one.label) for one in Grade],
        "alerts_s": sheet.alerts.shown_ms / 1000,
        "faces": _faces(sheet),
    }


def pdf(sheet: DaySheet) -> bytes:
    """The day log on A4. Raises: NoPaper where the part that writes PDF is not installed."""
    name = f"{sheet.cluster.slug} {sheet.on:%d/%m/%Y}"
    return receipts.paper("log/day_paper.html", context(sheet), name=name)


def xlsx(sheet: DaySheet) -> bytes:
    """The day log as a workbook: items with their sums, and the gaps. Every text is text, whatever it begins with."""
    book = Workbook()
    page = book.active
    if not isinstance(page, Worksheet):  # a workbook begins with one
        page = book.create_sheet()
    _items(page, sheet)
    _gaps(book.create_sheet(_("Gaps")), sheet)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def plain(title: str, heads: Sequence[str], lines: Iterable[Sequence[object]], *, texts: int) -> bytes:
    """A workbook of one table whose first `texts` columns are words; its last line is the sum. Every text is text."""
    book = Workbook()
    page = book.active
    if not isinstance(page, Worksheet):  # a workbook begins with one
        page = book.create_sheet()
    page.title = _("Airtime")
    _write(page, [title], is_bold=True)
    _write(page, heads, is_bold=True, is_head=True)
    page.freeze_panes = f"A{page.max_row + 1}"
    rows = list(lines)
    for place, cells in enumerate(rows, start=1):
        _write(page, cells, is_bold=place == len(rows))
    for number in range(1, len(heads) + 1):
        page.column_dimensions[get_column_letter(number)].width = 44 if number == 1 else 16
    _set_out(page, head=2, numbers=range(texts + 1, len(heads) + 1), title=title)
    _fit(page, is_wide=True)
    body = io.BytesIO()
    book.save(body)
    return body.getvalue()


def _items(page: Worksheet, sheet: DaySheet) -> None:
    page.title = _("Day log")
    _write(page, [operator(sheet.cluster, sheet.on)], is_bold=True)
    _write(page, [_title(sheet)], is_bold=True)
    _write(page, [_("Summed over the screens that have a player: %(names)s") % {"names": _faces(sheet)}])
    _write(page, [_("Until %(at)s") % {"at": formats.day_clock(sheet.until_at)}])
    _write(page, [])
    heads = [_("Receipt"), _("Programme"), _("Kind of content"), _("Language"), _("Class")]
    heads += [_("Plays planned"), _("Plays aired"), _("Planned"), _("Aired"), _("Difference, s")]
    _write(page, [*heads, *(str(one.label).capitalize() for one in Grade)], is_bold=True, is_head=True)
    head = page.max_row
    page.freeze_panes = f"A{head + 1}"
    found = blocks(sheet)
    for block in found:
        for line in block.lines:
            _write(page, _cells(line))
        _write(page, _cells(block.total), is_bold=True)
    _write(page, _cells(total(_("The whole day"), (line for one in found for line in one.lines))), is_bold=True)
    if sheet.alerts.plays:
        _write(page, [])
        alerts = [
            _("Emergency notices, apart"),
            *[""] * 4,
            sheet.alerts.plays,
            "",
            timedelta(milliseconds=sheet.alerts.shown_ms),
        ]
        _write(page, ["", *alerts])
    for number, width in enumerate(_WIDTHS, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    _set_out(page, head=head, numbers=range(_TEXTS + 1, len(_WIDTHS) + 1), title=_title(sheet))
    _fit(page, is_wide=True)


def _title(sheet: DaySheet) -> str:
    words = {"cluster": str(sheet.cluster), "day": formats.weekday_long(sheet.on)}
    return _("Day log of %(cluster)s, %(day)s") % words


def _faces(sheet: DaySheet) -> str:
    names = face_names()
    return ", ".join(names.get(one, one) for one in sheet.faces)


def _second(moment: datetime) -> str:
    return f"{moment.astimezone(LOCAL):%H:%M:%S}"


def _cells(line: Line) -> list[object]:
    lengths = [line.planned_s, line.aired_s]
    told: list[object] = [line.receipt, line.title, line.category, line.language, line.bulletin_class]
    told += [line.planned_plays, line.plays, *(timedelta(seconds=one) for one in lengths), round(line.error_s, 3)]
    return [*told, *(timedelta(seconds=one) for one in line.grades_s)]


def _gaps(page: Worksheet, sheet: DaySheet) -> None:
    heads = [_("Screen"), _("Began"), _("Ended"), _("Length"), _("Reason")]
    _write(page, heads, is_bold=True, is_head=True)
    rows = log_board.gap_rows(log_board.known(sheet.proof.gaps, at=sheet.until_at))
    for one in rows:
        length = timedelta(seconds=one.length_s)
        _write(page, [one.face, _second(one.from_at), _second(one.until_at), length, one.words])
    _write(page, [_("Total"), "", "", timedelta(seconds=sum(one.length_s for one in rows))], is_bold=True)
    for number, width in enumerate((22, 12, 12, 12, 48), start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    _set_out(page, head=1, numbers=(_GAP_LENGTH,), title=_title(sheet))
    _fit(page, is_wide=False)


def _set_out(page: Worksheet, *, head: int, numbers: Collection[int], title: str) -> None:
    """The table below its head: words break inside their column, heads of numbers stand over them.

    On paper each sheet repeats the head, and says what it belongs to and which of how many it is.
    """
    for row in page.iter_rows(min_row=head):
        for cell in row:
            is_number = cell.column in numbers
            cell.alignment = Alignment(
                horizontal="right" if is_number else None,
                vertical="top",
                wrap_text=cell.row == head or not is_number,
            )
    page.print_title_rows = f"{head}:{head}"
    if page.oddHeader is not None and page.oddFooter is not None:  # a new sheet has both
        page.oddHeader.left.text = title.replace("&", "&&")
        page.oddFooter.center.text = "&P/&N"


def _fit(page: Worksheet, *, is_wide: bool) -> None:
    """Printed on A4, every column on one sheet, as many sheets as the rows need."""
    page.page_setup.orientation, page.page_setup.paperSize = "landscape" if is_wide else "portrait", 9
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _write(page: Worksheet, values: Sequence[object], *, is_bold: bool = False, is_head: bool = False) -> None:
    row = page.max_row + 1 if page.max_row > 1 or page["A1"].value is not None else 1
    for column, value in enumerate(values, start=1):
        cell = page.cell(row=row, column=column)
        _fill(cell, value)
        if is_bold:
            cell.font = Font(bold=True)
        if is_head:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = Border(bottom=_THIN)
    if not values:
        page.cell(row=row, column=1).value = " "


def _fill(cell: Cell | MergedCell, value: object) -> None:
    """A text stays text even where it begins like a formula; lengths are shown in hours."""
    if isinstance(value, str):
        cell.value = _UNWRITABLE.sub(" ", value)
        cell.data_type = "s"
        cell.number_format = "@"
        cell.quotePrefix = value[:1] in tuple("=+-@\t\r")
    elif isinstance(value, timedelta):
        cell.value = value
        cell.number_format = LENGTH
    else:
        cell.value = value  # type: ignore[assignment]  # numbers only are left
        cell.number_format = COUNT if isinstance(value, int) else SECONDS
