"""What a screen's row says of the emergency notice that is on air for it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from bangtin.hub.alerts.models import Alert
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.portal import formats
from bangtin.hub.portal.screen_states import Told

EARLY = timedelta(minutes=5)  # a player's clock may be off
SILENT = ("late", "lost", "never")


@dataclass(frozen=True)
class Notices:
    """By face: the words on its notice, and when the plan is rejoined where the screen can have it now."""

    words: Mapping[str, str]
    ends: Mapping[str, datetime]


def of(found: Collection[Told], *, at: datetime) -> Notices:
    """The notices of these screens; one query where one is on air, else none."""
    struck = [(one, one.alert) for one in found if one.alert is not None]
    if not struck:
        return Notices({}, {})
    first = _first_shown(struck)
    words = {one.screen.face.pk: _words(one, alert, first, at=at) for one, alert in struck}
    on_air = [(one, alert) for one, alert in struck if one.state not in SILENT]
    return Notices(words, {one.screen.face.pk: alert.ends_at for one, alert in on_air if alert.ends_at is not None})


def _first_shown(struck: Collection[tuple[Told, Alert]]) -> dict[tuple[str, str], datetime]:
    """By face and notice: the first record in which the player says that it showed it."""
    faces = {one.screen.face.pk for one, _alert in struck}
    numbers = {alert.number for _one, alert in struck}
    since = min(alert.starts_at for _one, alert in struck) - EARLY
    rows = PlayRecord.objects.filter(kind="alert", item__in=numbers, face_id__in=faces, at__gte=since)
    found: dict[tuple[str, str], datetime] = {}
    for face, item, shown_at in rows.order_by("-at").values_list("face_id", "item", "at"):
        found[face, item] = shown_at
    return found


def _words(told: Told, alert: Alert, first: Mapping[tuple[str, str], datetime], *, at: datetime) -> str:
    named = {"number": alert.number, "hazard": alert.hazard}
    if told.state in SILENT:
        return _("It gets emergency notice %(number)s (%(hazard)s) as soon as it is heard again.") % named
    shown_at = first.get((told.screen.face.pk, alert.number)) or _said_at(told, alert)
    if shown_at is None:
        return _("%(number)s, %(hazard)s: sent, the screen has not said yet that it shows it.") % named
    return _("%(number)s, %(hazard)s: on the screen %(at)s.") % {**named, "at": formats.since(shown_at, at=at)}


def _said_at(told: Told, alert: Alert) -> datetime | None:
    """When the newest report of the player said that the notice stands on the face; None if it does not say so."""
    status = told.screen.device.status if told.screen.device is not None else {}
    showing, said = status.get("showing"), status.get("at")
    if not isinstance(showing, dict) or (showing.get("state"), showing.get("item")) != ("alert", alert.number):
        return None
    try:
        found = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
