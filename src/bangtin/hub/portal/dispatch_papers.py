"""The contents list of a dispatch as PDF: what goes to whom, line by line, with room for both signatures."""

from typing import Any

from bangtin.hub.kit import clock
from bangtin.hub.portal import content_rows, formats, receipts
from bangtin.hub.schedules.models import Dispatch
from bangtin.hub.schedules.queries import dispatches as found


def context(row: Dispatch) -> dict[str, Any]:
    """What the paper says, under the names that both agencies bore that day."""
    on = clock.local_date(row.sent_at)
    return {
        "dispatch": row,
        "sender": row.sender.name(on),
        "receiver": row.receiver.name(on),
        "lines": [
            {
                "title": one.row.version.title,
                "receipt": one.row.version.receipt,
                "agency": one.row.version.programme.agency.name(on),
                "kind": content_rows.kind_and_length(one.row.version),
                "language": formats.language(one.row.version.language),
                "digest": one.row.version.content_digest[:8],
            }
            for one in found.lines(row)
        ],
    }


def pdf(row: Dispatch) -> bytes:
    """The contents list on A4.

    Raises: NoPaper where the part that writes PDF is not installed.
    """
    return receipts.paper("dispatches/contents_paper.html", context(row), name=row.number)
