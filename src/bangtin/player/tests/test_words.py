"""The words of the command line are whole in both languages, and each is used."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from string import Formatter

import pytest

from bangtin.player import command_words, health, refusal_words, trouble_words
from bangtin.player.config import BadInput
from bangtin.player.screens import opening

PLAYER = Path(opening.__file__).parents[1]
TABLES: Mapping[str, Mapping[str, Mapping[str, str | tuple[str, ...]]]] = {
    "command": command_words.WORDS,
    "bad input": trouble_words.BAD_INPUT,
    "reasons": trouble_words.REASONS,
    "troubles": trouble_words.TROUBLES,
    "refusals": refusal_words.WORDS,
}
SAME = {"NTP", "{name}: {why}"}


def texts(words: str | tuple[str, ...]) -> tuple[str, ...]:
    """The sentences of one key."""
    return (words,) if isinstance(words, str) else words


def named(text: str) -> set[str]:
    """The values that a sentence names."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def raised() -> Iterator[tuple[str, set[str]]]:
    """Each `BadInput(key, …)` of the player: its key, and the values it is given."""
    for path in PLAYER.rglob("*.py"):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"BadInput", "Occupied"}
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield str(first.value), {str(one.arg) for one in node.keywords}


@pytest.mark.parametrize("table", TABLES)
def test_both_languages_say_the_same_things_with_the_same_values(table: str) -> None:
    vi, en = TABLES[table]["vi"], TABLES[table]["en"]
    assert vi.keys() == en.keys()
    for key in vi:
        for ours, theirs in zip(texts(vi[key]), texts(en[key]), strict=True):
            assert bool(ours) == bool(theirs), key
            assert named(ours) == named(theirs), key
            assert not ours or ours != theirs or ours in SAME, key


def test_every_bad_input_has_its_words_and_all_its_values() -> None:
    found = [*raised(), ("stick_failed", {"path", "why"})]  # made by the daemon for the command that asked it
    for key, values in found:
        assert named(trouble_words.BAD_INPUT["vi"][key]) == values, key
    assert {key for key, _ in found} == trouble_words.BAD_INPUT["vi"].keys()


def test_a_bad_input_is_said_in_the_language_with_its_reason_and_is_english_in_the_log() -> None:
    inner = BadInput("kit_unreadable", path="/k", why=FileNotFoundError(2, "No such file or directory", "/k"))
    outer = BadInput("kit_kept", why=inner)
    assert outer.say("vi").startswith("Không đọc được bộ cài /k: không có tệp hay thư mục này.")
    assert str(outer).startswith("The kit /k cannot be read: there is no such file or folder.")


def test_every_field_of_the_status_has_a_label() -> None:
    for_programs = {"born", "written_s", "browser_pid"}  # the last stands beside its browser
    wanted = {f"status.{one.name}" for one in fields(health.Status) if one.name not in for_programs}
    said = {key for key in command_words.WORDS["vi"] if re.fullmatch(r"status\.\w+", key)} - {"status.gone"}
    assert said == wanted


def test_every_refusal_says_what_to_do() -> None:
    for language in ("vi", "en"):
        for code, (means, stick, line) in refusal_words.WORDS[language].items():
            assert means
            assert stick or line, code
    known = {*refusal_words.MEANING.values(), *refusal_words.MEANING_BY_END.values(), *refusal_words.OWN, "other"}
    assert known == refusal_words.WORDS["vi"].keys()
