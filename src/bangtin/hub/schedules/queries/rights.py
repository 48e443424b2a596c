"""Whether the rights that a sender stated reach over the days on which a version is to air."""

from dataclasses import dataclass
from datetime import date

from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations

# what every pack calls the point of its list by which rights are appraised
_CRITERION = "rights"


@dataclass(frozen=True)
class RightsBreach:
    """The day on which the rights end (or begin: `is_end` false), and the clause that asks for them."""

    on: date
    is_end: bool
    clause: str


def breach(version: ProgrammeVersion, first: date, last: date) -> RightsBreach | None:
    """What keeps a version from airing on all days from `first` to `last`, both included; None if nothing."""
    facts = getattr(version, "facts", None)
    if facts is None:
        return None
    if facts.rights_until is not None and last > facts.rights_until:
        return RightsBreach(facts.rights_until, True, clause(version.programme.instrument_id))
    if facts.rights_from is not None and first < facts.rights_from:
        return RightsBreach(facts.rights_from, False, clause(version.programme.instrument_id))
    return None


def clause(instrument_id: str) -> str:
    """The clause by which rights are appraised under an instrument, or an empty string."""
    criteria = regulations.regulation(instrument_id).criteria
    return next((one.clause or "" for one in criteria if one.id.rpartition("/")[2] == _CRITERION), "")
