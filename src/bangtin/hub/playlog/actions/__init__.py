"""Takes in what screens say they played, grades it, and keeps the airtime ledger beside it."""

from bangtin.hub.playlog.actions.ingesting import ingest
from bangtin.hub.playlog.actions.regrading import regrade

__all__ = ["ingest", "regrade"]
