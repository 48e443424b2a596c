"""The shape of a case: a question under a clause, and the answers a jurist expects (`rulebook.testing` says how)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bangtin.rulebook.decoding import NOWHERE, Source
from bangtin.rulebook.shapes.people import Succession

Answer = Mapping[str, str | tuple[str, ...] | None]


@dataclass(frozen=True, slots=True)
class Case:
    """One case as written."""

    name: str
    ask: str
    expect: Mapping[str, str | tuple[str, ...] | None]
    clause: str | None = None
    on: date | None = None
    as_of: str | None = None
    period: str | None = None
    obligation: str | None = None
    agency: str | None = None
    cluster: str | None = None
    slot: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    instructed: bool = False
    parameter: str | None = None
    requested_on: date | None = None
    requested_at: str | None = None
    requested_due_on: date | None = None
    waived: bool = False
    rule: str | None = None
    route: str | None = None
    group: str | None = None
    category: str | None = None
    report: str | None = None
    aired: tuple[str, ...] = ()
    advertising: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    successions: tuple[Succession, ...] = ()
    facts: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    source: Source = NOWHERE
