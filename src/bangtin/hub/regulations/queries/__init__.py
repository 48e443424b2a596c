"""What the regulations in use say, with the province's own rows; who is mandated, by date; the working calendar."""

from bangtin.hub.regulations.queries.in_use import in_use, instruments
from bangtin.hub.regulations.queries.issued import (
    ReadPaper,
    clauses_without_text,
    issued_document,
    issued_passages,
    left_out,
    read_paper,
    reason,
)
from bangtin.hub.regulations.queries.keepers import Keeper, keepers
from bangtin.hub.regulations.queries.lineage import all_successions, continued, standing_for
from bangtin.hub.regulations.queries.mandates import (
    Charge,
    charged,
    charges,
    clusters_of,
    lead_clause,
    leads,
    mandate_clause,
    mandated,
)
from bangtin.hub.regulations.queries.own_rows import forget, remembered
from bangtin.hub.regulations.queries.packs import cited, citing, clause, in_words, of_cluster, pack, regulation
from bangtin.hub.regulations.queries.settings import settings_of
from bangtin.hub.regulations.queries.shelf import available, home, read_anew, root, shelf
from bangtin.hub.regulations.queries.workdays import calendar

__all__ = [
    "Charge",
    "Keeper",
    "ReadPaper",
    "all_successions",
    "available",
    "calendar",
    "charged",
    "charges",
    "cited",
    "citing",
    "clause",
    "clauses_without_text",
    "clusters_of",
    "continued",
    "forget",
    "home",
    "in_use",
    "in_words",
    "instruments",
    "issued_document",
    "issued_passages",
    "keepers",
    "lead_clause",
    "leads",
    "left_out",
    "mandate_clause",
    "mandated",
    "of_cluster",
    "pack",
    "read_anew",
    "read_paper",
    "reason",
    "regulation",
    "remembered",
    "root",
    "settings_of",
    "shelf",
    "standing_for",
]
