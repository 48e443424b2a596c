"""Django's `migrate`; a database with no table yet gets them whole, since there are no rows to carry over."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoCommand
from django.db import connections

from bangtin.hub.config import laying_down

ELSEWISE = ("app_label", "migration_name", "fake", "fake_initial", "plan", "check_unapplied", "run_syncdb", "prune")


class Command(DjangoCommand):
    """As Django's; an empty database is ready in seconds where walking through every change takes many."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Lay the tables down if there are none, then migrate as Django does."""
        connection = connections[options["database"]]
        if not any(options.get(name) for name in ELSEWISE) and laying_down.is_empty(connection):
            laying_down.lay_down(connection)
        super().handle(*args, **options)
