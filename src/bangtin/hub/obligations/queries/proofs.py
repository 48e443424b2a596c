"""The rows that count for duties, in words."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.db.models import Sum
from django.utils.translation import gettext as _

from bangtin.hub.obligations.models import DutyRequest
from bangtin.hub.obligations.queries.airing import ON_AIR
from bangtin.hub.obligations.queries.facts import DISPATCH, REQUEST, SENDINGS, SLOT, VERSION, Search, programmes
from bangtin.hub.playlog.models import Airtime, Grade
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.models import Dispatch, Slot
from bangtin.rulebook.quotas import Fact
from bangtin.rulebook.shapes import Regulation

# up to so many rows are asked for by their keys
FEW = 500


@dataclass(frozen=True, slots=True)
class Proof:
    """A row that counts for a duty. `receipt`, `is_ready` and `aired_ms` are of programmes; empty for other rows."""

    subject_type: str
    subject_id: str
    at: datetime
    text: str
    receipt: str = ""
    is_ready: bool = False
    aired_ms: int = 0


def proofs(wanted: Mapping[str, Search], facts: Iterable[Fact]) -> dict[str, Proof]:
    """The rows of these facts, by their reference; `wanted` is what was searched for."""
    some = {fact.ref: fact for fact in facts}
    found: dict[str, Proof] = {}
    for name in sorted(SENDINGS):
        if name in wanted:
            found |= _programmes(wanted[name], some)
    by_type: dict[str, dict[str, Fact]] = defaultdict(dict)
    for ref, fact in some.items():
        if ref not in found:
            subject_type, _sep, subject_id = ref.partition(":")
            by_type[subject_type][subject_id] = fact
    if slots := by_type.get(SLOT):
        found |= _slots(slots)
    if supplies := by_type.get(DISPATCH):
        found |= _supplies(supplies)
    if answers := by_type.get(REQUEST):
        found |= _answers(answers)
    if days := by_type.get(ON_AIR):
        found |= _days(next(iter(wanted.values())).pack, days)
    sent = _("Report sent")
    for subject_type, rest in by_type.items():
        found |= {
            fact.ref: Proof(subject_type, key, fact.at, sent) for key, fact in rest.items() if fact.ref not in found
        }
    return found


def _slots(facts: Mapping[str, Fact]) -> dict[str, Proof]:
    rows = Slot.objects.select_related("version").in_bulk([int(key) for key in facts])
    return {
        facts[str(pk)].ref: Proof(SLOT, str(pk), row.placed_at, row.version.title, row.version.receipt)
        for pk, row in rows.items()
    }


def _supplies(facts: Mapping[str, Fact]) -> dict[str, Proof]:
    """Dispatches by their number."""
    rows = Dispatch.objects.in_bulk([int(key) for key in facts])
    return {
        facts[str(pk)].ref: Proof(DISPATCH, str(pk), row.sent_at, _("Dispatch %(number)s") % {"number": row.number})
        for pk, row in rows.items()
    }


def _answers(facts: Mapping[str, Fact]) -> dict[str, Proof]:
    """Papers that answered a request, by their number."""
    rows = DutyRequest.objects.in_bulk([int(key) for key in facts])
    return {
        facts[str(pk)].ref: Proof(REQUEST, str(pk), facts[str(pk)].at, _("Answered: %(paper)s") % {"paper": row.answer})
        for pk, row in rows.items()
    }


def _days(pack: Regulation, facts: Mapping[str, Fact]) -> dict[str, Proof]:
    """Days on air: the clusters and the day, as the reference names them."""
    names = {cluster.id: regulations.in_words(cluster.name) for cluster in pack.clusters}

    @cache
    def named(clusters: str) -> str:
        return ", ".join(names.get(cluster, cluster) for cluster in clusters.split("+"))

    @cache
    def written(on: str) -> str:
        return f"{date.fromisoformat(on):%d/%m/%Y}"

    found = {}
    for key, fact in facts.items():
        on, _sep, clusters = key.partition("@")
        found[fact.ref] = Proof(ON_AIR, key, fact.at, f"{named(clusters)}, {written(on)}")
    return found


def _programmes(search: Search, facts: Mapping[str, Fact]) -> dict[str, Proof]:
    """The programmes that this search came upon, by their reference."""
    mine = {ref: told for ref, told in search.seen.items() if ref in facts}
    if not search.look.tells_airing or not mine:
        return {
            ref: Proof(VERSION, str(pk), facts[ref].at, title, receipt)
            for ref, (pk, _programme, title, receipt) in mine.items()
        }
    ready, aired = _became(search, [pk for pk, *_rest in mine.values()])
    return {
        ref: Proof(VERSION, str(pk), facts[ref].at, title, receipt, programme in ready, aired.get(programme, 0))
        for ref, (pk, programme, title, receipt) in mine.items()
    }


def _became(search: Search, versions: Sequence[int]) -> tuple[Collection[int], Mapping[int, int]]:
    """Which programmes have a version that is ready, and how long each was on air, in milliseconds."""
    sent = programmes(search).order_by()
    if len(versions) <= FEW:
        # a year of a province holds more programmes than a query takes parameters
        sent = sent.filter(pk__in=versions)
    those = sent.values("programme_id")
    ready = ProgrammeVersion.objects.filter(programme__in=those, state=VersionState.READY).order_by()
    aired = (
        Airtime.objects.filter(version__programme__in=those, grade__in=(Grade.CORROBORATED, Grade.CLAIMED))
        .order_by()
        .values_list("version__programme")
        .annotate(total=Sum("shown_ms"))
    )
    return set(ready.values_list("programme_id", flat=True)), dict(aired)
