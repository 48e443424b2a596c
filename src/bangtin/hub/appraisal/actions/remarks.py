"""Remarks at a moment: made on the bench by who may appraise, taken back by their author, sent with the decision."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import Post, User
from bangtin.hub.appraisal import policies
from bangtin.hub.appraisal.paperwork import Remark
from bangtin.hub.kit import audit, clock
from bangtin.hub.kit.errors import NotFound, Refusal, StaleState
from bangtin.hub.kit.policies import require
from bangtin.hub.programmes.actions import wording
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState

TEXT_LEAST, TEXT_MOST = 3, 1_000
_THOUSAND = 1000
_OPEN = (VersionState.RECEIVED, VersionState.PROPOSED)


class RemarkUnusable(Refusal):
    """A remark without words, or at a moment the content does not have."""

    code = "BT-APPR-022"


def remark(
    *,
    version: ProgrammeVersion,
    at_ms: int,
    text: str,
    actor: User,
    at: datetime,
    geometry: str = "",
    spot: Mapping[str, int] | None = None,
    is_shared: bool = True,
) -> Remark:
    """Keep what an officer says of one moment of a version that is being appraised.

    `at_ms` counts from the beginning; `spot` is {"x", "y", "w", "h"} in thousandths of the picture of `geometry`.

    Raises: NotPermitted, RemarkUnusable, StaleState.
    """
    post = _post(actor, version, at=at)
    _require_open(version)
    row = Remark(
        version=version,
        at_ms=_moment(version, at_ms),
        geometry=geometry if version.renditions.filter(geometry=geometry).exists() else "",
        spot=_spot(spot),
        text=_words(text),
        is_shared=is_shared,
        officer=actor,
        agency=post.agency,
        made_at=at,
    )
    with transaction.atomic(durable=True):
        row.save(force_insert=True)
        audit.record("remark.made", version, actor=actor, at=at, receipt=version.receipt, at_ms=row.at_ms)
    return row


def withdraw(*, version: ProgrammeVersion, remark_id: int, actor: User, at: datetime) -> None:
    """Take one's own remark back before it has gone to the sender.

    Raises: NotPermitted, NotFound for another's remark, StaleState.
    """
    _post(actor, version, at=at)
    _require_open(version)
    with transaction.atomic(durable=True):
        mine = version.remarks.filter(pk=remark_id, officer=actor, withdrawn_at=None)
        if not mine.update(withdrawn_at=at):
            raise NotFound(_("There is no such remark of yours."), subject=version.receipt)
        audit.record("remark.withdrawn", version, actor=actor, at=at, receipt=version.receipt, remark=remark_id)


def _post(actor: User, version: ProgrammeVersion, *, at: datetime) -> Post:
    post = policies.appraiser_post(actor, version.programme.instrument_id, on=clock.local_date(at))
    may = post is not None and not policies.is_own(actor, version)
    require(may, message=_("Only an officer who may appraise this programme remarks on it."))
    assert post is not None
    return post


def _require_open(version: ProgrammeVersion) -> None:
    if version.state not in _OPEN:
        raise StaleState(
            _("%(receipt)s is decided on, or not checked yet; the remark was not kept.") % {"receipt": version.receipt},
            _("Load the page again and look at the present state."),
            subject=version.receipt,
        )


def _moment(version: ProgrammeVersion, at_ms: int) -> int:
    longest = max((one.duration_ms for one in version.renditions.all()), default=0)
    if not 0 <= at_ms <= max(longest, version.still_ms if not longest else 0):
        raise RemarkUnusable(
            _("The content has no such moment; the remark was not kept."),
            _("Choose a moment with the player, then remark."),
            subject=version.receipt,
            fields={"at": _("Choose a moment with the player, then remark.")},
        )
    return at_ms


def _spot(spot: Mapping[str, int] | None) -> dict[str, int] | None:
    """The part of the picture, kept inside it; None where it is the whole."""
    if not spot:
        return None
    x, y = (min(max(int(spot.get(name, 0)), 0), _THOUSAND) for name in ("x", "y"))
    w, h = (min(max(int(spot.get(name, 0)), 0), _THOUSAND) for name in ("w", "h"))
    return {"x": x, "y": y, "w": min(w, _THOUSAND - x), "h": min(h, _THOUSAND - y)}


def _words(text: str) -> str:
    try:
        return wording.clean(text, longest=TEXT_MOST, least=TEXT_LEAST, is_multiline=True)
    except wording.BadWords as error:
        raise RemarkUnusable(
            _("The remark was not kept: its words are missing or not usable."), str(error), fields={"text": str(error)}
        ) from error
