"""`bangtin demo`: demo offices, notices it renders itself, and one virtual screen; `--once` walks the road and ends."""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.config.demo import clock as demo_clock
from bangtin.hub.config.demo.processes import Crew, NotInTime, free_port
from bangtin.hub.config.demo.setting import Setting, is_someone_elses, last_start, next_folder, note_seen
from bangtin.hub.kit.clock import LOCAL
from bangtin.hub.regulations import queries as regulations
from bangtin.rulebook import calendars

INNER = "BANGTIN_DEMO_BEGAN"  # set for the process that does the work; holds when the command began


class Command(OurCommand):
    """Starts itself again with the demo's clock and folder in its environment, and does the work there."""

    is_a_persons_deed = False
    help = gettext_noop("Run the demo: offices, clips and one virtual screen; --once walks the whole road and ends.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--once`, `--media`, `--json`, and where to listen."""
        parser.add_argument("--once", action="store_true", help=_("walk the road once, without a window, and end"))
        parser.add_argument("--media", type=Path, help=_("a folder of files to hand in instead of the demo's own"))
        parser.add_argument("--port", type=int, default=8000, help=_("the hub's port"))
        parser.add_argument("--at", help=_("the instant to take for now, such as 2026-02-17T03:00+07:00"))
        add_json_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """The outer process finds clock, folder and ports; the inner one does the work."""
        if INNER in os.environ:
            self._work(**options)
            return
        began = time.monotonic()
        media: Path | None = options["media"]
        if media is not None and not media.is_dir():
            raise bad_input(_("%(folder)s is not a folder.") % {"folder": media})
        setting = self._setting(is_once=options["once"], at=options["at"], port=options["port"])
        command = [sys.executable, "-m", "bangtin.hub.config.main", "demo", "--port", str(setting.port)]
        command += ["--once"] if options["once"] else []
        command += ["--json"] if options["is_json"] else []
        command += ["--media", str(media.resolve())] if media else []
        inner = {INNER: f"{began!r} {setting.player_port}"}
        process = subprocess.Popen(command, env={**os.environ, **setting.environment(), **inner})
        signal.signal(signal.SIGTERM, lambda *_ignored: process.terminate())
        while True:
            try:
                sys.exit(process.wait())
            except KeyboardInterrupt:
                continue  # the inner process heard it too, and stops the others

    def _setting(self, *, is_once: bool, at: str | None, port: int) -> Setting:
        real = datetime.now(UTC)  # noqa: TID251 - the demo's clock is made from the real one, here alone
        try:
            pretended = datetime.fromisoformat(at) if at else real
        except ValueError as error:
            raise bad_input(_("--at is not an instant: %(text)s") % {"text": at}) from error
        if pretended.tzinfo is None:
            pretended = pretended.replace(tzinfo=LOCAL)
        home = Path(settings.DATA_DIR)
        folder = next_folder(home / "demo-once") if is_once else home
        if is_someone_elses(folder):
            raise bad_input(
                _("%(folder)s holds a real installation; the demo does not touch it. Set BANGTIN_DATA_DIR.")
                % {"folder": folder}
            )
        calendar = calendars.load(regulations.root())
        start = demo_clock.next_start(calendar, real_now=pretended, last=last_start(folder))
        hub_port = free_port(0 if is_once else port)
        return Setting(
            folder=folder,
            offset_s=demo_clock.offset_s(starts_at=start, real_now=real),
            port=hub_port,
            player_port=free_port(0 if is_once else 8377),
        )

    def _work(self, **options: Any) -> None:
        began, player_port = os.environ[INNER].split(" ")
        setting = Setting(Path(settings.DATA_DIR), settings.CLOCK_OFFSET_S, options["port"], int(player_port))
        crew = Crew(setting.folder / "logs", setting.environment())
        note_seen(setting.folder, datetime.fromtimestamp(0, UTC))
        # what stops services sends SIGTERM: hub and screen are to end with us, at any moment
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        try:
            if options["once"]:
                self._once(setting, crew, began_s=float(began), media=options["media"], is_json=options["is_json"])
            else:
                from bangtin.hub.config.demo import town

                town.run(setting, crew, began_s=float(began))
        except NotInTime as error:
            raise SystemExit(self._late(str(error))) from error
        except KeyboardInterrupt:
            raise SystemExit(130) from None
        finally:
            crew.stop()

    def _once(self, setting: Setting, crew: Crew, *, began_s: float, media: Path | None, is_json: bool) -> None:
        from bangtin.hub.config.demo import road

        found = road.walk(setting, crew, media=media, began_s=began_s)
        if is_json:
            print_json(found.to_object())
        else:
            for key, value in found.to_object().items():
                self.stdout.write(f"{key:>20}  {value}")
        for stop in found.failed:
            road.say(_("This stop did not hold: %(stop)s") % {"stop": stop})
        if found.failed:
            sys.exit(1)

    def _late(self, words: str) -> int:
        sys.stderr.write(_("The demo did not get on: %(words)s") % {"words": words} + "\n")
        return 1
