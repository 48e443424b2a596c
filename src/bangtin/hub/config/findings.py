"""One thing that `bangtin doctor` looked at, and what it means."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What a finding means for the installation."""

    GOOD = "good"
    OPTIONAL = "optional"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `cure` is a command or a short instruction, empty when all is well."""

    name: str
    state: State
    message: str
    cure: str = ""
