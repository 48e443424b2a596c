"""`bangtin exchange run|test|example [--json]`: the source system's exchange from the command line."""

import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.clusters.models import Cluster
from bangtin.hub.config.commanding import OurCommand, add_json_option, bad_input, print_json
from bangtin.hub.exchange import actions, mapping
from bangtin.hub.exchange.models import ConnectionState
from bangtin.hub.kit import clock


class Command(OurCommand):
    """Exit 0: done, every connection works; 1: an item failed or a connection does not work; 2: bad input."""

    help = gettext_noop("Exchanges items with the provincial source system, or tests the connections of the clusters.")

    def add_arguments(self, parser: CommandParser) -> None:
        """What to do, and for which cluster."""
        parser.add_argument("deed", choices=["run", "test", "example"])
        parser.add_argument("--cluster", metavar="ID", help=_("test this cluster alone, such as cao-bang/ta-lung"))
        add_json_option(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, test, or print a mapping file to begin with."""
        if options["deed"] == "example":
            self.stdout.write(mapping.EXAMPLE.read_text(encoding="utf-8"))
            return
        if options["deed"] == "run":
            self._run(is_json=options["is_json"])
        else:
            self._test(options["cluster"], is_json=options["is_json"])

    def _run(self, *, is_json: bool) -> None:
        done = actions.run(at=clock.now())
        if is_json:
            print_json(asdict(done))
        else:
            words = _(
                "Taken in: %(taken)d, known: %(known)d, failed: %(failed)d, told: %(told)d, backups: %(backups)d."
            )
            self.stdout.write(words % asdict(done))
            self.stdout.write("\n".join(done.problems))
        if done.failed or done.problems:
            sys.exit(1)

    def _test(self, cluster_id: str | None, *, is_json: bool) -> None:
        clusters = Cluster.objects.order_by("id")
        if cluster_id:
            clusters = clusters.filter(pk=cluster_id)
            if not clusters:
                raise bad_input(_("There is no cluster %(id)s here.") % {"id": cluster_id})
        rows = [actions.try_connection(cluster=one, actor=None, at=clock.now()) for one in clusters]
        if is_json:
            print_json(
                [
                    {
                        "cluster": row.cluster_id,
                        "state": row.state,
                        "means": row.means or None,
                        "tested_at": row.tested_at.isoformat(),
                        "took_ms": row.took_ms,
                        "message": row.message,
                    }
                    for row in rows
                ]
            )
        else:
            self.stdout.write("\n".join(f"{row.cluster_id}  {row.get_state_display()}  {row.message}" for row in rows))
        if any(row.state != ConnectionState.CONNECTED for row in rows):
            sys.exit(1)
