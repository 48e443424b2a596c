"""What every command of ours shares: the language it speaks, one line of JSON on request, exit codes 0, 1 and 2."""

import json
import os
import pwd
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from bangtin.hub.config import env
from bangtin.hub.kit import audit
from bangtin.hub.kit.errors import Refusal

BAD_INPUT = 2


class OurCommand(BaseCommand):
    """A command whose `help` is an English message id, said in the machine's language."""

    requires_system_checks = ()
    # False where the program acts by itself for long: what a timer does is nobody's deed
    is_a_persons_deed = True

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Describe the command in the language it speaks."""
        with translation.override(env.read(os.environ).language):
            parser = super().create_parser(prog_name, subcommand, **kwargs)
            parser.description = _(self.help)
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run in the language of the command line; a refusal ends it with its sentence and code 1."""
        by = caller() if self.is_a_persons_deed else ""
        with translation.override(env.read(os.environ).language), audit.on_behalf_of(by):
            try:
                return super().execute(*args, **options)
            except Refusal as refusal:
                self._end(CommandError(f"{refusal.code}: {refusal}"), options)
            except CommandError as error:
                self._end(error, options)
        return None

    def _end(self, error: CommandError, options: Mapping[str, Any]) -> None:
        if options.get("traceback") or not getattr(self, "_called_from_command_line", False):
            raise error
        sys.stderr.write(f"{error}\n")
        sys.exit(error.returncode)


def caller() -> str:
    """Who gave the command, as the audit trail names it: the operating system's account, such as `cli:an`."""
    number = os.getuid()
    try:
        return f"cli:{pwd.getpwuid(number).pw_name}"
    except KeyError:  # a container's account often has no name
        return f"cli:{number}"


def is_confirmed(question: str) -> bool:
    """Ask on a terminal before what cannot be undone; a script is not asked."""
    if not sys.stdin.isatty():
        return True
    try:
        answer = input(question)
    except EOFError:
        return False
    return answer.strip().lower() in {"y", "yes", "c", "co", "có"}


def add_json_option(parser: ArgumentParser) -> None:
    """Let the command print one line of JSON, alone on stdout."""
    parser.add_argument("--json", action="store_true", dest="is_json")


def print_json(values: Mapping[str, Any] | Sequence[Any]) -> None:
    """Print one line of JSON."""
    sys.stdout.write(json.dumps(values, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def bad_input(message: str) -> CommandError:
    """The error that ends a command with code 2."""
    return CommandError(message, returncode=BAD_INPUT)
