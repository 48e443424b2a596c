"""`bangtin serve`: the hub in one process."""

import os
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config import serving, soundness, updating
from bangtin.hub.config.commanding import OurCommand


class Command(OurCommand):
    """Starts pages, push, the task worker and the timers."""

    is_a_persons_deed = False
    help = gettext_noop("Serve the hub: pages, screens and background work in one process.")

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        """Refuse weak settings, bring the database up to date, serve until stopped."""
        found = list(soundness.weaknesses(settings.ENV, os.environ))
        if found:
            raise CommandError("\n".join(str(each) for each in found))
        bound = serving.claim(host, port)
        updating.migrate_or_refuse()
        self.stderr.write(
            _("Bangtin serves at http://%(host)s:%(port)s and is known as %(url)s. Stop with Ctrl-C.")
            % {"host": host, "port": bound.getsockname()[1], "url": settings.PUBLIC_URL}
        )
        serving.serve(bound)
