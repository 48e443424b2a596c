"""YAML into frozen dataclasses, typed by their annotations, with the line of every fault.

Scalars are read from their written text, never from what YAML guesses: `07:30` stays a time and `no` a word.
A dataclass field named `source` is filled with the place its record stands at.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import math
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TypeVar, cast

import yaml

from bangtin.rulebook import reading
from bangtin.rulebook.errors import DataError, Problem

Record = TypeVar("Record")
_NULL = "tag:yaml.org,2002:null"


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record stands: file relative to the regulations' root, and line from 1."""

    file: str
    line: int


NOWHERE = Source("", 0)


@dataclass(frozen=True, slots=True)
class _Where:
    file: str
    clause: str | None = None

    def problem(self, node: yaml.Node, *, expected: str, got: str) -> Problem:
        return Problem(self.file, node.start_mark.line + 1, expected=expected, got=got, clause=self.clause)

    def fault(self, node: yaml.Node, *, expected: str, got: str) -> DataError:
        return DataError(self.problem(node, expected=expected, got=got))


def read(record: type[Record], path: Path, *, root: Path) -> Record:
    """Return the file's one document as `record`.

    Raises: DataError naming the file, the line, the clause where one is known, what was expected and found.
    """
    name = reading.name_of(path, root)
    return parse(record, reading.text(path, file=name), file=name)


def parse(record: type[Record], text: str, *, file: str) -> Record:
    """Return YAML `text` as `record`; `file` is the name used in errors.

    Raises: DataError with every fault of the file.
    """
    node = reading.compose(text, file=file)
    if node is None:
        raise DataError(Problem(file, 1, expected="something in the file", got="an empty file"))
    return cast("Record", _value(record, node, _Where(file)))


def _value(hint: object, node: yaml.Node, where: _Where) -> object:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return _either(hint, node, where)
    if origin is tuple:
        inner = typing.get_args(hint)[0]
        parts = ((str(at), inner, item) for at, item in enumerate(_items(node, where)))
        return tuple(_each(parts, where).values())
    if origin is Mapping:
        value_hint = typing.get_args(hint)[1]
        pairs = _pairs(node, where).items()
        return types.MappingProxyType(_each(((key, value_hint, item) for key, item in pairs), where))
    if not isinstance(hint, type):
        raise TypeError(f"Expected an annotation the decoder knows, got {hint!r}.")
    if dataclasses.is_dataclass(hint) and not hasattr(hint, "parse"):
        return _record(hint, node, where)
    return _scalar(hint, node, where)


def _either(hint: object, node: yaml.Node, where: _Where) -> object:
    options = typing.get_args(hint)
    if types.NoneType in options and node.tag == _NULL:
        return None
    options = tuple(option for option in options if option is not types.NoneType)
    is_list = isinstance(node, yaml.SequenceNode)
    fitting = [o for o in options if (typing.get_origin(o) is tuple) == is_list]
    return _value(fitting[0] if fitting else options[0], node, where)


def _record(record: type, node: yaml.Node, where: _Where) -> object:
    pairs = _pairs(node, where)
    named = pairs.get("id")
    if named is not None and "/" in str(named.value) and record.__name__ == "Clause":
        where = _Where(where.file, str(named.value))
    fields, needed, hints = _shape(record)
    faults = [_unknown(key, fields, where) for key in _keys(node) if key.value not in fields]
    values: dict[str, object] = {}
    try:
        values = _each(((key, hints[key], item) for key, item in pairs.items() if key in fields), where)
    except DataError as error:
        faults += error.problems
    for name in needed:
        if name not in pairs:
            faults.append(where.problem(node, expected=f"the field {name!r} of {record.__name__}", got="no such field"))
    if faults:
        raise DataError(*faults)
    if "source" in hints:
        values["source"] = Source(where.file, node.start_mark.line + 1)
    try:
        return record(**values)
    except ValueError as error:
        raise where.fault(node, expected=str(error), got=f"this {record.__name__}") from error


@functools.cache
def _shape(record: type) -> tuple[tuple[str, ...], tuple[str, ...], dict[str, object]]:
    """The fields that a file gives, those of them without a default, and all annotations as types."""
    fields = [field for field in dataclasses.fields(record) if field.name != "source"]
    missing = dataclasses.MISSING
    needed = (each.name for each in fields if each.default is missing and each.default_factory is missing)
    return tuple(each.name for each in fields), tuple(needed), typing.get_type_hints(record)


def _each(parts: Iterable[tuple[str, object, yaml.Node]], where: _Where) -> dict[str, object]:
    """Read (name, annotation, node) each; the faults of all are raised together."""
    values: dict[str, object] = {}
    faults: list[Problem] = []
    for name, hint, node in parts:
        try:
            values[name] = _value(hint, node, where)
        except DataError as error:
            faults += error.problems
    if faults:
        raise DataError(*faults)
    return values


def _unknown(key: yaml.Node, fields: Iterable[str], where: _Where) -> Problem:
    near = difflib.get_close_matches(str(key.value), fields, n=1)
    expected = f"the field {near[0]!r}" if near else f"one of the fields {', '.join(fields)}"
    return where.problem(key, expected=expected, got=repr(str(key.value)))


def _keys(node: yaml.Node) -> list[yaml.Node]:
    return [key for key, _ in node.value]


def _items(node: yaml.Node, where: _Where) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise where.fault(node, expected="a list", got=_seen(node))
    return list(node.value)


def _pairs(node: yaml.Node, where: _Where) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise where.fault(node, expected="fields as 'name: value'", got=_seen(node))
    pairs: dict[str, yaml.Node] = {}
    for key, item in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise where.fault(key, expected="fields as 'name: value'", got=_seen(key))
        if key.value in pairs:
            raise where.fault(key, expected="each field once", got=f"{key.value!r} twice")
        pairs[str(key.value)] = item
    return pairs


def _scalar(hint: type, node: yaml.Node, where: _Where) -> object:
    if not isinstance(node, yaml.ScalarNode) or node.tag == _NULL:
        raise where.fault(node, expected=_called(hint), got=_seen(node))
    text = str(node.value)
    reader: Callable[[str], object] | None = getattr(hint, "parse", None) or _READERS.get(hint)
    if reader is None and issubclass(hint, StrEnum):
        reader = hint
    if reader is None:
        raise TypeError(f"Expected an annotation the decoder knows, got {hint!r}.")
    try:
        return reader(text)
    except ValueError as error:
        raise where.fault(node, expected=_called(hint, error), got=repr(text)) from error


def _boolean(text: str) -> bool:
    if text not in {"true", "false"}:
        raise ValueError("true or false")
    return text == "true"


def _whole(text: str) -> int:
    if re.fullmatch(r"-?[0-9]{1,9}", text) is None:
        raise ValueError("a whole number")
    return int(text)


def _number(text: str) -> float:
    found = float(text)
    if not math.isfinite(found):
        raise ValueError("a number")
    return found


def _date(text: str) -> date:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) is None:
        raise ValueError("a date as YYYY-MM-DD")
    return date.fromisoformat(text)


_READERS: dict[type, Callable[[str], object]] = {
    str: str,
    int: _whole,
    float: _number,
    bool: _boolean,
    date: _date,
}
_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", date: "a date as YYYY-MM-DD"}


def _called(hint: type, error: ValueError | None = None) -> str:
    if hint in _NAMES:
        return _NAMES[hint]
    if issubclass(hint, StrEnum):
        return "one of " + ", ".join(hint)
    return str(error) if error else f"a {hint.__name__}"


def _seen(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "fields"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    return "nothing" if node.tag == _NULL else repr(str(node.value))
