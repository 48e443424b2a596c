"""Bangtin's own notices as CAP 1.2: public what was really ordered, exercises marked so and for officers alone."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.urls import reverse

from bangtin.hub.alerts import cap
from bangtin.hub.alerts.models import Alert
from bangtin.hub.alerts.queries.desk import ORDERED
from bangtin.hub.alerts.specs import CAP_TAGS, LANGUAGES
from bangtin.hub.alerts.states import AlertState
from bangtin.hub.clusters.models import Cluster

SHOWN_FOR = timedelta(days=30)
MOST = 50
AROUND_KM = 1.0
_CAP_TAGS = {own: theirs for theirs, own in CAP_TAGS.items()}


def feed(*, at: datetime, title: str) -> bytes:
    """The Atom feed: the real notices of the last thirty days, the newest first, each cancel after what it ends."""
    rows = Alert.objects.filter(state__in=ORDERED, is_drill=False, ordered_at__gte=at - SHOWN_FOR)
    entries = []
    for alert in rows.order_by("-ordered_at", "-id").prefetch_related("clusters")[:MOST]:
        for is_cancel in (True, False) if alert.state == AlertState.CANCELLED else (False,):
            message = own_message(alert, is_cancel=is_cancel)
            link = settings.PUBLIC_URL + reverse("alert-cap", args=[alert.number]) + ("?huy=1" if is_cancel else "")
            entries.append(cap.FeedEntry(message, link, f"{alert.number}: {alert.hazard}"))
    newest = max((entry.message.sent for entry in entries), default=at)
    address = settings.PUBLIC_URL + reverse("cap-feed")
    return cap.atom(entries, feed_id=address, link=address, title=title, author=_sender(), updated=newest)


def message_bytes(alert: Alert, *, is_cancel: bool = False) -> bytes:
    """One notice, or its cancel, as a CAP 1.2 message."""
    return cap.write(own_message(alert, is_cancel=is_cancel))


def own_message(alert: Alert, *, is_cancel: bool = False) -> cap.Message:
    """One notice as the CAP writer needs it. An exercise gets the status Exercise, whatever it says."""
    assert alert.ordered_at is not None and alert.ends_at is not None
    references: tuple[cap.Reference, ...] = ()
    kind = cap.MsgType.ALERT
    if is_cancel:
        references, kind = (_reference(alert),), cap.MsgType.CANCEL
    elif alert.replaces is not None and alert.replaces.ordered_at is not None:
        references, kind = (_reference(alert.replaces),), cap.MsgType.UPDATE
    sent = alert.closed_at if is_cancel and alert.closed_at else alert.ordered_at
    tags = sorted(alert.texts, key=lambda tag: LANGUAGES.index(tag) if tag in LANGUAGES else len(LANGUAGES))
    notice = cap.OwnNotice(
        identifier=f"{alert.number}-HUY" if is_cancel else alert.number,
        sender=_sender(),
        sent=sent,
        is_drill=alert.is_drill,
        starts_at=alert.starts_at,
        ends_at=alert.ends_at,
        issuer_name=alert.issuer_name,
        hazard=alert.hazard,
        words={_CAP_TAGS.get(tag, tag): cap.Words(**alert.texts[tag]) for tag in tags},
        areas=tuple(
            cap.Area(
                description=cluster.name_vi,
                geocodes=(cap.Pair("bangtin:cluster", cluster.pk),),
                circles=_around(cluster),
            )
            for cluster in alert.clusters.all()
        ),
        level=alert.level,
        msg_type=kind,
        references=references,
        web=settings.PUBLIC_URL + reverse("alert-cap", args=[alert.number]),
        note=alert.close_reason if is_cancel else "",
    )
    return cap.message_of(notice, cap.mapping_in(Path(settings.DATA_DIR) / "cap"))


def _around(cluster: Cluster) -> tuple[cap.Circle, ...]:
    """Where readers that do not know our codes place the cluster; none where its coordinates are not known."""
    if cluster.latitude is None or cluster.longitude is None:
        return ()
    return (cap.Circle(cluster.latitude, cluster.longitude, AROUND_KM),)


def _reference(alert: Alert) -> cap.Reference:
    return cap.Reference(_sender(), alert.number, alert.ordered_at)


def _sender() -> str:
    """CAP 1.2, 3.2.1: an identifier of the originator, unique world-wide; ours is the province at its address."""
    host = settings.PUBLIC_URL.split("://", 1)[-1].split("/", 1)[0].split(":")[0]
    return f"{settings.PROVINCE}@{host}"
