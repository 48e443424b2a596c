"""What is wrong with a screen: reported by a person, or opened by itself from a player's words; a person closes it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.clusters.models import Cluster, Face
from bangtin.hub.devices import errors, policies
from bangtin.hub.devices.models import Device, Incident, IncidentStep
from bangtin.hub.devices.states import DeviceState, IncidentKind, StepKind
from bangtin.hub.kit import audit
from bangtin.hub.kit.policies import require

DETAIL_LEAST = 5
# What a person may say; the others open by themselves.
REPORTED = tuple(one for one in IncidentKind if one not in (IncidentKind.ALERT_REFUSED, IncidentKind.CLONE))
_NEEDS_WORDS = (IncidentKind.OTHER, IncidentKind.WRONG)


def report_incident(
    *, cluster: Cluster, face: Face | None, kind: IncidentKind, detail: str, actor: User, at: datetime
) -> Incident:
    """Open an incident that a person saw, on one face or on the whole cluster.

    "Dark" is only ever said here: a player knows what it sends to the LED, not what the LED shows.
    Raises: NotPermitted, BadIncident.
    Source: Decision 31/2020/QĐ-UBND (Cao Bằng), art. 8.3 (whoever runs the cluster handles what went wrong, and tells).
    """
    require(policies.may_report(actor, cluster, at=at))
    if kind not in REPORTED or (kind in _NEEDS_WORDS and len(detail.strip()) < DETAIL_LEAST):
        raise errors.BadIncident(
            _("The incident is not recorded yet: it says nothing of what you saw."),
            _("Write in a few words what you saw."),
            subject=cluster.pk,
            fields={"detail": _("Write in a few words what you saw.")},
        )
    device = Device.objects.filter(face=face, state=DeviceState.ACTIVE).first() if face else None
    with transaction.atomic(durable=True):
        row = Incident.objects.create(
            cluster=cluster,
            face=face,
            device=device,
            kind=kind,
            detail=detail.strip()[:500],
            opened_at=at,
            opened_by=actor,
        )
        where = {"cluster": cluster.pk, "face": face.pk if face else ""}
        audit.record("incident.reported", row, actor=actor, at=at, kind=str(kind), **where)
    return row


def open_by_itself(*, device: Device, kind: IncidentKind, code: str, at: datetime) -> Incident | None:
    """Open what a player's words call for, once while it is open; None if it is open. In the caller's transaction."""
    waiting = {"device": device, "kind": kind, "closed_at": None, "opened_by": None}
    if Incident.objects.filter(**waiting).exists():
        return None
    row, is_new = Incident.objects.get_or_create(
        **waiting,
        defaults={"cluster": device.face.cluster, "face": device.face, "code": code[:60], "opened_at": at},
    )
    if not is_new:
        return None
    audit.record("incident.opened", row, actor=None, at=at, kind=str(kind), device=device.pk, code=code[:60])
    return row


def close_incident(*, incident: Incident, findings: str, actor: User, at: datetime) -> Incident:
    """Close an incident with what was found and done.

    Raises: NotPermitted, BadIncident.
    """
    require(policies.may_close(actor, incident.cluster, at=at))
    if len(findings.strip()) < DETAIL_LEAST:
        raise errors.BadIncident(
            _("The incident stays open: it does not say what was found."),
            _("Write in a few words what was found and done."),
            subject=str(incident.pk),
            fields={"findings": _("Write in a few words what was found and done.")},
        )
    with transaction.atomic(durable=True):
        closed(incident, findings=findings, actor=actor, at=at)
    return incident


def closed(incident: Incident, *, findings: str, actor: User, at: datetime) -> None:
    """Close it if nobody has, in the caller's transaction. Raises: BadIncident."""
    changed = Incident.objects.filter(pk=incident.pk, closed_at=None).update(
        closed_at=at, closed_by=actor, findings=findings.strip()[:500]
    )
    if not changed:
        raise errors.BadIncident(
            _("This incident was closed by someone else in the meantime."),
            _("Load the page again and read what was found."),
            subject=str(incident.pk),
        )
    incident.refresh_from_db()
    IncidentStep.objects.create(
        incident=incident, kind=StepKind.CLOSED, words=incident.findings, at=at, recorded_at=at, recorded_by=actor
    )
    audit.record("incident.closed", incident, actor=actor, at=at, findings=incident.findings)
