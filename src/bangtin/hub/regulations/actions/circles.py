"""Successions that lead back to where they began name nobody: refused, whether pack or province entered them."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from bangtin.hub.agencies.models import Agency
from bangtin.hub.kit.errors import Refusal
from bangtin.rulebook.shapes import Regulation, Succession


class SuccessionCircle(Refusal):
    """Successions lead from an agency back to itself, so that nobody would answer for its duties."""

    code = "BT-SUCCESSION-002"


def refuse_circles(pack: Regulation) -> None:
    """Pass if no succession that holds under the pack leads back to where it began.

    Raises: SuccessionCircle, naming the agencies in the order they follow each other.
    """
    refuse_circle(pack.successions)


def refuse_circle(rows: Iterable[Succession]) -> None:
    """Pass if none of these rows lead back to where they began.

    Raises: SuccessionCircle.
    """
    found = circle(rows)
    if found is None:
        return
    names = {row.pk: row.name() for row in Agency.objects.filter(pk__in=found).prefetch_related("names")}
    raise SuccessionCircle(
        _("These successions lead in a circle: %(names)s. Nobody would answer for the duties of these agencies.")
        % {"names": " → ".join(names.get(name, name) for name in found)},
        _("Withdraw the succession that is wrong, or correct the regulation's file agencies.yaml."),
        subject=found[0],
    )


def circle(rows: Iterable[Succession]) -> tuple[str, ...] | None:
    """The first way from an agency back to itself, the agency at both ends; None if there is none."""
    following: dict[str, list[str]] = {}
    for row in rows:
        if row.successor is not None:
            following.setdefault(row.predecessor, []).append(row.successor)
    for start in following:
        found = _back(start, following)
        if found is not None:
            return found
    return None


def _back(start: str, following: dict[str, list[str]]) -> tuple[str, ...] | None:
    ways: list[tuple[str, ...]] = [(start,)]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        for name in following.get(way[-1], ()):
            if name == start:
                return (*way, start)
            if name not in seen:
                seen.add(name)
                ways.append((*way, name))
    return None
