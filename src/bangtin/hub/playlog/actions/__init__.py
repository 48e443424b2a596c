"""Takes in what screens say they played, grades it, and keeps the airtime ledger beside it."""

from bangtin.hub.playlog.actions.announcing import announce_fallbacks, rung_words
from bangtin.hub.playlog.actions.ingesting import Sent, ingest, ingest_all
from bangtin.hub.playlog.actions.regrading import look_again, regrade, regrade_all

__all__ = ["Sent", "announce_fallbacks", "ingest", "ingest_all", "look_again", "regrade", "regrade_all", "rung_words"]
