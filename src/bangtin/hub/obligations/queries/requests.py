"""Events that call for an answer, and occurrences that a decision lifts; none is entered yet."""

from collections.abc import Mapping
from datetime import date

from bangtin.rulebook.evaluation import Request
from bangtin.rulebook.shapes import Regulation


def requests_for(pack: Regulation, from_on: date, until_on: date) -> Mapping[str, list[Request]]:
    """The requests under a regulation whose answer may fall into these days, by the id of the duty."""
    return {}


def waived_ids(pack: Regulation, from_on: date, until_on: date) -> set[str]:
    """The ids of occurrences that a decision with a legal basis lifts."""
    return set()
