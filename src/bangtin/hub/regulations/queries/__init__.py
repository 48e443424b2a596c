"""What the regulations in use say, read from their packs; who is mandated, by date; the working calendar."""

from bangtin.hub.regulations.queries.in_use import in_use
from bangtin.hub.regulations.queries.mandates import clusters_of, mandate_clause, mandated
from bangtin.hub.regulations.queries.packs import clause, in_words, of_cluster, regulation, root
from bangtin.hub.regulations.queries.workdays import calendar

__all__ = [
    "calendar",
    "clause",
    "clusters_of",
    "in_use",
    "in_words",
    "mandate_clause",
    "mandated",
    "of_cluster",
    "regulation",
    "root",
]
