"""An installation's database as this program needs it; apart from `serving`, which commands take long to import."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from fcntl import LOCK_EX, flock

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import DatabaseError
from django.utils.translation import gettext as _

from bangtin.hub.config.env import BadSetting
from bangtin.hub.kit.database import database_file


class Tables(Enum):
    """How the tables of this installation stand."""

    READY = "ready"
    NONE = "none"
    BEHIND = "behind"


def migrate_or_refuse() -> None:
    """Bring an SQLite installation up to date; on PostgreSQL say the command that does it.

    Raises: CommandError, BadSetting.
    """
    make_place()
    if connection.vendor == "sqlite":
        with _alone():
            call_command("migrate", verbosity=0, interactive=False)
        return
    if tables()[0] is not Tables.READY:
        raise CommandError(_("The database is older than this program. Run: bangtin migrate"))
    connection.close()


def make_place() -> None:
    """Make the data folder, its secret and, with SQLite, the empty file of the database: whatever sets up begins so.

    Raises: BadSetting where the folder cannot be made or written.
    """
    str(settings.SECRET_KEY)
    file = database_file()
    try:
        settings.DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
        if file is not None:
            file.touch()
    except OSError as error:
        raise BadSetting(
            f"BANGTIN_DATA_DIR is {str(settings.DATA_DIR)!r}; it cannot be used: {error.strerror}"
        ) from error


def tables() -> tuple[Tables, int]:
    """How the tables stand, and how many changes of them wait.

    Raises: DatabaseError, OSError where the database does not answer.
    """
    file = database_file()
    if file is not None and not file.exists():
        return Tables.NONE, 0
    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not waiting:
        return Tables.READY, 0
    return (Tables.BEHIND if executor.loader.applied_migrations else Tables.NONE), waiting


def why_not_ready() -> tuple[str, str] | None:
    """Why commands fail on this database, and the next step, both in the present language; None if it is ready."""
    try:
        found, waiting = tables()
    except (DatabaseError, OSError) as error:
        return unanswered(error)
    values = {"place": _place(), "count": waiting}
    if found is Tables.NONE:
        return (
            _("%(place)s holds no Bangtin yet.") % values,
            _("To begin one there: bangtin migrate. If there should be one: check BANGTIN_DATA_DIR."),
        )
    if found is Tables.BEHIND:
        return (
            _("The tables in %(place)s are older than this program: %(count)d changes wait.") % values,
            _("Bring them up to date: bangtin migrate"),
        )
    return None


def unanswered(error: Exception) -> tuple[str, str]:
    """What to say of a database that cannot be asked, and the next step."""
    words = _("The database does not answer: %(why)s") % {"why": " ".join(str(error).split())[:200]}
    return words, _("Check BANGTIN_DATABASE_URL and that the server runs.")


def _place() -> str:
    """What people know the database by: the data folder, another file, or the server's database."""
    file = database_file()
    if file is None:
        return str(connection.settings_dict["NAME"])
    return str(settings.DATA_DIR if file.parent == settings.DATA_DIR else file)


@contextmanager
def _alone() -> Iterator[None]:
    """One process of this installation at a time: SQLite has no lock of its own that spans all migrations."""
    with (settings.DATA_DIR / "migrating").open("ab") as file:
        flock(file, LOCK_EX)
        yield
