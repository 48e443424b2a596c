"""The tables of a report: programmes by agency, language and category; airtime by cluster."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from docx.shared import Pt

from bangtin.hub.agencies.models import AgencyName
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.reports.queries import layout, wording, writing

if TYPE_CHECKING:
    from bangtin.hub.reports.queries.paper import Pen

Column = tuple[str, str, float]  # heading, figure, width in mm
CONTENT: tuple[Column, ...] = (
    ("Đã gửi", "programmes_submitted_count", 22),
    ("Được duyệt", "programmes_approved_count", 22),
    ("Trả lại", "programmes_returned_count", 22),
    ("Từ chối", "programmes_rejected_count", 22),
)
KINDS: tuple[Column, ...] = CONTENT[:2]
PLAYOUT: tuple[Column, ...] = (
    ("Lượt phát", "plays_count", 20),
    ("Theo lịch", "planned_s", 28),
    ("Đã phát", "aired_s", 28),
    ("Ngoài giờ theo chỉ đạo", "aired_instructed_s", 27),
    ("Số ngày", "days_aired_count", 17),
)


def add(pen: "Pen", number: str) -> None:
    """Add the tables that belong under the heading `number`."""
    if number == "II.3":
        _table(pen, "Cơ quan, đơn vị", "agency", CONTENT)
        _table(pen, "Ngôn ngữ", "language", KINDS)
        _table(pen, "Lĩnh vực", "category", KINDS)
    if number == "II.4":
        _table(pen, "Cụm thông tin", "cluster", PLAYOUT)


def _table(pen: "Pen", heading: str, mark: str, columns: Sequence[Column]) -> None:
    wanted = {f"{figure}/{mark}/" for _heading, figure, _width in columns}
    values = sorted({name.split("/", 2)[2] for name in pen.figures if any(name.startswith(one) for one in wanted)})
    if not values:
        return
    names = _names(mark)
    widths = (
        14.0,
        layout.TEXT_MM - 14 - sum(width for *_rest, width in columns),
        *(width for *_rest, width in columns),
    )
    table = layout.ruled_table(pen.paper, ("STT", heading, *(one[0] for one in columns)), widths)
    for number, value in enumerate(values, start=1):
        cells = layout.add_row(table, widths)
        layout.text(layout.set_lines(cells[0].paragraphs[0], layout.CENTRE, before=2, after=2), str(number), size=12)
        layout.text(
            layout.set_lines(cells[1].paragraphs[0], layout.LEFT, before=2, after=2),
            names.get(value, wording.OTHER),
            size=12,
        )
        for cell, (_heading, figure, _width) in zip(cells[2:], columns, strict=True):
            pen.figure(
                layout.set_lines(cell.paragraphs[0], layout.CENTRE, before=2, after=2),
                f"{figure}/{mark}/{value}",
                size=12,
            )
    spaced = layout.set_lines(pen.paper.add_paragraph(), layout.LEFT)
    spaced.paragraph_format.line_spacing = Pt(6)


def _names(mark: str) -> dict[str, str]:
    """Vietnamese names of the values of a mark."""
    if mark == "language":
        return wording.LANGUAGES
    if mark == "cluster":
        return {row.slug: row.name_vi for row in Cluster.objects.all()}
    if mark == "agency":
        rows = AgencyName.objects.order_by("starts_on").select_related("agency")
        return {row.agency_id.split("/", 1)[-1]: _dated(row) for row in rows}
    packs = [regulations.regulation(pk) for pk in Instrument.objects.values_list("pk", flat=True)]
    return {one.id: one.name.vi for pack in packs for one in pack.categories}


def _dated(name: AgencyName) -> str:
    """An agency's name with its last or first day, where it ended or began as another took its place."""
    agency = name.agency
    if agency.ends_on is not None:
        return wording.ENDED.format(name=name.name_vi, day=writing.day(agency.ends_on))
    if agency.starts_on is not None:
        return wording.BEGUN.format(name=name.name_vi, day=writing.day(agency.starts_on))
    return name.name_vi
