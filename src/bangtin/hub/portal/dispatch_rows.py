"""Dispatches as pages show them: rows, the month's supply by receiver, lines with what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.accounts.models import User
from bangtin.hub.kit import clock
from bangtin.hub.portal import content_rows, formats, places, previews
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations.models import Instrument
from bangtin.hub.schedules.models import Dispatch
from bangtin.hub.schedules.queries import dispatches as found
from bangtin.hub.schedules.queries.dispatches import Line
from bangtin.hub.schedules.states import DispatchState


@dataclass(frozen=True)
class DispatchRow:
    """A dispatch in a list."""

    href: str
    title: str
    detail: str
    state: str
    is_mine: bool


@dataclass(frozen=True)
class Supply:
    """Whether a receiver has this month's supply: its dispatches, and where to make one."""

    name: str
    rows: tuple[DispatchRow, ...]
    add_href: str


@dataclass(frozen=True)
class LineRow:
    """One programme of a dispatch; `tell_href` where its receiver may say what became of it."""

    number: int
    title: str
    href: str
    detail: str
    image: str
    icon: str
    outcome: str
    words: str
    tell_href: str


@dataclass(frozen=True)
class ReadyRow:
    """A ready programme to choose: its key, what the lead agency decided on it before."""

    key: str
    title: str
    detail: str
    image: str
    icon: str
    is_library: bool
    selection: str
    href: str


def row(one: Dispatch, *, own: frozenset[str], today: date, lines_count: int | None = None) -> DispatchRow:
    """A dispatch from the side of who reads it."""
    is_mine = one.receiver_id in own
    count = getattr(one, "lines_count", 0) if lines_count is None else lines_count
    other = one.sender.name(today) if is_mine else one.receiver.name(today)
    parts = [one.number, ngettext("%(n)d programme", "%(n)d programmes", count) % {"n": count}]
    if one.is_taken:
        parts.append(_("taken from the common library"))
    elif one.month:
        parts.append(_("supply of %(month)s") % {"month": f"{one.month:%m/%Y}"})
    parts.append(formats.day_clock(one.sent_at))
    return DispatchRow(reverse("dispatch", args=[one.pk]), other, " · ".join(parts), one.state, is_mine)


def heading(rows: Sequence[Dispatch], own: frozenset[str]) -> str:
    """What waits: to acknowledge for a receiver, not acknowledged for the sender."""
    waiting = [one for one in rows if one.state == DispatchState.SENT]
    mine = sum(one.receiver_id in own for one in waiting)
    if mine:
        return ngettext("%(n)d dispatch to acknowledge", "%(n)d dispatches to acknowledge", mine) % {"n": mine}
    if waiting:
        n = len(waiting)
        return ngettext("%(n)d dispatch not acknowledged", "%(n)d dispatches not acknowledged", n) % {"n": n}
    return _("Every dispatch is acknowledged") if rows else _("No dispatch yet")


def supplies(instrument: Instrument, *, today: date) -> list[Supply]:
    """This month's supply of each receiver that runs a cluster; of every one where nobody runs any."""
    sent = found.supplied(instrument.pk, today)
    running = found.operators(instrument.pk, on=today)
    everyone = found.receivers(instrument.pk, on=today, running=running)
    return [
        Supply(
            one.name(today),
            tuple(row(each, own=frozenset(), today=today) for each in sent.get(one.pk, ())),
            places.with_query(reverse("dispatch-add"), cho=one.pk, **{"van-ban": instrument.pk}),
        )
        for one in everyone
        if not running or one.pk in running
    ]


def lines(rows: Sequence[Line], *, may_tell: bool, is_linked: bool, today: date) -> list[LineRow]:
    """The contents list with what became of each line."""
    return [
        LineRow(
            number=number,
            title=one.row.version.title,
            href=reverse("programme", args=[one.row.version.programme.code]) if is_linked else "",
            detail=" · ".join(_about(one.row.version, today)),
            image=previews.poster(one.row.version) if is_linked else "",
            icon=previews.icon(one.row.version),
            outcome=one.outcome,
            words=_outcome_words(one),
            tell_href=reverse("dispatch-tell", args=[one.row.dispatch_id, one.row.pk])
            if may_tell and one.outcome != found.PLACED
            else "",
        )
        for number, one in enumerate(rows, start=1)
    ]


def ready(rows: Sequence[ProgrammeVersion], *, today: date) -> list[ReadyRow]:
    """Ready programmes to choose from."""
    return [
        ReadyRow(
            key=str(one.pk),
            title=one.title,
            detail=" · ".join(_about(one, today)),
            image=previews.poster(one),
            icon=previews.icon(one),
            is_library=bool(getattr(one, "is_in_library", False)),
            selection=_selection(one),
            href=reverse("dispatch-select", args=[one.pk]),
        )
        for one in rows
    ]


def waiting(user: User, *, now: datetime, today: date) -> list[DispatchRow]:
    """What waits for the account: to acknowledge, else sent three days ago and not acknowledged yet."""
    own = found.receiving(user, at=now)
    mine = [row(one, own=own, today=today) for one in found.to_acknowledge(user, at=now)] if own else []
    late = [
        row(one, own=own, today=today)
        for one in found.not_acknowledged(user, at=now)
        if one.receiver_id not in own and (now - one.sent_at).days >= 3
    ]
    return [*mine, *late]


def _about(version: ProgrammeVersion, today: date) -> list[str]:
    parts = [
        version.programme.code,
        version.programme.agency.name(today),
        content_rows.kind_and_length(version),
        formats.language(version.language),
    ]
    return [part for part in parts if part]


def _outcome_words(one: Line) -> str:
    if one.outcome == found.PLACED and one.first_at and one.last_at:
        slots = ngettext("%(n)d slot", "%(n)d slots", one.slots) % {"n": one.slots}
        first, last = clock.local_date(one.first_at), clock.local_date(one.last_at)
        return f"{slots}, {formats.day(first)}" + (f" – {formats.day(last)}" if last != first else "")
    return one.row.reason


def _selection(version: ProgrammeVersion) -> str:
    """A word for the badge: suitable, shared, not suitable, or nothing decided."""
    is_selected = getattr(version, "is_selected", None)
    if is_selected is None:
        return "open"
    if not is_selected:
        return "unsuitable"
    return "shared" if getattr(version, "is_in_library", False) else "suitable"
