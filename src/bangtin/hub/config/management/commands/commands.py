"""`bangtin` without arguments: our commands, one line each."""

from typing import Any

from django.core.management import get_commands, load_command_class
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from bangtin.hub.config.commanding import OurCommand


class Command(OurCommand):
    """Prints what `bangtin` can do."""

    help = gettext_noop("List the commands of Bangtin.")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a command, ours alone."""
        loaded = {
            name: load_command_class(str(app), name)
            for name, app in sorted(get_commands().items())
            if str(app).startswith("bangtin.")
        }
        ours = {name: command for name, command in loaded.items() if isinstance(command, OurCommand)}
        width = max(len(name) for name in ours)
        print(_("Usage: bangtin COMMAND [options]; “bangtin COMMAND --help” explains one."))
        for name, command in ours.items():
            print(f"  {name:<{width}}  {_(command.help) if command.help else ''}")
