"""Reads of the play log: the stored chain, grading, proof of play, the airtime ledger."""

from bangtin.hub.playlog.queries.chain import Ack, acknowledged
from bangtin.hub.playlog.queries.ledger import Aired, ledger
from bangtin.hub.playlog.queries.proofs import (
    DayProof,
    Gap,
    GradeTotal,
    SlotProof,
    as_run,
    day_proof,
    proof_of_play,
)

__all__ = [
    "Ack",
    "Aired",
    "DayProof",
    "Gap",
    "GradeTotal",
    "SlotProof",
    "acknowledged",
    "as_run",
    "day_proof",
    "ledger",
    "proof_of_play",
]
