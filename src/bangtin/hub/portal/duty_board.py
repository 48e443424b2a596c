"""The matrix of duties: agencies by months, many agencies of one duty gathered into one row (ui 4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bangtin.hub.obligations.queries import Duty
from bangtin.hub.portal import charts, places
from bangtin.rulebook import citations

# status of a duty → badge and cell
BADGE = {
    "done": "done",
    "done_late": "late",
    "due": "due",
    "due_soon": "due",
    "overdue": "overdue",
    "not_yet": "ahead",
    "waived": "waived",
    "not_fixed": "undated",
    "requested": "requested",
}
_CELL = {**BADGE, "waived": "undated", "requested": "undated", "due": "ahead"}
# the worst first: what a cell that stands for many agencies shows
_RANK = ("overdue", "due_soon", "done_late", "requested", "not_fixed", "due", "not_yet", "waived", "done")
UNKNOWN = "\N{EN DASH}"
GATHER_FROM = 4


def badge_state(duty: Duty) -> str:
    """The badge of a duty: `due` is told only once it is near; before use nobody can say."""
    return "ahead" if duty.is_before_use or duty.status == "due" else BADGE.get(duty.status, "undated")


def is_hot(duty: Duty) -> bool:
    """Whether a person has to do something now."""
    return not duty.is_before_use and duty.status in {"overdue", "due_soon"}


def headline(found: Sequence[Duty]) -> str:
    """The title of the page is the answer: `1 nghĩa vụ quá hạn, 2 sắp đến hạn`."""
    overdue = sum(one.status == "overdue" and not one.is_before_use for one in found)
    soon = sum(one.status == "due_soon" and not one.is_before_use for one in found)
    late = ngettext("%(n)d duty overdue", "%(n)d duties overdue", overdue) % {"n": overdue}
    near = ngettext("%(n)d due soon", "%(n)d due soon", soon) % {"n": soon}
    if overdue and soon:
        return f"{late}, {near}"
    if overdue:
        return late
    if soon:
        return _("Nothing overdue, %(near)s") % {"near": near}
    return _("Nothing overdue, nothing due soon") if found else _("No duty in this year")


def place(clause_id: str) -> str:
    """The printed place of a clause: `15.1` for `cao-bang/15.1-2`; our ordinals are never cited."""
    return citations.parse(clause_id).place


@dataclass(frozen=True)
class _Line:
    label: str
    detail: str
    duties: tuple[Duty, ...]
    is_many: bool = False


def rows(found: Sequence[Duty], *, year: int, is_apart: bool) -> list[charts.Row]:
    """One row an agency and duty; unless `is_apart`, a duty of many agencies is one row with `met/all` in its cell."""
    return [_row(line, year=year) for line in _lines(found, is_apart=is_apart)]


def _lines(found: Sequence[Duty], *, is_apart: bool) -> Iterable[_Line]:
    by_duty: dict[str, dict[str, list[Duty]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        by_duty[one.obligation_id][one.agency_id].append(one)
    for agencies in by_duty.values():
        every = [one for some in agencies.values() for one in some]
        if len(agencies) >= GATHER_FROM and not is_apart:
            label = ngettext("%(n)d agency", "%(n)d agencies", len(agencies)) % {"n": len(agencies)}
            yield _Line(label, every[0].title, tuple(every), is_many=True)
            continue
        for some in agencies.values():
            yield _Line(some[-1].agency_name, some[0].title, tuple(some))


def _row(line: _Line, *, year: int) -> charts.Row:
    by_month: Mapping[int, list[Duty]] = _by_month(line.duties, year)
    cells = tuple(_cell(by_month.get(month, []), is_many=line.is_many, year=year) for month in range(1, 13))
    first = line.duties[0]
    clause = first.clauses[0]
    return charts.Row(line.label, line.detail, cells, place(clause), places.clause(clause, first.instrument_id))


def _by_month(found: Iterable[Duty], year: int) -> dict[int, list[Duty]]:
    by_month: dict[int, list[Duty]] = defaultdict(list)
    for one in found:
        # a period that ends in December may fall due in January: it stays in its year's last column
        by_month[12 if one.due_on and one.due_on.year > year else one.month].append(one)
    return by_month


def _cell(some: Sequence[Duty], *, is_many: bool, year: int) -> charts.Cell:
    if not some:
        return charts.Cell("none")
    if not is_many:
        return _single(some[0])
    known = [one for one in some if not one.is_before_use]
    if not known:
        return charts.Cell("ahead", UNKNOWN, _gathered(some[0], year), _("Before this system was used: not known"))
    worst = min((one.status for one in known), key=_RANK.index)
    met = sum(one.is_done for one in known)
    title = _("%(met)d of %(all)d agencies done") % {"met": met, "all": len(known)}
    return charts.Cell(_CELL[worst], f"{met}/{len(known)}", _gathered(some[0], year), title)


def _gathered(duty: Duty, year: int) -> str:
    return places.duties(nam=year, **{"nghia-vu": duty.obligation_id})


def _single(duty: Duty) -> charts.Cell:
    if duty.is_before_use:
        return charts.Cell("ahead", UNKNOWN, places.duty(duty.id), _("Before this system was used: not known"))
    text = str(duty.found)
    if duty.needed > 1 or (duty.status in {"done_late", "due_soon", "overdue"} and duty.needed):
        text = f"{duty.found}/{duty.needed}"
    if duty.status == "overdue" and duty.days_late:
        text = f"+{duty.days_late}"
    if duty.status in {"not_yet", "due"} and not duty.found:
        text = ""
    return charts.Cell(_CELL[duty.status], text, places.duty(duty.id), f"{duty.period_label}: {duty.reading}")


def by_urgency(found: Iterable[Duty]) -> list[Duty]:
    """What needs a hand: overdue first, then by the last day on time."""
    hot = [one for one in found if is_hot(one)]
    return sorted(hot, key=lambda one: (one.status != "overdue", one.due_on or date.max, one.agency_name))


@dataclass(frozen=True)
class Gathered:
    """Duties of one kind and state that are told as one; `rest` are those beside the first, behind a fold."""

    first: Duty
    label: str
    detail: str
    rest: tuple[Duty, ...] = ()
    href: str = ""

    @property
    def count(self) -> int:
        """How many it stands for."""
        return 1 + len(self.rest)


SHOWN_IN_FOLD = 60


def gathered(hot: Sequence[Duty]) -> list[Gathered]:
    """What needs a hand, the most urgent first; a duty of many weeks or many agencies is one entry.

    A weekly duty that nobody answered for half a year must not hide what falls due tomorrow.
    """
    groups: dict[tuple[str, str], list[Duty]] = defaultdict(list)
    for one in hot:
        groups[one.obligation_id, one.status].append(one)
    found: list[Gathered] = []
    for some in groups.values():
        agencies: dict[str, list[Duty]] = defaultdict(list)
        for one in some:
            agencies[one.agency_id].append(one)
        if len(agencies) >= GATHER_FROM:
            found.append(_together(some, len(agencies)))
            continue
        for own in agencies.values():
            found += [_repeated(own)] if len(own) >= GATHER_FROM else [_alone(one) for one in own]
    order = {one.id: place for place, one in enumerate(hot)}
    return sorted(found, key=lambda one: order[one.first.id])


def _alone(duty: Duty) -> Gathered:
    return Gathered(duty, duty.agency_name, f"{duty.title}, {duty.period_label}. {duty.reading}")


def _repeated(some: Sequence[Duty]) -> Gathered:
    first, last = some[0], some[-1]
    times = ngettext("%(n)d time", "%(n)d times", len(some)) % {"n": len(some)}
    detail = _("%(duty)s: %(times)s, from %(first)s to %(last)s") % {
        "duty": first.title,
        "times": times,
        "first": first.period_label,
        "last": last.period_label,
    }
    href = places.duties(nam=first.period.end.year, **{"co-quan": first.agency_id, "nghia-vu": first.obligation_id})
    return Gathered(first, first.agency_name, detail, tuple(some[1:]), href)


def _together(some: Sequence[Duty], agencies: int) -> Gathered:
    label = ngettext("%(n)d agency", "%(n)d agencies", agencies) % {"n": agencies}
    first = some[0]
    detail = f"{first.title}, {first.period_label}. {first.reading}"
    if len(some) > agencies:
        times = ngettext("%(n)d time", "%(n)d times", len(some)) % {"n": len(some)}
        detail = _("%(duty)s: %(times)s, from %(first)s to %(last)s") % {
            "duty": first.title,
            "times": times,
            "first": first.period_label,
            "last": some[-1].period_label,
        }
    href = places.duties(nam=first.period.end.year, **{"nghia-vu": first.obligation_id, "trang-thai": first.status})
    return Gathered(first, label, detail, tuple(some[1:]), href)
