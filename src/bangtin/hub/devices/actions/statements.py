"""Officers' decisions as signed statements: what a screen counts before it shows an item (trust B.3)."""

import hashlib
from datetime import timedelta

from bangtin.bundle import dsse
from bangtin.bundle.approvals import Statement, join_lines
from bangtin.bundle.publishing import Keys
from bangtin.hub.appraisal import queries as appraisal
from bangtin.hub.appraisal.models import Decision
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.queries import officer_id
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.schedules.models import BulletinClass

# How long an approval counts on a screen that hears nothing new: a year, and a day for leap years.
VALID = timedelta(days=366)


def approvals_file(versions: list[ProgrammeVersion], *, keys: Keys) -> tuple[bytes, int]:
    """`approvals.jsonl` for these versions, and how many lines it has."""
    signers = keys.of("approvals")
    lines = [
        dsse.sign("approval", statement(decision).payload(), signers)
        for version in versions
        for decision in appraisal.approvals(version)
    ]
    return join_lines(lines), len(lines)


def statement(decision: Decision) -> Statement:
    """The decision in the bundle's words; the grounds stay here, their digest goes along."""
    version = decision.version
    programme = version.programme
    highest = BulletinClass.PRIORITY if programme.is_urgent else BulletinClass.ORDINARY
    return Statement(
        id=f"d{decision.pk}",
        content=decision.content_digest,
        language=version.language,
        class_=str(highest),
        step=decision.step,
        decision=decision.outcome,
        officer=officer_id(decision.officer),
        post="appraiser",
        agency=decision.agency_id,
        at=decision.decided_at,
        instrument=Instrument.objects.get(pk=programme.instrument_id).number,
        clause=decision.clause,
        clusters=tuple(sorted(programme.clusters.values_list("id", flat=True))),
        until_at=decision.decided_at + VALID,
        grounds=hashlib.sha256(decision.grounds.encode()).hexdigest(),
    )
