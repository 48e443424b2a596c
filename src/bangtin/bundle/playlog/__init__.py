"""Play records: lines, their hash chain, signed checkpoints, clock repair and verdicts (trust F)."""

from bangtin.bundle.playlog.batches import (
    Batch,
    Checkpoint,
    Placement,
    Row,
    open_batch,
    pack_batch,
    place,
    seal,
)
from bangtin.bundle.playlog.lines import KINDS, Line, clock_line, encode, first_head, fold, parse
from bangtin.bundle.playlog.repairs import Repair, between, repair
from bangtin.bundle.playlog.runs import MOST_COMMITMENTS, Run
from bangtin.bundle.playlog.verdicts import AcceptedManifest, Commitment, Context, Verdict, looks_otherwise, verdict

__all__ = [
    "KINDS",
    "MOST_COMMITMENTS",
    "AcceptedManifest",
    "Batch",
    "Checkpoint",
    "Commitment",
    "Context",
    "Line",
    "Placement",
    "Repair",
    "Row",
    "Run",
    "Verdict",
    "between",
    "clock_line",
    "encode",
    "first_head",
    "fold",
    "looks_otherwise",
    "open_batch",
    "pack_batch",
    "parse",
    "place",
    "repair",
    "seal",
    "verdict",
]
