"""What would have to give for minimums that a day lacks, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from bangtin.hub.schedules.compiler import Share, ShareKind
from bangtin.hub.schedules.compiler.shortage import Gives, Relief, explain_shortage
from bangtin.hub.schedules.queries.layouts import DayLayout, GroupLayout

_MINUTE_MS = 60_000


@dataclass(frozen=True)
class Told:
    """One way out and the sentence that says it."""

    relief: Relief
    says: str


def reliefs_of(day: DayLayout) -> Iterator[Told]:
    """The ways out of each minimum and least share that the day lacks; each is enough by itself.

    Raises: compiler.counts.NoSolver where others compete and the extra `ortools` is not installed.
    """
    for group in day.groups:
        for relief in explain_shortage(group.day, group.layout):
            yield Told(relief, _sentence(relief, group))


def _sentence(relief: Relief, group: GroupLayout) -> str:
    placement = group.placements.get(relief.entry)
    lacking = group.placements.get(relief.lack.entry)
    given = {
        "title": placement.version.title if placement else relief.entry,
        "now": relief.now,
        "needed": relief.needed,
        "seconds": -(-relief.needed // 1000),
        "minutes": -(-(relief.needed - relief.now) // _MINUTE_MS),
        "percent": f"{relief.needed / 10:g}",
        "kind": _kind(relief.share),
        "hours": ", ".join(f"{hour:02d}:00–{hour + 1:02d}:00" for hour in relief.hours),
    }
    told = _wide(relief, given) if relief.gives is Gives.WIDEN_WINDOW else _WORDS[relief.gives]() % given
    return f"“{lacking.version.title}”: {told}" if lacking and lacking is not placement else told


def _wide(relief: Relief, given: dict[str, object]) -> str:
    if relief.hours:
        return _("Let “%(title)s” also play at %(hours)s.") % given
    return _("Widen the hours of “%(title)s” by %(minutes)s minutes.") % given


def _kind(share: Share | None) -> str:
    if share is None:
        return ""
    return _("advertising") if share.kind == ShareKind.ADVERTISING else f"“{share.key}”"


_WORDS = {
    Gives.LOWER_MIN_DAY: lambda: _("Ask for %(needed)s plays of “%(title)s” a day instead of %(now)s."),
    Gives.LOWER_MIN_HOUR: lambda: _("Ask for %(needed)s plays of “%(title)s” an hour instead of %(now)s."),
    Gives.LOWER_LEAST: lambda: _("Lower the least share of %(kind)s to %(percent)s %%."),
    Gives.RAISE_MAX_DAY: lambda: _("Allow %(needed)s plays of “%(title)s” a day instead of %(now)s."),
    Gives.RAISE_MAX_HOUR: lambda: _("Allow %(needed)s plays of “%(title)s” an hour instead of %(now)s."),
    Gives.SHORTEN_GAP: lambda: _("Shorten the gap between plays of “%(title)s” to %(seconds)s s."),
    Gives.LIFT_CAP: lambda: _("Lift the cap of %(kind)s to %(percent)s %%, if it is the cluster's own."),
    Gives.OPEN_LONGER: lambda: _("Free %(minutes)s minutes more of the open hours."),
    Gives.MORE_PLACEMENTS: lambda: _("Place %(minutes)s minutes more of %(kind)s."),
    Gives.FITS: lambda: _("By its number of plays “%(title)s” fits: place it by hand."),
}
