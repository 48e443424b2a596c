"""Reads of the play log: the stored chain, grading, proof of play, the airtime ledger."""

from bangtin.hub.playlog.queries.chain import Ack, acknowledged
from bangtin.hub.playlog.queries.ledger import Aired, ledger
from bangtin.hub.playlog.queries.proofs import (
    DayProof,
    Gap,
    GradeTotal,
    PlacementProof,
    SlotProof,
    as_run,
    day_proof,
    placement_proof,
    proof_of_play,
)

__all__ = [
    "Ack",
    "Aired",
    "DayProof",
    "Gap",
    "GradeTotal",
    "PlacementProof",
    "SlotProof",
    "acknowledged",
    "as_run",
    "day_proof",
    "ledger",
    "placement_proof",
    "proof_of_play",
]
