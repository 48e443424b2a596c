"""The one shape of every benchmark's answer."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from bangtin.hub.config import machine


@dataclass(frozen=True)
class Result:
    """Measured `figures`, the `baseline` measured beside them, their `ratios`, and the `bounds` no figure may pass.

    `is_full_size` is false for a shortened run, which never holds. Units are in the names of the figures.
    """

    name: str
    figures: Mapping[str, float]
    baseline: Mapping[str, float]
    ratios: Mapping[str, float]
    bounds: Mapping[str, float]
    is_full_size: bool = True

    @property
    def holds(self) -> bool:
        """Whether it ran at full size and every bounded figure was measured and stays within its bound."""
        within = all(name in self.figures and self.figures[name] <= bound for name, bound in self.bounds.items())
        return self.is_full_size and within

    def to_object(self) -> dict[str, Any]:
        """The answer as JSON takes it."""
        values = asdict(self)
        del values["is_full_size"]
        return {**values, "holds": self.holds, "machine": machine.description()}
