"""The `bangtin` command line: Django's commands under this project's settings, ours listed first."""

import os
import sys

from bangtin.hub.config.env import BadSetting


def main() -> None:
    """Run one command; exit codes are 0 held, 1 not, 2 bad input."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangtin.hub.config.settings")
    from django.core.management import execute_from_command_line

    arguments = sys.argv if len(sys.argv) > 1 else [*sys.argv, "commands"]
    try:
        execute_from_command_line(arguments)
    except BadSetting as error:
        sys.stderr.write(f"bangtin: {error}\n")
        sys.exit(2)


if __name__ == "__main__":
    main()
