"""CAP 1.2 messages: read within bounds, judged by one table, written and announced. Knows no database and no clock."""

from bangtin.hub.alerts.cap.errors import CapRefusal
from bangtin.hub.alerts.cap.feeds import FeedEntry, FeedItem, atom, feed_items
from bangtin.hub.alerts.cap.judging import judge, weigh
from bangtin.hub.alerts.cap.mapping import CapMapping, certificates_in, default_mapping, mapping_in
from bangtin.hub.alerts.cap.reading import read
from bangtin.hub.alerts.cap.reasons import REASONS, REMARKS
from bangtin.hub.alerts.cap.shapes import (
    Area,
    Circle,
    Info,
    Message,
    MsgType,
    Pair,
    Reference,
    Resource,
    Scope,
    Status,
)
from bangtin.hub.alerts.cap.verdicts import Action, Heard, Known, Place, Verdict, Words
from bangtin.hub.alerts.cap.writing import OwnNotice, message_of, write

__all__ = [
    "REASONS",
    "REMARKS",
    "Action",
    "Area",
    "CapMapping",
    "CapRefusal",
    "Circle",
    "FeedEntry",
    "FeedItem",
    "Heard",
    "Info",
    "Known",
    "Message",
    "MsgType",
    "OwnNotice",
    "Pair",
    "Place",
    "Reference",
    "Resource",
    "Scope",
    "Status",
    "Verdict",
    "Words",
    "atom",
    "certificates_in",
    "default_mapping",
    "feed_items",
    "judge",
    "mapping_in",
    "message_of",
    "read",
    "weigh",
    "write",
]
