"""Reads of the reports: figures, the rows behind them, the paper."""

from bangtin.hub.reports.queries.outlines import Heading, flat
from bangtin.hub.reports.queries.paper import docx_bytes
from bangtin.hub.reports.queries.tracing import (
    NoSuchFigure,
    Trace,
    figures,
    find,
    outline,
    trace,
)

__all__ = ["Heading", "NoSuchFigure", "Trace", "docx_bytes", "figures", "find", "flat", "outline", "trace"]
