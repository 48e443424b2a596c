"""The `bangtin` command line: Django's commands under this project's settings, ours listed first."""

import os
import sys

from bangtin.hub.config.env import BadSetting

_PIPE_CLOSED = 128 + 13  # what a shell says of SIGPIPE


def main() -> None:
    """Run one command; exit codes are 0 held, 1 not, 2 bad input."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangtin.hub.config.settings")
    from django.core.management import execute_from_command_line
    from django.db.utils import DatabaseError

    arguments = sys.argv if len(sys.argv) > 1 else [*sys.argv, "commands"]
    try:
        try:
            execute_from_command_line(arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:  # who read the output has enough of it, as `head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(_PIPE_CLOSED)
    except BadSetting as error:
        sys.stderr.write(f"bangtin: {error}\n")
        sys.exit(2)
    except DatabaseError as error:
        said = _why_not_ready(error)
        if said is None or "--traceback" in arguments:
            raise
        sys.stderr.write(f"bangtin: {said}\n")
        sys.exit(2)


def _why_not_ready(error: Exception) -> str | None:
    """What to say of a folder without an installation, or with tables of another release; None if that is not why."""
    from django.db import connection
    from django.utils import translation

    from bangtin.hub.config import env, updating

    is_deaf = connection.vendor == "postgresql" and connection.connection is None
    connection.close()
    with translation.override(env.read(os.environ).language):
        found = updating.unanswered(error) if is_deaf else updating.why_not_ready()
    return "\n  → ".join(found) if found else None


if __name__ == "__main__":
    main()
