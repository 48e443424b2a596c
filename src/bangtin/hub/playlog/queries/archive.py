"""The archive: every programme an account may see, searched as people type, the best match first."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from bangtin.hub.accounts.models import User
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.kit.folding import fold
from bangtin.hub.playlog import word_index
from bangtin.hub.playlog.models import ShelfEntry
from bangtin.hub.programmes import policies
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.queries import for_lists
from bangtin.hub.programmes.states import VersionState

COUNTED = 200
MOST_WORDS = 12
_PARTS = re.compile(r"\w+")
_NUMBER = re.compile(r"([A-Z]{2,4}-[0-9]{4}-[0-9]{1,8})(?:/[0-9]{1,4})?", re.ASCII)


@dataclass(frozen=True)
class Asked:
    """What is looked for; empty fields do not narrow. Both days are included and are days of Viet Nam."""

    words: str = ""
    agency_id: str = ""
    category: str = ""
    language: str = ""
    cluster_id: str = ""
    from_on: date | None = None
    until_on: date | None = None
    is_aired: bool | None = None
    states: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """One page of the answer: versions in their order; `total` is counted up to COUNTED, `is_more` beyond that."""

    versions: list[ProgrammeVersion]
    total: int
    is_more: bool


def seen_by(actor: User, *, on: date) -> QuerySet[ShelfEntry]:
    """The entries whose newest version the account may see: what `programmes.policies.visible` gives, on the shelf."""
    found = policies.sight(actor, on=on)
    seen = Q(agency_id__in=sorted(found.agencies)) | Q(instrument_id__in=sorted(found.instruments))
    for instrument_id, cluster_id in sorted(found.placing, key=str):
        given = Q(instrument_id=instrument_id, state=VersionState.READY)
        seen |= given if cluster_id is None else given & Q(_on_cluster(cluster_id))
    return ShelfEntry.objects.filter(seen)


def narrowed(entries: QuerySet[ShelfEntry], asked: Asked) -> QuerySet[ShelfEntry]:
    """Those of `entries` that match, the newest first; a number or receipt finds its programme alone.

    With words, what was entered last comes first: so the index of words is followed and nothing is sorted.
    """
    found = _filtered(entries, asked)
    if number := _NUMBER.fullmatch(asked.words.strip().upper()):
        return found.filter(code=number[1])
    if not asked.words.strip():
        return found.order_by("-submitted_at", "-programme_id")
    return word_index.matching(found, _words(asked)).order_by("-programme_id")


def page(entries: QuerySet[ShelfEntry], asked: Asked, *, number: int, rows: int) -> Found:
    """One page of what `asked` finds, with what a list shows of each, in a fixed number of queries.

    Without words the newest come first. With words: titles that begin with them, then those in which each is a whole
    word, then those in which it begins one; of these, such with the same marks first, then the newest. Beyond COUNTED
    matches the newest are ranked, after all that begin so. A page beyond the last is the last.
    """
    versions, is_more = _ranked(entries, asked) if asked.words.strip() else _newest(entries, asked)
    start = min(max(number, 1) - 1, max(len(versions) - 1, 0) // rows) * rows
    return Found(in_order(versions[start : start + rows]), len(versions), is_more)


def in_order(version_ids: Sequence[int]) -> list[ProgrammeVersion]:
    """The versions with the rows that lists show, in the order asked for."""
    listed = for_lists()
    rows = {one.pk: one for one in listed.filter(pk__in=list(version_ids))}
    return [rows[one] for one in version_ids if one in rows]


def tally(entries: QuerySet[ShelfEntry]) -> tuple[dict[str, int], set[str]]:
    """How many entries are in each state, and the agencies that have any; one pass over an index."""
    states: dict[str, int] = {}
    agencies = set()
    for state, agency_id, count in entries.order_by().values_list("state", "agency_id").annotate(n=Count("*")):
        states[state] = states.get(state, 0) + count
        agencies.add(agency_id)
    return states, agencies


def _words(asked: Asked) -> list[str]:
    return fold(asked.words).split()[:MOST_WORDS]


def _newest(entries: QuerySet[ShelfEntry], asked: Asked) -> tuple[list[int], bool]:
    found = list(narrowed(entries, asked).values_list("version_id", flat=True)[: COUNTED + 1])
    return found[:COUNTED], len(found) > COUNTED


def _ranked(entries: QuerySet[ShelfEntry], asked: Asked) -> tuple[list[int], bool]:
    columns = ("version_id", "title_folded", "title")
    found = list(narrowed(entries, asked).values_list(*columns)[: COUNTED + 1])
    is_more = len(found) > COUNTED
    words = _words(asked)
    if is_more:
        begins = word_index.matching(_filtered(entries, asked), words, is_beginning=True)
        first = list(begins.order_by("-programme_id").values_list(*columns)[:COUNTED])
        known = {row[0] for row in first}
        found = [*first, *(row for row in found if row[0] not in known)][:COUNTED]
    typed = unicodedata.normalize("NFC", " ".join(asked.words.split())).casefold()
    is_marked = typed != " ".join(words)
    found.sort(key=lambda row: (_rank(row[1], words), is_marked and not _has(row[2], typed)))
    return [row[0] for row in found], is_more


def _has(title: str, typed: str) -> bool:
    return typed in unicodedata.normalize("NFC", title).casefold()


def _rank(title: str, words: Sequence[str]) -> int:
    if title.startswith(f" {' '.join(words)}"):
        return 0
    whole = set(_PARTS.findall(title))
    return 1 if whole.issuperset(_PARTS.findall(" ".join(words))) else 2


def _filtered(entries: QuerySet[ShelfEntry], asked: Asked) -> QuerySet[ShelfEntry]:
    exact = {"agency_id": asked.agency_id, "category": asked.category, "language": asked.language}
    found = entries.filter(**{name: value for name, value in exact.items() if value})
    if asked.cluster_id:
        found = found.filter(_on_cluster(asked.cluster_id))
    if asked.from_on:
        found = found.filter(submitted_at__gte=datetime.combine(asked.from_on, time(), LOCAL))
    if asked.until_on:
        found = found.filter(submitted_at__lt=datetime.combine(asked.until_on + timedelta(days=1), time(), LOCAL))
    if asked.is_aired is not None:
        found = found.filter(is_aired=asked.is_aired)
    return found.filter(state__in=asked.states) if asked.states else found


def _on_cluster(cluster_id: str) -> Exists:
    # asked of each entry in turn: the first page is full long before the last entry is reached
    between = Programme.clusters.through.objects.filter(cluster_id=cluster_id)
    return Exists(between.filter(programme_id=OuterRef("programme_id")))
