"""Shapes of appraisal: the points an officer answers by hand, and grounds that officers often give."""

from __future__ import annotations

from dataclasses import dataclass

from bangtin.rulebook.decoding import NOWHERE, Source
from bangtin.rulebook.texts import Text


@dataclass(frozen=True, slots=True)
class Criterion:
    """One point that an appraising officer answers before content is approved.

    `nature` is always person: somebody looks and answers, no machine classifies content. `is_mandatory`: no approval
    without its answer. `may_not_apply`: "does not apply" is an answer too. `categories`: only for content of these
    kinds and their branches (none: for all).
    """

    id: str
    clause: str
    text: Text
    is_mandatory: bool = True
    may_not_apply: bool = False
    nature: str = "person"
    categories: tuple[str, ...] = ()
    note: Text | None = None
    source: Source = NOWHERE


@dataclass(frozen=True, slots=True)
class GroundsTemplate:
    """Common grounds of a decision, to be put into the officer's own words; `outcome`: returned, rejected, approved."""

    id: str
    outcome: str
    text: Text
    clause: str | None = None
    source: Source = NOWHERE
