"""The archive: every programme an account may see, searched as people type, the best match first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import StrIndex

from bangtin.hub.accounts.models import User
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.kit.folding import fold
from bangtin.hub.playlog.models import ShelfEntry
from bangtin.hub.programmes import policies
from bangtin.hub.programmes.models import Programme, ProgrammeVersion
from bangtin.hub.programmes.queries import with_rows
from bangtin.hub.programmes.states import VersionState

COUNTED = 2_000
MOST_WORDS = 12
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
    """Those of `entries` that match, the newest first; a number or receipt finds its programme alone."""
    found = _filtered(entries, asked).order_by("-submitted_at", "-programme_id")
    if number := _NUMBER.fullmatch(asked.words.strip().upper()):
        return found.filter(code=number[1])
    for place, word in enumerate(_words(asked)):
        name = f"at_{place}"
        found = found.alias(**{name: StrIndex("title_folded", Value(word))}).filter(**{f"{name}__gt": 0})
    return found


def page(entries: QuerySet[ShelfEntry], asked: Asked, *, number: int, rows: int) -> Found:
    """One page of what `asked` finds, with what a list shows of each, in a fixed number of queries.

    Of the COUNTED newest matches the best come first: the title begins so, then each word begins a word of it, then
    the words stand within; the newest first in each. A page beyond the last is the last.
    """
    matches = list(narrowed(entries, asked).values_list("version_id", "title_folded")[: COUNTED + 1])
    is_more = len(matches) > COUNTED
    del matches[COUNTED:]
    if words := _words(asked):
        matches.sort(key=lambda match: _rank(match[1], words))
    start = min(max(number, 1) - 1, max(len(matches) - 1, 0) // rows) * rows
    return Found(in_order([version for version, _title in matches[start : start + rows]]), len(matches), is_more)


def in_order(version_ids: Sequence[int]) -> list[ProgrammeVersion]:
    """The versions with the rows that lists show, in the order asked for."""
    listed = with_rows().prefetch_related(None).prefetch_related("programme__agency__names", "renditions")
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


def _rank(title: str, words: Sequence[str]) -> int:
    if title.startswith(f" {' '.join(words)}"):
        return 0
    return 1 if all(f" {word}" in title for word in words) else 2


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
