"""Deeds on clusters and faces."""

from dataclasses import dataclass

from bangtin.hub.clusters.models import Cluster, Face


@dataclass(frozen=True)
class ClusterGiven:
    """What a regulation's pack says of a cluster."""

    cluster_id: str
    instrument_id: str
    name_vi: str
    name_en: str
    place_vi: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True)
class FaceGiven:
    """A face's geometry in pixels, its pitch in micrometres, how far it hangs turned (0, 90, 180, 270 degrees)."""

    face_id: str
    name_vi: str
    name_en: str
    width: int
    height: int
    pitch_um: int
    rotation: int = 0


def record_cluster(*, given: ClusterGiven) -> Cluster:
    """Make or bring up to date a cluster; opens no transaction."""
    cluster, _made = Cluster.objects.update_or_create(
        pk=given.cluster_id,
        defaults={
            "instrument_id": given.instrument_id,
            "name_vi": given.name_vi,
            "name_en": given.name_en,
            "place_vi": given.place_vi,
            "latitude": given.latitude,
            "longitude": given.longitude,
        },
    )
    return cluster


def record_face(*, cluster: Cluster, given: FaceGiven) -> Face:
    """Make or bring up to date a face; opens no transaction."""
    face, _made = Face.objects.update_or_create(
        pk=given.face_id,
        defaults={
            "cluster": cluster,
            "name_vi": given.name_vi,
            "name_en": given.name_en,
            "width": given.width,
            "height": given.height,
            "pitch_um": given.pitch_um,
            "rotation": given.rotation,
        },
    )
    return face
