"""What is known of screens beside their polls: pictures, checks at the gate, incidents, what players noticed."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Max, QuerySet

from bangtin.hub.clusters.models import Face
from bangtin.hub.devices.models import Device, DeviceEvent, GateCheck, Incident, IncidentStep, Screenshot

PICTURE_COUNTS = timedelta(hours=3)


def newest_shots(face_ids: Collection[str], *, at: datetime) -> dict[str, Screenshot]:
    """The picture of each face that came in last, of the last three hours and fit to be shown."""
    rows = Screenshot.objects.filter(
        face__in=list(face_ids), at__gt=at - PICTURE_COUNTS, at__lte=at + timedelta(minutes=1), is_unreadable=False
    )
    newest = rows.order_by().values("face").annotate(last=Max("pk")).values("last")
    return {row.face_id: row for row in Screenshot.objects.filter(pk__in=newest)}


def shots(face: Face, *, most: int = 6) -> list[Screenshot]:
    """The newest pictures of a face."""
    return list(Screenshot.objects.filter(face=face)[:most])


def last_gate_checks(face_ids: Collection[str]) -> dict[str, GateCheck]:
    """Who last saw each face at its gate, and when."""
    newest = GateCheck.objects.filter(face__in=list(face_ids)).order_by().values("face").annotate(last=Max("pk"))
    rows = GateCheck.objects.filter(pk__in=newest.values("last")).select_related("seen_by")
    return {row.face_id: row for row in rows}


def incidents(clusters: Collection[str], *, is_open: bool = True) -> QuerySet[Incident]:
    """The incidents of these clusters, the newest first."""
    rows = Incident.objects.filter(cluster__in=list(clusters), closed_at__isnull=is_open)
    return rows.select_related("cluster", "face", "device", "opened_by", "closed_by")


def steps(incident: Incident) -> list[IncidentStep]:
    """What was done about an incident, from the first to the last."""
    return list(IncidentStep.objects.filter(incident=incident).select_related("recorded_by", "agency"))


def events(device: Device, *, most: int = 8) -> list[DeviceEvent]:
    """What a player noticed of late."""
    return list(DeviceEvent.objects.filter(device=device)[:most])
