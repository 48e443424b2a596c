"""Reads of the play log: the stored chain, grading, proof of play, the airtime ledger."""

from bangtin.hub.playlog.queries.chain import Ack, acknowledged
from bangtin.hub.playlog.queries.explaining import Approval, Displaced, Explanation, explain_at
from bangtin.hub.playlog.queries.ledger import Aired, ledger
from bangtin.hub.playlog.queries.own_airing import OwnAiring, of_agency
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
    "Approval",
    "DayProof",
    "Displaced",
    "Explanation",
    "Gap",
    "GradeTotal",
    "OwnAiring",
    "PlacementProof",
    "SlotProof",
    "acknowledged",
    "as_run",
    "day_proof",
    "explain_at",
    "ledger",
    "of_agency",
    "placement_proof",
    "proof_of_play",
]
