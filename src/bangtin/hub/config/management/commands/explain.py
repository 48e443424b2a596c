"""`bangtin explain`: what a screen shows at an instant, past or to come, and everything it rests on."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.clusters.models import Face
from bangtin.hub.config import asking
from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.kit import clock
from bangtin.hub.playlog.models import PlayRecord
from bangtin.hub.playlog.queries import Approval, Displaced, Explanation, explain_at
from bangtin.hub.programmes.models import ProgrammeVersion
from bangtin.hub.regulations import queries as regulations


class Command(OurCommand):
    """Reads the bundle that was in force and the records, or the plan as it stands; changes nothing."""

    help = gettext_noop("Says what a screen shows at an instant and why: item, class, rule, approvals, key.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The screen and the instant."""
        parser.add_argument("--screen", required=True, metavar="ID", help=_("such as ta-lung-1"))
        parser.add_argument("--at", required=True, metavar="T", help=_("the instant, as 2026-12-14T07:30:00+07:00"))
        add_json_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 0: said; 2: no such screen or instant."""
        at = asking.instant("--at", options["at"])
        found = explain_at(_face(options["screen"]), at, now=clock.now())
        if options["is_json"]:
            print_json(_object(found))
        else:
            self.stdout.write("\n".join(_lines(found)) + "\n")


def _face(name: str) -> Face:
    try:
        faces = {face.pk: face for face in Face.objects.select_related("cluster").order_by("pk")}
    except DatabaseError as error:
        raise bad_input(_("There is no installation here yet: run “bangtin regulation install” first.")) from error
    if name not in faces:
        words = {"asked": name, "known": asking.listed(faces)}
        raise bad_input(_("There is no screen %(asked)s. At hand: %(known)s.") % words)
    return faces[name]


def _object(found: Explanation) -> dict[str, object]:
    showing = found.why.showing
    return {
        "screen": found.face.pk,
        "cluster": found.face.cluster_id,
        "at": found.at.isoformat(),
        "is_past": found.is_past,
        "source": found.source,
        "kind": found.kind,
        "class": found.bulletin_class,
        "item": _alert(found) if found.alert else _item(found.why.version, showing.item),
        "from": _instant(showing.from_ms),
        "until": _instant(showing.until_ms),
        "slot": found.slot.pk if found.slot else None,
        "placement": found.placement.pk if found.placement else None,
        "rule": {
            "clause": found.hours.citation,
            "said": regulations.cited(found.hours.citation),
            "windows": [str(one) for one in found.hours.windows or ()],
            "placed_under": found.slot.clause if found.slot else found.placement.clause if found.placement else "",
        },
        "approvals": [_approval(one) for one in found.approvals],
        "release": None
        if found.release is None
        else {
            "asked_by": str(found.release.asked_by),
            "answered_by": str(found.release.answered_by),
            "answered_at": found.release.answered_at.isoformat() if found.release.answered_at else None,
            "from": found.release.from_on.isoformat(),
            "to": found.release.until_on.isoformat(),
            "digest": found.release.digest,
        },
        "bundle": found.bundle.number if found.bundle else None,
        "is_published": found.is_published,
        "key": list(found.keys),
        "basis": showing.basis,
        "displaced": [_displaced(one) for one in found.displaced],
        "recorded": _record(found.record) if found.record else None,
    }


def _instant(ms: int) -> str | None:
    # a stretch without an end is as long as time itself
    try:
        return clock.from_ms(ms).isoformat()
    except (OverflowError, ValueError, OSError):
        return None


def _item(version: ProgrammeVersion | None, name: str | None) -> dict[str, object] | None:
    if version is None:
        return None if name is None else {"id": name}
    return {
        "id": name,
        "receipt": version.receipt,
        "title": version.title,
        "language": version.language,
        "category": version.programme.category,
        "content": version.content_digest,
    }


def _alert(found: Explanation) -> dict[str, object] | None:
    one = found.alert
    if one is None:
        return None
    return {"id": one.number, "hazard": one.hazard, "level": one.level, "issuer": one.issuer_name, "clause": one.clause}


def _approval(one: Approval) -> dict[str, object]:
    return {
        "step": one.step,
        "outcome": one.outcome,
        "officer": one.officer,
        "post": one.post,
        "agency": one.agency_id,
        "at": one.at.isoformat(),
        "clause": one.clause,
        "key": list(one.keys),
    }


def _displaced(one: Displaced) -> dict[str, object]:
    return {
        "by": one.by,
        "receipt": one.version.receipt if one.version else None,
        "title": one.version.title if one.version else None,
        "slot": one.slot.pk if one.slot else None,
        "placement": one.placement.pk if one.placement else None,
        "reason": one.reason,
    }


def _record(one: PlayRecord) -> dict[str, object]:
    return {
        "kind": one.kind,
        "class": one.bulletin_class,
        "receipt": one.version.receipt if one.version else None,
        "title": one.version.title if one.version else None,
        "slot": one.slot_id,
        "placement": one.placement_id,
        "at": one.at.isoformat(),
        "shown_ms": one.shown_ms,
        "grade": one.grade,
        "bundle": one.bundle,
    }


def _lines(found: Explanation) -> list[str]:
    version, recorded = found.why.version, found.record
    shown = found.alert.hazard if found.alert else version.title if version else found.kind
    rows = [
        (_("Screen"), found.face.pk),
        (_("Instant"), _local(found.at)),
        (_("Shows"), f"{shown} ({found.bulletin_class})"),
        (_("Rule"), regulations.cited(found.hours.citation)),
        *((_("Approved"), f"{one.officer}, {one.agency_id}, {_local(one.at)}") for one in found.approvals),
        (_("Bundle"), str(found.bundle.number) if found.bundle else _("none yet")),
        (_("Key"), ", ".join(key[:16] for key in found.keys)),
        (_("Grounds"), found.why.showing.basis),
        *((_("Instead of"), f"{one.version.title if one.version else '-'} ({one.by})") for one in found.displaced),
        (_("Recorded"), f"{recorded.kind} {recorded.grade}" if recorded else ""),
    ]
    return [f"{label:<14} {value}" for label, value in rows if value]


def _local(at: datetime) -> str:
    return f"{at.astimezone(clock.LOCAL):%H:%M:%S %d/%m/%Y}"
