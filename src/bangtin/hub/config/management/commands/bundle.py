"""`bangtin bundle export|import`: sets to posts without a line by USB stick, and their records back (trust G)."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.bundle import alerts as notices
from bangtin.bundle.acks import Ack
from bangtin.bundle.errors import BundleRefusal
from bangtin.hub.alerts import queries as alerts
from bangtin.hub.clusters.models import Cluster
from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.devices.actions import carrying
from bangtin.hub.devices.actions.carried import take_carried
from bangtin.hub.devices.models import Device
from bangtin.hub.kit import clock
from bangtin.hub.playlog import actions as playlog
from bangtin.hub.playlog.queries import chain


class Command(OurCommand):
    """Exit code 0: done; 1: some records were refused, or the stick cannot be used; 2: bad input."""

    help = gettext_noop("Carries bundles to posts without a line by USB stick, and their play records back.")

    def add_arguments(self, parser: CommandParser) -> None:
        """One subcommand a direction."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        out = verbs.add_parser("export", help=_("Write sets, media and acknowledgements to a stick"))
        out.add_argument("--to", type=Path, required=True, metavar="FOLDER", help=_("Where the stick is mounted"))
        out.add_argument("--cluster", action="append", default=[], metavar="ID", help=_("Only these clusters"))
        back = verbs.add_parser("import", help=_("Take in the play records that a stick brings home"))
        back.add_argument("folder", type=Path)
        for each in (out, back):
            add_json_option(each)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the verb."""
        if options["verb"] == "export":
            self._export(options)
        else:
            self._import(options)

    def _export(self, options: dict[str, Any]) -> None:
        at = clock.now()
        clusters = _clusters(options["cluster"])
        told = {body for one in clusters for drill in (False, True) for body in _envelopes(one, at, is_drill=drill)}
        sounds = {sound.sha256 for body in told for sound in notices.read(body).audio.values()}
        found = carrying.export(
            folder=options["to"], clusters=clusters, sounds=sounds, alerts=sorted(told), acks=_acks(clusters), at=at
        )
        if options["is_json"]:
            print_json(asdict(found))
            return
        values = {"n": len(found.clusters), "files": found.files, "mb": found.bytes // 1_000_000 + 1}
        self.stdout.write(_("%(n)d clusters, %(files)d files, %(mb)d MB; the stick may be pulled.") % values)
        self.stdout.write(_("At each post: bangtin-player import FOLDER"))

    def _import(self, options: dict[str, Any]) -> None:
        at, taken, refused = clock.now(), [], []
        acks: dict[str, Ack] = {}
        for name_of_device, name, body in carrying.records_on(options["folder"]):
            device = Device.objects.select_related("face").filter(pk=name_of_device).first()
            if device is None:
                refused.append({"file": name, "code": "device_unknown"})
                continue
            try:
                ack = playlog.ingest(device=device, body=body, at=at)
            except BundleRefusal as refusal:
                refused.append({"file": name, "code": refusal.code})
                continue
            taken.append({"file": name, "outcome": ack.outcome, "to": ack.to})
            if ack.outcome != "batch_early":
                acks[device.pk] = Ack(device.pk, ack.epoch, ack.to, ack.head)
        carrying.write_acks(folder=options["folder"], acks=acks.values())
        heard = list(_heard(options["folder"], refused, at=at))
        if options["is_json"]:
            print_json({"holds": not refused, "taken": taken, "heard": heard, "refused": refused})
        else:
            for one in taken:
                self.stdout.write(f"{one['file']}: {one['outcome']}, {one['to']}")
            for each in refused:
                self.stdout.write(f"{each['file']}: {each['code']}")
            for device_id in heard:
                self.stdout.write(_("%(device)s: its report is taken in.") % {"device": device_id})
            self.stdout.write(_("%(n)d batches taken in; their acknowledgements are on the stick.") % {"n": len(taken)})
        if refused:
            sys.exit(1)


def _heard(folder: Path, refused: list[dict[str, str]], *, at: datetime) -> Iterator[str]:
    """The players of whom the stick told something newer."""
    for name_of_device, name, envelope in carrying.words_on(folder):
        device = Device.objects.filter(pk=name_of_device).first()
        try:
            if device is None:
                refused.append({"file": name, "code": "device_unknown"})
            elif take_carried(device=device, envelope=envelope, at=at):
                yield device.pk
        except BundleRefusal as refusal:
            refused.append({"file": name, "code": refusal.code})


def _clusters(ids: Sequence[str]) -> list[Cluster]:
    rows = Cluster.objects.filter(pk__startswith=f"{settings.PROVINCE}/").order_by("pk")
    known = {row.pk: row for row in rows}
    for one in ids:
        if one not in known:
            raise bad_input(_("There is no cluster %(id)s.") % {"id": one})
    return [known[one] for one in dict.fromkeys(ids)] if ids else list(known.values())


def _envelopes(cluster: Cluster, at: Any, *, is_drill: bool) -> list[bytes]:
    return alerts.envelopes_for(cluster.pk, at=at, is_drill=is_drill)


def _acks(clusters: Sequence[Cluster]) -> list[Ack]:
    """How far each screen's chain is stored: only that lets a player prune (trust G)."""
    found = []
    for device in Device.objects.filter(face__cluster__in=clusters).order_by("pk"):
        ack = chain.acknowledged(device)
        if ack is not None:
            found.append(Ack(device.pk, ack.epoch, ack.to, ack.head))
    return found
