"""Taking a regulation into use: its agencies, clusters and mandates become rows; its clauses stay in the pack."""

import hashlib
from datetime import datetime
from pathlib import Path

from django.db import transaction

from bangtin.hub.accounts.models import User
from bangtin.hub.agencies.actions import NameGiven, record_agencies
from bangtin.hub.clusters.actions import ClusterGiven, FaceGiven, record_cluster, record_face
from bangtin.hub.kit import audit
from bangtin.hub.regulations import queries
from bangtin.hub.regulations.actions.circles import refuse_circles
from bangtin.hub.regulations.actions.mandates import write_mandates
from bangtin.hub.regulations.models import Instrument
from bangtin.rulebook.shapes import AgencySeed, ClusterSeed


def install(*, instrument_id: str, actor: User | None, at: datetime) -> Instrument:
    """Take a regulation into use, or bring its rows up to date with its pack; what the province entered stays.

    Raises: rulebook.errors.UnknownInstrument, DataError (file, line, clause); SuccessionCircle if successions of the
    pack and of the province together lead back to where they began.
    """
    pack = queries.pack(instrument_id)
    refuse_circles(queries.regulation(instrument_id))
    with transaction.atomic():
        instrument, _made = Instrument.objects.update_or_create(
            pk=instrument_id,
            defaults={
                "number": pack.instrument.number,
                "effective_on": pack.instrument.effective_on,
                "ends_on": pack.instrument.ended_on,
                "pack_digest": digest(queries.home(instrument_id) / instrument_id),
                "installed_at": at,
            },
        )
        record_agencies({agency.id: _names(agency) for agency in pack.agencies})
        for cluster in pack.clusters:
            _install_cluster(cluster, instrument_id)
        queries.forget()
        write_mandates(instrument)
        audit.record("regulation.installed", instrument, actor=actor, at=at, digest=instrument.pack_digest)
    return instrument


def _names(seed: AgencySeed) -> list[NameGiven]:
    return [NameGiven(each.name.vi, each.name.en, each.short.vi, each.since, each.basis or "") for each in seed.names]


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
            rotation=face.rotation,
        )
        record_face(cluster=cluster, given=given)


def digest(folder: Path) -> str:
    """SHA-256 over the pack's files in order, each with its name."""
    found = hashlib.sha256()
    for path in sorted(folder.rglob("*.yaml")):
        found.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()
