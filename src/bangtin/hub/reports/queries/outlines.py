"""The outline of a report as a flat list, each section under its full number (`II.3`)."""

from collections.abc import Sequence
from dataclasses import dataclass

from bangtin.rulebook.shapes import Figure, OutlineSection


@dataclass(frozen=True)
class Heading:
    """A section of the outline: full number, number and heading as printed, depth from 1, our figures."""

    number: str
    printed: str
    heading: str
    depth: int
    clause: str
    is_written: bool
    figures: tuple[Figure, ...]


def flat(outline: Sequence[OutlineSection], *, above: str = "", depth: int = 1) -> list[Heading]:
    """Every section in order. Headings are in Vietnamese, as the regulation prints them."""
    found = []
    for section in outline:
        number = f"{above}.{section.number}" if above else section.number
        found.append(
            Heading(
                number=number,
                printed=section.number,
                heading=section.heading.vi,
                depth=depth,
                clause=section.clause or "",
                is_written=section.text_field is not None,
                figures=section.figures,
            )
        )
        found += flat(section.sections, above=number, depth=depth + 1)
    return found
