"""A month's intake as a page shows it: what came, from whom, who still owes, until when; and a receipt's way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.models import Agency
from bangtin.hub.obligations.actions.intake import INTAKE_BATCH
from bangtin.hub.obligations.queries import SENDINGS, Duty, occurrences
from bangtin.hub.portal import content_rows
from bangtin.hub.portal.content_rows import Row
from bangtin.hub.programmes import policies, queries
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.paperwork import IntakeBatch
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Instrument

_QUARTER, _MONTH = timedelta(days=95), timedelta(days=32)


@dataclass(frozen=True)
class Sender:
    """What one agency sent for the month."""

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Batch:
    """The intake of a month. `cutoff` in words; `is_fixed` False: nobody set a day, and the page says so."""

    instrument: Instrument
    month: date
    senders: tuple[Sender, ...]
    count: int
    late: int
    missing: tuple[Duty, ...]
    has_duty: bool
    cutoff: str
    cutoff_on: date | None
    clause: str
    is_local: bool
    closed: IntakeBatch | None
    may_close: bool
    before: str
    after: str


def batch(instrument: Instrument, month: date, *, user: User, now: datetime, today: date) -> Batch:
    """The intake of the month that `month` lies in, as it stands at `now`."""
    first = month.replace(day=1)
    following = (first + timedelta(days=32)).replace(day=1)
    found = list(queries.arrived(instrument_id=instrument.pk, month=first))
    closed = IntakeBatch.objects.filter(instrument=instrument, month=first).select_related("closed_by").first()
    last = following - timedelta(days=1)
    near = occurrences(instrument.pk, from_on=first, until_on=last + _QUARTER, as_of=now)
    owed = _owed(instrument, first, last, near)
    cutoff_on, clause, is_local = _cutoff(instrument, first, owed, near)
    return Batch(
        instrument=instrument,
        month=first,
        senders=_senders(found, now=now, today=today),
        count=len(found),
        late=sum(closed is not None and one.submitted_at > closed.closed_at for one in found),
        missing=tuple(one for one in owed if not one.is_done and one.status != "waived" and not one.is_before_use),
        has_duty=bool(owed),
        cutoff=f"{cutoff_on:%d/%m/%Y}" if cutoff_on else _("not fixed yet"),
        cutoff_on=cutoff_on,
        clause=clause,
        is_local=is_local,
        closed=closed,
        may_close=closed is None
        and first <= today
        and policies.may_register(user, instrument_id=instrument.pk, on=today),
        before=_href(instrument, first - timedelta(days=1)),
        after=_href(instrument, following),
    )


def way(version: ProgrammeVersion) -> list[dict[str, object]]:
    """The stops of a version from receipt to ready, the present one marked."""
    ended = {
        VersionState.UNUSABLE: _("File unusable"),
        VersionState.RETURNED: _("Returned for revision"),
        VersionState.REJECTED: _("Rejected"),
    }
    labels = [_("Received"), _("Technical check"), _("Appraisal"), _("Confirmation"), _("Ready to air")]
    reached = {
        VersionState.SUBMITTED: 1,
        VersionState.UNUSABLE: 1,
        VersionState.RECEIVED: 2,
        VersionState.RETURNED: 2,
        VersionState.PROPOSED: 3,
        VersionState.REJECTED: 3,
        VersionState.READY: 4,
    }[VersionState(version.state)]
    if version.state in ended:
        labels = [*labels[:reached], ended[VersionState(version.state)]]
    return [
        {"label": label, "detail": "", "href": "", "is_current": index == reached, "is_done": index < reached}
        for index, label in enumerate(labels)
    ]


def _senders(found: list[ProgrammeVersion], *, now: datetime, today: date) -> tuple[Sender, ...]:
    by_agency: dict[Agency, list[Row]] = {}
    for version in found:
        by_agency.setdefault(version.programme.agency, []).append(content_rows.row(version, today=today, now=now))
    return tuple(Sender(agency.name(today), tuple(rows)) for agency, rows in by_agency.items())


def _owed(instrument: Instrument, first: date, last: date, near: Sequence[Duty]) -> list[Duty]:
    """Of the duties near the month those to send something that fall into it."""
    pack = regulations.regulation(instrument.pk)
    wanted = {one.id for one in pack.obligations if one.evidence.fact in SENDINGS}
    return [one for one in near if one.obligation_id in wanted and _falls(one, first, last)]


def _falls(duty: Duty, first: date, last: date) -> bool:
    """A monthly duty is of its own month, wherever its last day rolled to; a longer one of its last day's."""
    if duty.period.end - duty.period.start < _MONTH:
        return duty.period.start == first
    return duty.due_on is not None and first <= duty.due_on <= last


def _cutoff(
    instrument: Instrument, first: date, owed: list[Duty], near: Sequence[Duty]
) -> tuple[date | None, str, bool]:
    """The day until which things come: the receiving agency's own duty, else the first day that the senders owe."""
    pack = regulations.regulation(instrument.pk)
    own = [one for one in pack.obligations if one.evidence.fact == INTAKE_BATCH]
    if own:
        rows = [one for one in near if one.obligation_id == own[0].id and one.period.start == first]
        return (rows[0].due_on if rows else None), (own[0].due and own[0].due.clause) or own[0].clauses[0], True
    dated = sorted((one.due_on, one.clauses[0]) for one in owed if one.due_on is not None)
    return (dated[0][0], dated[0][1], False) if dated else (None, "", False)


def _href(instrument: Instrument, on: date) -> str:
    province, slug = instrument.pk.split("/", 1)
    return reverse("intake-month", kwargs={"province": province, "slug": slug, "month": f"{on:%Y-%m}"})
