"""The shapes regulation data take: frozen records, one per concept, read by `loading`.

A number of the law stands once, as a dated `Parameter`; every other record names it by id.
`is_local` marks a fact the regulation does not state and the province supplies.
"""

from bangtin.rulebook.shapes.law import (
    Article,
    Carrier,
    Clause,
    ClauseKind,
    DatedValue,
    Disposition,
    Erratum,
    Instrument,
    Parameter,
    Unit,
)
from bangtin.rulebook.shapes.people import (
    AgencyGroup,
    AgencySeed,
    ClusterSeed,
    Coordinates,
    DatedName,
    FaceSeed,
    Mandate,
    PostSeed,
    Succession,
)
from bangtin.rulebook.shapes.regulation import (
    Regulation,
)
from bangtin.rulebook.shapes.work import (
    CategorySeed,
    DayHoursRule,
    DueRule,
    EvidenceRule,
    Figure,
    HoursRule,
    Obligation,
    OutlineSection,
    PeriodRule,
    ReportKind,
    Route,
    RouteStep,
)

__all__ = [
    "AgencyGroup",
    "AgencySeed",
    "Article",
    "Carrier",
    "CategorySeed",
    "Clause",
    "ClauseKind",
    "ClusterSeed",
    "Coordinates",
    "DatedName",
    "DatedValue",
    "DayHoursRule",
    "Disposition",
    "DueRule",
    "Erratum",
    "EvidenceRule",
    "FaceSeed",
    "Figure",
    "HoursRule",
    "Instrument",
    "Mandate",
    "Obligation",
    "OutlineSection",
    "Parameter",
    "PeriodRule",
    "PostSeed",
    "Regulation",
    "ReportKind",
    "Route",
    "RouteStep",
    "Succession",
    "Unit",
]
