"""The life of a programme version: seven states."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bangtin.hub.kit.workflow import Moves


class VersionState(models.TextChoices):
    """Where a version stands on its way to air."""

    SUBMITTED = "submitted", _("Submitted")
    UNUSABLE = "unusable", _("File unusable")
    RECEIVED = "received", _("Received")
    PROPOSED = "proposed", _("Awaiting confirmation")
    RETURNED = "returned", _("Returned for revision")
    REJECTED = "rejected", _("Rejected")
    READY = "ready", _("Ready to air")


# A decision is void when the content changes: PROPOSED and READY fall back to RECEIVED (new rendition, new digest).
# From RECEIVED a unit with one person comes straight to an end; PROPOSED stays PROPOSED from one step of a route to
# the next (`awaits` tells which); what an editor made is PROPOSED as soon as the technical check took it.
MOVES: Moves = {
    VersionState.SUBMITTED: frozenset({VersionState.RECEIVED, VersionState.UNUSABLE}),
    VersionState.RECEIVED: frozenset(
        {VersionState.PROPOSED, VersionState.RETURNED, VersionState.READY, VersionState.REJECTED}
    ),
    VersionState.PROPOSED: frozenset(
        {
            VersionState.PROPOSED,
            VersionState.READY,
            VersionState.REJECTED,
            VersionState.RETURNED,
            VersionState.RECEIVED,
        }
    ),
    VersionState.READY: frozenset({VersionState.RECEIVED}),
    VersionState.UNUSABLE: frozenset(),
    VersionState.RETURNED: frozenset(),
    VersionState.REJECTED: frozenset(),
}

# A version in one of these is done with: its agency may send another one.
CLOSED = (VersionState.RETURNED, VersionState.UNUSABLE, VersionState.REJECTED)


class UploadState(models.TextChoices):
    """Where a file on its way in stands."""

    OPEN = "open", _("Being uploaded")
    COMPLETE = "complete", _("Uploaded")
    USED = "used", _("Handed in")
    EXPIRED = "expired", _("Upload removed")


UPLOAD_MOVES: Moves = {
    UploadState.OPEN: frozenset({UploadState.COMPLETE, UploadState.EXPIRED}),
    UploadState.COMPLETE: frozenset({UploadState.USED, UploadState.EXPIRED}),
    UploadState.USED: frozenset(),
    UploadState.EXPIRED: frozenset(),
}


class DisposalState(models.TextChoices):
    """Where a proposal to remove files stands."""

    PROPOSED = "proposed", _("Proposed")
    DONE = "done", _("Files removed")
    REFUSED = "refused", _("Not agreed")
    WITHDRAWN = "withdrawn", _("Taken back")


DISPOSAL_MOVES: Moves = {
    DisposalState.PROPOSED: frozenset({DisposalState.DONE, DisposalState.REFUSED, DisposalState.WITHDRAWN}),
    DisposalState.DONE: frozenset(),
    DisposalState.REFUSED: frozenset(),
    DisposalState.WITHDRAWN: frozenset(),
}
