"""Hands out the whole file of a programme as one package, and keeps who took it."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import Role, User
from bangtin.hub.accounts.queries import has_any_role
from bangtin.hub.appraisal import policies as appraisal
from bangtin.hub.kit import audit, clock, packing
from bangtin.hub.kit.policies import require
from bangtin.hub.playlog.queries import package
from bangtin.hub.programmes import policies, queries
from bangtin.hub.programmes.models import Programme
from bangtin.hub.programmes.states import VersionState

TYPE = "bangtin.programme-file.v1"
_ROLES = (Role.APPRAISER, Role.REPORTER, Role.LEADER)


def may_take(actor: User, programme: Programme, *, on: date) -> bool:
    """Appraisers, reporters and leaders who see every version; what is only proposed leaves with appraisers alone."""
    if not has_any_role(actor, _ROLES, on=on):
        return False
    versions = queries.every_version(programme.code)
    sight = policies.sight(actor, on=on)
    if not all(sight.sees(one) for one in versions):
        return False
    is_open = any(one.state == VersionState.PROPOSED for one in versions)
    return not is_open or appraisal.appraiser_post(actor, programme.instrument_id, on=on) is not None


def hand_out(*, programme: Programme, actor: User | None, at: datetime) -> Iterator[bytes]:
    """The package's bytes, made as they are read; that it was taken is kept before the first of them.

    `actor` is None for the machine's own operator (`bangtin programme export`).
    Raises: NotPermitted.
    """
    if actor is not None:
        allowed = may_take(actor, programme, on=clock.local_date(at))
        require(allowed, message=_("Your post does not take the whole file of this programme."))
    with transaction.atomic(durable=True):
        audit.record("programme.exported", programme, actor=actor, at=at, code=programme.code)
    about: dict[str, object] = {
        "type": TYPE,
        "code": programme.code,
        "made_at": at.isoformat(),
        "missing": package.missing(programme),
    }
    return packing.stream(package.members(programme, at=at), about=about, at=at)
