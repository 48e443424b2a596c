"""An installation's database as this program needs it; apart from `serving`, which commands take long to import."""

from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import LOCK_EX, flock

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _


def migrate_or_refuse() -> None:
    """Bring an SQLite installation up to date; on PostgreSQL say the command that does it.

    Raises: CommandError.
    """
    if connection.vendor == "sqlite":
        with _alone():
            call_command("migrate", verbosity=0, interactive=False)
        return
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise CommandError(_("The database is older than this program. Run: bangtin migrate"))
    connection.close()


@contextmanager
def _alone() -> Iterator[None]:
    """One process of this installation at a time: SQLite has no lock of its own that spans all migrations."""
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (settings.DATA_DIR / "migrating").open("ab") as file:
        flock(file, LOCK_EX)
        yield
