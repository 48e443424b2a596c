"""Taking a regulation into use: its agencies, clusters and mandates become rows; its clauses stay in the pack."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.db import transaction

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.actions import NameGiven, record_agency
from bangtin.hub.agencies.models import Agency
from bangtin.hub.clusters.actions import ClusterGiven, FaceGiven, record_cluster, record_face
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.kit import audit
from bangtin.hub.regulations import queries
from bangtin.hub.regulations.models import Instrument, Mandate, Task
from bangtin.rulebook.shapes import AgencySeed, ClusterSeed, Regulation

# The pack's word for a mandate → what the desks ask for. Words that no desk asks for yet are left in the pack.
TASKS = {
    "appraiser": (Task.APPRAISE,),
    "consolidator": (Task.REPORT,),
    "operator": (Task.OPERATE, Task.SCHEDULE),
    "police": (Task.SECURE,),
    "finance": (Task.FUND,),
    "decider": (Task.INSTRUCT,),
    "contributor": (Task.SUPPLY,),
}


def install(*, instrument_id: str, actor: User | None, at: datetime) -> Instrument:
    """Take a regulation into use, or bring its rows up to date with its pack.

    Raises: rulebook.errors.UnknownInstrument, DataError (file, line, clause).
    """
    pack = queries.regulation(instrument_id)
    with transaction.atomic():
        instrument, _made = Instrument.objects.update_or_create(
            pk=instrument_id,
            defaults={
                "number": pack.instrument.number,
                "effective_on": pack.instrument.effective_on,
                "ends_on": pack.instrument.ended_on,
                "pack_digest": _digest(queries.root() / instrument_id),
                "installed_at": at,
            },
        )
        for agency in pack.agencies:
            _install_agency(agency)
        for cluster in pack.clusters:
            _install_cluster(cluster, instrument_id)
        _install_mandates(pack, instrument)
        audit.record("regulation.installed", instrument, actor=actor, at=at, digest=instrument.pack_digest)
    return instrument


def _install_agency(seed: AgencySeed) -> None:
    names = [NameGiven(each.name.vi, each.name.en, each.short.vi, each.since, each.basis or "") for each in seed.names]
    record_agency(agency_id=seed.id, names=names)


def _install_cluster(seed: ClusterSeed, instrument_id: str) -> None:
    place = seed.coordinates
    cluster = record_cluster(
        given=ClusterGiven(
            cluster_id=seed.id,
            instrument_id=instrument_id,
            name_vi=seed.name.vi,
            name_en=seed.name.en,
            place_vi=seed.place.vi,
            latitude=place.latitude if place else None,
            longitude=place.longitude if place else None,
        )
    )
    for number, face in enumerate(seed.faces, start=1):
        given = FaceGiven(
            face_id=face.id,
            name_vi=f"Mặt {number}",
            name_en=f"Face {number}",
            width=face.width,
            height=face.height,
            pitch_um=round(face.pitch_mm * 1000),
        )
        record_face(cluster=cluster, given=given)


def _install_mandates(pack: Regulation, instrument: Instrument) -> None:
    """Replace the instrument's mandates by those of the pack; a group's mandate goes to each of its members."""
    Mandate.objects.filter(instrument=instrument).delete()
    Mandate.objects.bulk_create(
        Mandate(
            agency=agency,
            instrument=instrument,
            task=task,
            cluster=cluster,
            clause=clause,
            starts_on=None,
            ends_on=None,
        )
        for agency, task, cluster, clause in _charges(pack)
    )


def _charges(pack: Regulation) -> Iterator[tuple[Agency, Task, Cluster | None, str]]:
    agencies = Agency.objects.in_bulk()
    clusters = Cluster.objects.in_bulk()
    seen = set()
    for mandate in pack.mandates:
        places: list[Cluster | None] = [clusters[each] for each in mandate.clusters] or [None]
        for agency_id in pack.members((mandate.agency,)):
            for task in TASKS.get(mandate.role, ()):
                for place in places:
                    key = (agency_id, task, place.pk if place else None)
                    if key not in seen:
                        seen.add(key)
                        yield agencies[agency_id], task, place, mandate.clause


def _digest(folder: Path) -> str:
    """SHA-256 over the pack's files in order, each with its name."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()
