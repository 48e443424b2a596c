"""The arguments of `bangtin-player`, and argparse's own sentences in the language of the machine."""

import argparse
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NoReturn

from bangtin.player.command_words import WORDS
from bangtin.player.config import OUTPUTS

DEFAULT_PORT = 8377
VERBS = ("enrol", "run", "rotate", "import", "status", "doctor")
# argparse puts its sentences together by itself: what it says, and which of our words say it
_SENTENCES: Mapping[str, str] = {
    r"the following arguments are required: (?P<names>.*)": "error.required",
    r"unrecognized arguments: (?P<names>.*)": "error.unknown",
    r"invalid choice: (?P<given>'.*') \(choose from (?P<choices>.*)\)": "error.choice",
    r"expected one argument": "error.one",
    r"invalid int value: (?P<given>.*)": "error.int",
    r"ambiguous option: (?P<given>.*) could match (?P<choices>.*)": "error.ambiguous",
    r"ignored explicit argument (?P<given>.*)": "error.no_value",
}
_ABOUT = re.compile(r"argument (?P<name>[^:]*): (?P<why>.*)", re.DOTALL)


def parser(language: str) -> "Parser":
    """The command line in `language`. Without a verb `command` is None; bad arguments end the process with 2."""
    words = WORDS[language]
    made = Parser(language, prog="bangtin-player", description=words["program"], epilog=words["more"])
    verbs = made.add_subparsers(dest="command", title=words["verbs"], metavar=words["VERB"])
    made.add_options()
    for name in VERBS:
        command = verbs.add_parser(name, language=language, help=words[name], description=f"{words[name]}.")
        if name == "import":
            needed = command.add_argument_group(words["arguments"])
            needed.add_argument("folder", type=Path, metavar=words["FOLDER"], help=words["folder"])
        _add_options(command.add_options(), words)
    return made


def _add_options(group: argparse._ArgumentGroup, words: Mapping[str, str]) -> None:
    group.add_argument("--data-dir", type=Path, metavar=words["FOLDER"], help=words["data_dir"])
    group.add_argument("--kit", type=Path, metavar=words["FILE"], help=words["kit"])
    group.add_argument("--hub", metavar=words["ADDRESS"], help=words["hub"])
    port = words["port"].format(usual=DEFAULT_PORT)
    group.add_argument("--port", type=int, default=DEFAULT_PORT, metavar=words["PORT"], help=port)
    group.add_argument("--browser", default="auto", metavar=words["PATH"], help=words["browser"])
    group.add_argument("--headless", action="store_true", help=words["headless"])
    group.add_argument("--output", choices=OUTPUTS, default=OUTPUTS[0], help=words["output"])
    group.add_argument("--again", action="store_true", help=words["again"])
    group.add_argument("--json", action="store_true", help=words["json"])


class Parser(argparse.ArgumentParser):
    """An ArgumentParser that speaks `language`, "vi" or "en"."""

    def __init__(self, language: str, **settings: str) -> None:
        super().__init__(
            prog=settings.get("prog"),
            description=settings.get("description"),
            epilog=settings.get("epilog"),
            add_help=False,  # it comes with `add_options`, in the language
            formatter_class=_formatter(WORDS[language]["usage"]),
        )
        self.words = WORDS[language]

    def add_options(self) -> argparse._ArgumentGroup:
        """The group of the options, with `--help` in it."""
        group = self.add_argument_group(self.words["options"])
        group.add_argument("-h", "--help", action="help", help=self.words["help"])
        return group

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the arguments, and end with 2."""
        why = said(message, self.words)
        self.print_usage(sys.stderr)
        self.exit(2, self.words["error"].format(program=self.prog, why=why) + "\n")


def said(message: str, words: Mapping[str, str]) -> str:
    """A sentence of argparse in `words`; one that nobody translated stays as it is."""
    about = _ABOUT.fullmatch(message)
    if about:
        return words["error.about"].format(name=about["name"], why=said(about["why"], words))
    for sentence, key in _SENTENCES.items():
        found = re.fullmatch(sentence, message, re.DOTALL)
        if found:
            return words[key].format(**found.groupdict())
    return message


def _formatter(heading: str) -> type[argparse.HelpFormatter]:
    class Formatter(argparse.RawDescriptionHelpFormatter):
        def add_usage(
            self,
            usage: str | None,
            actions: Iterable[argparse.Action],
            groups: Iterable[argparse._MutuallyExclusiveGroup],
            prefix: str | None = None,
        ) -> None:
            super().add_usage(usage, actions, groups, heading if prefix is None else prefix)

    return Formatter
