"""On whose account a line was played: the slots, placements and versions that its words lead to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bangtin.bundle.playlog import Line
from bangtin.hub.playlog.queries import facts
from bangtin.hub.schedules import queries as schedules

_SLOTS = "SELECT id, cluster_id, is_outside_hours FROM schedules_slot WHERE id IN "
_PLACEMENTS = "SELECT id FROM schedules_placement WHERE id IN "
_VERSIONS = (
    "SELECT v.content_digest, v.id, p.category FROM programmes_programmeversion v"
    " JOIN programmes_programme p ON p.id = v.programme_id WHERE v.content_digest IN "
)
_DECIDED = (
    "SELECT d.content_digest, v.id, p.category FROM appraisal_decision d"
    " JOIN programmes_programmeversion v ON v.id = d.version_id"
    " JOIN programmes_programme p ON p.id = v.programme_id WHERE d.content_digest IN "
)


@dataclass(frozen=True, slots=True)
class Turn:
    """The slot of a record."""

    pk: int
    is_outside_hours: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The version that a content digest was approved as, and the category its programme was sent under."""

    pk: int
    category: str


@dataclass(frozen=True)
class Owners:
    """Slots and placements by the name a line has for them, versions by content digest."""

    slots: dict[str, Turn]
    placements: dict[str, int]
    versions: dict[str, Shown]


def plain(text: str) -> str:
    """Without the one character that PostgreSQL's text cannot hold; the signed bytes keep it."""
    return text.replace("\0", "")


def owners(parts: Sequence[tuple[str, Sequence[Line]]]) -> list[Owners]:
    """What the names in each part's lines lead to, if there are such rows; a part is a cluster's id and lines."""
    names = [{line.slot for line in lines} - {""} for _cluster, lines in parts]
    slots = _slots(set().union(*names))
    placements = _placements(set().union(*names))
    # a version by the digest that was approved: names travel with the content, so that records outlive deletions
    digests = {plain(line.content) for _cluster, lines in parts for line in lines} - {""}
    versions = _by_digest(_VERSIONS, digests, "v.id")
    versions |= _by_digest(_DECIDED, digests - versions.keys(), "d.id")
    return [Owners(slots.get(cluster_id, {}), placements, versions) for cluster_id, _lines in parts]


def _slots(names: Iterable[str]) -> dict[str, dict[str, Turn]]:
    """Cluster to name to slot: a line speaks of slots of its own cluster only."""
    numbers = sorted({number for name in names if (number := schedules.slot_id(name)) is not None})
    found: dict[str, dict[str, Turn]] = {}
    if numbers:
        for pk, cluster_id, is_outside in facts.rows(_SLOTS + facts.places(len(numbers)), *numbers):
            found.setdefault(cluster_id, {})[str(pk)] = Turn(pk, bool(is_outside))
    return found


def _placements(names: Iterable[str]) -> dict[str, int]:
    # whatever cluster its playlist serves by now: that it was planned here is the verdict's to say (trust F.5)
    named = {name: pk for name in names if (pk := schedules.placement_id(name)) is not None}
    if not named:
        return {}
    numbers = sorted(set(named.values()))
    there = {pk for (pk,) in facts.rows(_PLACEMENTS + facts.places(len(numbers)), *numbers)}
    return {name: pk for name, pk in named.items() if pk in there}


def _by_digest(sql: str, digests: set[str], order: str) -> dict[str, Shown]:
    if not digests:
        return {}
    ordered = sorted(digests)
    found = facts.rows(f"{sql}{facts.places(len(ordered))} ORDER BY {order}", *ordered)
    return {digest: Shown(pk, category) for digest, pk, category in found}
