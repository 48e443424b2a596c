"""The one shape that everything countable is brought into."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """What one database row adds to one figure.

    `amount` is 1 for a count and milliseconds for unit "second". `source` is (model label, id). `marks` are what the
    figure may be shown by (agency, language, category, cluster). Rows with the same `once` count as one.
    """

    figure: str
    unit: str
    amount: int
    source: tuple[str, str]
    marks: Mapping[str, str] = field(default_factory=dict)
    once: str = ""
