"""Rows of the quarter's compilation, of the focal point's list, and of an agency's own programmes on the screens."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from bangtin.hub.playlog.models import Airtime
from bangtin.hub.playlog.queries import OwnAiring
from bangtin.hub.playlog.queries.own_airing import totals
from bangtin.hub.playlog.queries.proofs import AIRED
from bangtin.hub.portal import content_rows, formats, places, previews
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.queries import focal, quarters
from bangtin.hub.schedules.queries.focal import Progress
from bangtin.rulebook.periods import Period

MOST = 200


@dataclass(frozen=True)
class ProductRow:
    """A finished product to choose: who sent it, and how many receivers have it of this quarter."""

    key: str
    title: str
    detail: str
    image: str
    icon: str
    had: str


@dataclass(frozen=True)
class ReceiverRow:
    """Who runs clusters: their names, what it was sent of this quarter."""

    name: str
    clusters: str
    sent: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class FocalRow:
    """One programme of the list; `aired_on` is the first day on which it was recorded on air."""

    title: str
    detail: str
    href: str
    state: str
    received_at: datetime
    stored_at: datetime | None
    on_air_at: datetime | None
    aired_on: date | None


@dataclass(frozen=True)
class OwnRow:
    """One programme of the agency: what is to come in words, and what aired."""

    title: str
    receipt: str
    href: str
    coming: str
    clusters: str
    plays: int
    aired_s: float
    sure_s: float
    last_on: date | None
    state: str


def products(
    versions: Sequence[ProgrammeVersion], had: Mapping[str, Collection[int]], *, today: date
) -> list[ProductRow]:
    """The products of the quarter in the order in which they came."""
    found = []
    for one in versions:
        count = sum(one.pk in got for got in had.values())
        words = ngettext("%(n)d receiver has it", "%(n)d receivers have it", count) % {"n": count} if count else ""
        parts = [one.receipt, one.programme.agency.name(today), content_rows.kind_and_length(one)]
        found.append(
            ProductRow(str(one.pk), one.title, " · ".join(parts), previews.poster(one), previews.icon(one), words)
        )
    return found


def receivers(found: Sequence[quarters.Receiver], *, today: date) -> list[ReceiverRow]:
    """Who is to have the compilation."""
    return [
        ReceiverRow(
            one.agency.name(today),
            ", ".join(cluster.short_name for cluster in one.clusters),
            tuple((row.number, reverse("dispatch", args=[row.pk])) for row in one.dispatches),
        )
        for one in found
    ]


def quarter_link(period: Period, step: int) -> tuple[str, str]:
    """The quarter before (-1) or after (1): its name and address."""
    on = period.start - timedelta(days=1) if step < 0 else period.end + timedelta(days=1)
    label = regulations.in_words(quarters.quarter(on).label)
    return label, places.with_query(reverse("dispatch-quarter"), ngay=on.isoformat())


def focal_heading(found: Sequence[Progress]) -> str:
    """What waits: to take in first, then to place."""
    received = sum(one.state == focal.RECEIVED for one in found)
    stored = sum(one.state == focal.STORED for one in found)
    if received:
        return ngettext("%(n)d programme to take in", "%(n)d programmes to take in", received) % {"n": received}
    if stored:
        return ngettext("%(n)d programme to place", "%(n)d programmes to place", stored) % {"n": stored}
    return _("Everything that came is placed or answered") if found else _("Nothing has come yet")


def first_days(found: Sequence[Progress]) -> dict[int, date]:
    """The first day on which each programme of the list aired, by the ledger."""
    programmes = {one.line.version.programme_id for one in found}
    rows = Airtime.objects.filter(version__programme__in=programmes, plays__gt=0, grade__in=AIRED).order_by()
    return dict(rows.values_list("version__programme").annotate(first=Min("on")))


def focal_row(one: Progress, *, aired: Mapping[int, date], today: date) -> FocalRow:
    """One line of the list."""
    version = one.line.version
    parts = [version.receipt, version.programme.agency.name(today), one.line.dispatch.number]
    return FocalRow(
        title=version.title,
        detail=" · ".join(parts),
        href=reverse("dispatch", args=[one.line.dispatch_id]),
        state=one.state,
        received_at=one.received_at,
        stored_at=one.stored_at,
        on_air_at=one.on_air_at,
        aired_on=aired.get(version.programme_id),
    )


def own_heading(rows: Sequence[OwnAiring]) -> str:
    """How many are scheduled, how many aired and how long."""
    if not rows:
        return _("No programme of your agency is ready yet")
    scheduled, aired, shown_ms = totals(rows)
    words = {"scheduled": scheduled, "aired": aired, "time": formats.airtime(shown_ms / 1000)}
    return _("%(scheduled)d scheduled, %(aired)d aired, %(time)s in all") % words


def own_row(one: OwnAiring, *, clusters: Mapping[str, str]) -> OwnRow:
    """One programme of the agency."""
    return OwnRow(
        title=one.version.title,
        receipt=one.version.receipt,
        href=places.programme(one.version.receipt),
        coming=_coming(one),
        clusters=", ".join(sorted(clusters.get(each, each) for each in one.clusters)),
        plays=one.plays,
        aired_s=one.aired_ms / 1000,
        sure_s=one.sure_ms / 1000,
        last_on=one.last_on,
        state="scheduled" if one.slots or one.rules else "aired" if one.plays else "",
    )


def _coming(one: OwnAiring) -> str:
    parts = []
    if one.slots and one.next_at:
        words = {"n": one.slots, "at": formats.day_clock(one.next_at)}
        parts.append(ngettext("%(n)d slot, at %(at)s", "%(n)d slots, the next at %(at)s", one.slots) % words)
    if one.rules:
        parts.append(ngettext("%(n)d placement by rule", "%(n)d placements by rule", one.rules) % {"n": one.rules})
    return "; ".join(parts) or pgettext("schedule", "nothing placed")


def carried_clause(feature: str, agencies: Collection[str]) -> str:
    """The clause that this page carries, of an instrument in use that charges one of these agencies with it."""
    for name in sorted(regulations.in_use()):
        pack = regulations.regulation(name)
        for clause in pack.clauses.values():
            is_it = clause.carried_by is not None and clause.carried_by.feature == feature
            if is_it and set(pack.members(clause.actors)) & set(agencies):
                return clause.id
    return ""
