"""`bangtin programme export CODE FILE`: the whole file of a programme as one ZIP with a manifest."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.kit import clock
from bangtin.hub.playlog.actions.packing import hand_out
from bangtin.hub.programmes.models import Programme


class Command(OurCommand):
    """Exit code 0: the package is written; 2: no such programme, or the file is there already."""

    help = gettext_noop("Writes the whole file of a programme into one package: versions, decisions, proofs.")

    def add_arguments(self, parser: CommandParser) -> None:
        """The programme and where the package goes."""
        parser.add_argument("deed", choices=["export"])
        parser.add_argument("code", help=_("the programme's number, such as CB-2026-0001"))
        parser.add_argument("file", type=Path, help=_("the package to write"))
        add_json_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Write beside the target and give it its name at the end: a package is whole or not there."""
        target: Path = options["file"]
        programme = Programme.objects.filter(code=options["code"]).first()
        if programme is None:
            raise bad_input(_("There is no programme %(code)s.") % {"code": options["code"]})
        if target.exists() or not target.parent.is_dir():
            raise bad_input(
                _("%(file)s cannot be written: it is there already, or its folder is not.") % {"file": target}
            )
        half = target.with_name(f"{target.name}.part")
        try:
            with half.open("wb") as file:
                for piece in hand_out(programme=programme, actor=None, at=clock.now()):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            half.replace(target)
        except OSError as error:
            raise bad_input(_("%(file)s cannot be written: %(why)s") % {"file": target, "why": error}) from error
        finally:
            half.unlink(missing_ok=True)
        size = target.stat().st_size
        if options["is_json"]:
            print_json({"code": programme.code, "file": str(target), "size": size})
        else:
            self.stdout.write(_("%(file)s: %(size)d bytes.") % {"file": target, "size": size})
