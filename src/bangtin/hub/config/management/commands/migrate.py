"""Django's `migrate`; a database with no table yet gets them whole, since there are no rows to carry over."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoCommand
from django.db import connections

from bangtin.hub.config import laying_down, updating

ELSEWISE = ("app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied", "run_syncdb", "prune")


class Command(DjangoCommand):
    """As Django's; an empty database is ready in seconds where walking through every change takes many."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Make the place of the database, unless Django is only asked what it would do; its checks open it already."""
        if not options.get("plan") and not options.get("check_unapplied"):
            updating.make_place()
        return super().execute(*args, **options)

    def handle(self, *args: Any, **options: Any) -> None:
        """Lay the tables down if there are none, then migrate as Django does."""
        connection = connections[options["database"]]
        if not any(options.get(name) for name in ELSEWISE) and laying_down.is_empty(connection):
            laying_down.lay_down(connection)
        super().handle(*args, **options)
