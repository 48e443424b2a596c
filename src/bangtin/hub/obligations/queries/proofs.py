"""The rows that count for duties, in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum
from django.utils.translation import gettext as _

from bangtin.hub.obligations.models import DutyRequest
from bangtin.hub.obligations.queries.airing import ON_AIR
from bangtin.hub.obligations.queries.facts import PRODUCT_SUPPLY, PROGRAMME, REQUEST, SLOT, VERSION, Search, programmes
from bangtin.hub.playlog.models import Airtime, Grade
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.programmes.states import VersionState
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.schedules.models import Slot
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
    by_type: dict[str, dict[str, Fact]] = defaultdict(dict)
    for fact in facts:
        subject_type, _sep, subject_id = fact.ref.partition(":")
        by_type[subject_type][subject_id] = fact
    found: dict[str, Proof] = {}
    for subject_type, some in by_type.items():
        found |= _plain(subject_type, some)
    if slots := by_type.get(SLOT):
        found |= _slots(slots)
    if answers := by_type.get(REQUEST):
        found |= _answers(answers)
    if days := by_type.get(ON_AIR):
        found |= _days(next(iter(wanted.values())).pack, days)
    versions = by_type.get(VERSION, {})
    for name in (PRODUCT_SUPPLY, PROGRAMME):
        some = {key: fact for key, fact in versions.items() if fact.kind == name} if name in wanted else {}
        if some:
            found |= _programmes(wanted[name], some)
    return found


def _plain(subject_type: str, facts: Mapping[str, Fact]) -> dict[str, Proof]:
    sent = _("Report sent")
    return {fact.ref: Proof(subject_type, key, fact.at, sent) for key, fact in facts.items()}


def _slots(facts: Mapping[str, Fact]) -> dict[str, Proof]:
    rows = Slot.objects.select_related("version").in_bulk([int(key) for key in facts])
    return {
        facts[str(pk)].ref: Proof(SLOT, str(pk), row.placed_at, row.version.title, row.version.receipt)
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
    found = {}
    for key, fact in facts.items():
        on, _sep, clusters = key.partition("@")
        text = ", ".join(names.get(cluster, cluster) for cluster in clusters.split("+"))
        found[fact.ref] = Proof(ON_AIR, key, fact.at, f"{text}, {date.fromisoformat(on):%d/%m/%Y}")
    return found


def _programmes(search: Search, facts: Mapping[str, Fact]) -> dict[str, Proof]:
    # a year of a province holds more programmes than a query takes parameters: ask by what the search asked by
    sent = programmes(search).order_by()
    rows = sent.values_list("pk", "programme_id", "submitted_at", "title", "receipt")
    if len(facts) <= FEW:
        sent = sent.filter(pk__in=[int(key) for key in facts])
        rows = rows.filter(pk__in=[int(key) for key in facts])
    those = sent.values("programme_id")
    ready = set(
        ProgrammeVersion.objects.filter(programme__in=those, state=VersionState.READY)
        .order_by()
        .values_list("programme_id", flat=True)
    )
    aired = dict(
        Airtime.objects.filter(version__programme__in=those, grade__in=(Grade.CORROBORATED, Grade.CLAIMED))
        .order_by()
        .values_list("version__programme")
        .annotate(total=Sum("shown_ms"))
    )
    return {
        facts[str(pk)].ref: Proof(
            subject_type=VERSION,
            subject_id=str(pk),
            at=at,
            text=title,
            receipt=receipt,
            is_ready=programme in ready,
            aired_ms=aired.get(programme, 0),
        )
        for pk, programme, at, title, receipt in rows
        if str(pk) in facts
    }
