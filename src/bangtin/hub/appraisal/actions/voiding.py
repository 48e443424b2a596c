"""Decisions that fall when the content is not the one they were made on."""

from datetime import datetime

from django.db import transaction

from bangtin.hub.appraisal import routes
from bangtin.hub.appraisal.actions import common
from bangtin.hub.kit import audit, clock, workflow
from bangtin.hub.programmes import queries as programmes_queries
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import MOVES, VersionState


def void_if_changed(*, version: ProgrammeVersion, at: datetime) -> bool:
    """Take decisions back that were made on another content: PROPOSED and READY fall back to RECEIVED; say whether.

    So do those on a language edition whose original says something else by now.

    The stored digest becomes that of the content as it is now, so that the officers decide on what they see; the
    version waits for the first step of its route.
    """
    with transaction.atomic(durable=True):
        common.lock(version)
        before, now = version.content_digest, programmes_queries.content_digest(version)
        bound = version.decisions.order_by("-decided_at", "-id").values_list("content_digest", flat=True).first()
        is_bound = now == before == bound and not programmes_queries.is_stale(version)
        if version.state not in (VersionState.PROPOSED, VersionState.READY) or is_bound:
            return False
        first = routes.plan(version, clock.local_date(at))[0]
        desk = common.desk_of(version, first.agency_ids)
        step = routes.first_step(first)
        workflow.move(version, MOVES, to=VersionState.RECEIVED, content_digest=now, awaits=step, desk_id=desk)
        audit.record("decision.voided", version, actor=None, at=at, before=bound, after=now)
    return True
