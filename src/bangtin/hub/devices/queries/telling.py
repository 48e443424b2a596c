"""Who is to be told of an incident, in the words of the cluster's regulation, and who was told."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.devices.models import Incident, IncidentStep
from bangtin.hub.devices.states import StepKind
from bangtin.hub.regulations import queries as regulations
from bangtin.hub.regulations.models import Task
from bangtin.rulebook import successions
from bangtin.rulebook.shapes import ClauseKind, Regulation

FACT, SUBJECT, COMMITTEE = "incident_notice", "incident", "provincial_committee"


@dataclass(frozen=True)
class ToTell:
    """An agency that the regulation names: `phrase` says by when, in its words; empty where it is not owed a notice."""

    agency_id: str
    clause: str
    phrase: str = ""

    @property
    def is_owed(self) -> bool:
        """Whether the regulation lays the telling down as a duty of its own."""
        return bool(self.phrase)


def to_tell(cluster: Cluster, *, on: date) -> list[ToTell]:
    """Who is owed a notice, then whom the clauses on incidents name besides; nobody who runs a cluster.

    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.3; Decision 2432/QĐ-UBND (Hà Tĩnh), art. 8.1.
    """
    pack = regulations.of_cluster(cluster)
    running = regulations.mandated(Task.OPERATE, on=on)
    found: dict[str, ToTell] = {}
    for one in (*_owed(pack, on), *_named(pack, on)):
        if one.agency_id not in running:
            found.setdefault(one.agency_id, one)
    return list(found.values())


def needs_proposal(cluster: Cluster, agency_id: str) -> bool:
    """Whether what goes to this agency goes with a proposal: the provincial committee decides, it does not mend."""
    pack = regulations.of_cluster(cluster)
    return any(one.id == agency_id and one.kind == COMMITTEE for one in pack.agencies)


def cause_of(incident: Incident) -> IncidentStep | None:
    """The cause as it stands: the one named last."""
    return IncidentStep.objects.filter(incident=incident, kind=StepKind.CAUSE).order_by("-at", "-id").first()


def _owed(pack: Regulation, on: date) -> Iterator[ToTell]:
    for rule in pack.obligations:
        if rule.evidence.fact == FACT:
            phrase = regulations.in_words(rule.due.phrase) if rule.due else regulations.in_words(rule.title)
            for name in pack.members(rule.owed_to):
                for agency in successions.answering(pack, name, on, duty=rule.id).agencies:
                    yield ToTell(agency, rule.clauses[0], phrase)


def _named(pack: Regulation, on: date) -> Iterator[ToTell]:
    for clause in pack.clauses.values():
        if clause.subject == SUBJECT and clause.kind == ClauseKind.DUTY:
            for name in pack.members(clause.coordinating):
                for agency in successions.answering(pack, name, on).agencies:
                    yield ToTell(agency, clause.id)
