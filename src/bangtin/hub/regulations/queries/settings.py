"""What the regulations in use leave to the province, with the value that holds and those that held."""

from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from bangtin.hub.regulations.models import LocalValue
from bangtin.hub.regulations.queries.effective import with_values
from bangtin.hub.regulations.queries.own_rows import own_rows
from bangtin.hub.regulations.queries.packs import in_words, regulation
from bangtin.rulebook import checking
from bangtin.rulebook.shapes import DatedValue, Parameter, Regulation, Unit

Written = str | tuple[str, ...] | None


@dataclass(frozen=True)
class Setting:
    """A parameter left to the province: its words, unit, clause, the value that holds (None: not fixed) and its paper.

    `rows` are all that the province ever recorded, the withdrawn ones too, newest day first.
    """

    instrument_id: str
    number: str
    parameter: str
    label: str
    unit: Unit
    clause: str
    value: Written
    since: date | None
    reference: str
    rows: tuple[LocalValue, ...]

    @property
    def is_own(self) -> bool:
        """Whether the value that holds is one that the province recorded."""
        return any(row.withdrawn_at is None and row.since == self.since for row in self.rows)


def settings_of(on: date) -> list[Setting]:
    """Every parameter that a regulation in use leaves to the province, as it stands on that day."""
    recorded: dict[tuple[str, str], list[LocalValue]] = {}
    for row in LocalValue.objects.order_by("-since", "-pk"):
        recorded.setdefault((row.instrument_id, row.parameter), []).append(row)
    found = []
    for name in own_rows().instruments:
        pack = regulation(name)
        for parameter in pack.parameters.values():
            if parameter.is_local:
                found.append(_setting(pack, parameter, recorded.get((name, parameter.id), []), on))
    return found


def _setting(pack: Regulation, parameter: Parameter, rows: list[LocalValue], on: date) -> Setting:
    holding = [dated for dated in parameter.values if dated.since <= on]
    held = holding[-1] if holding else None
    return Setting(
        instrument_id=pack.id,
        number=pack.instrument.number,
        parameter=parameter.id,
        label=in_words(parameter.label),
        unit=parameter.unit,
        clause=parameter.clause or "",
        value=held.value if held else None,
        since=held.since if held else None,
        reference=(held.reference if held else None) or "",
        rows=tuple(rows),
    )


def faults(pack: Regulation, parameter: str, given: DatedValue) -> list[str]:
    """What the loader would say against the value, in words of the page; empty if the pack stays sound."""
    changed = with_values(pack.parameters[parameter], {given.since: given})
    tried = replace(pack, parameters={**pack.parameters, parameter: changed})
    known = {str(problem) for problem in checking.problems(pack)}
    found = [problem for problem in checking.problems(tried) if str(problem) not in known]
    if not found:
        return []
    return [shape_of(changed.unit)] + [problem.expected for problem in found[1:]]


def shape_of(unit: Unit) -> str:
    """How a value of a unit is written, as a sentence."""
    return {
        Unit.COUNT: _("Write a whole number from 1 to 10,000."),
        Unit.HOUR: _("Write whole hours from 0 to 744."),
        Unit.MONTH: _("Write whole months from 1 to 10,000."),
        Unit.DAY: _("Write whole days from 1 to 10,000."),
        Unit.DAY_OF_MONTH: _("Write a day that every month has: 1 to 28."),
        Unit.MONTH_DAY: _("Write month and day, such as 12-15; not 02-29."),
        Unit.WINDOWS: _("Write windows in order that do not overlap, such as 07:30-11:00, 13:30-18:00."),
        Unit.MINUTE: _("Write whole minutes from 0 to 1440."),
        Unit.TIME: _("Write a time of day, such as 12:00."),
        Unit.READING: _("Choose one of the two readings."),
    }[unit]
