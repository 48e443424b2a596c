"""Reads of the duties: occurrences of a regulation, judged by the facts that the tables below hold."""

from bangtin.hub.obligations.queries.counting import counts
from bangtin.hub.obligations.queries.duties import Duty, duties, occurrences
from bangtin.hub.obligations.queries.facts import PROGRAMME, SENDINGS
from bangtin.hub.obligations.queries.proofs import Proof

__all__ = ["PROGRAMME", "SENDINGS", "Duty", "Proof", "counts", "duties", "occurrences"]
