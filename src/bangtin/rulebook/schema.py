"""The JSON Schema of the regulation files, generated from the typed loader, for editors and other readers.

`regulations/schema.json` is this module's answer, written down; a test compares them. Write it anew with
`python -m bangtin.rulebook.schema > regulations/schema.json`.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import types
import typing
from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from bangtin.rulebook import loading, testing
from bangtin.rulebook.texts import MonthDay, Window

Json = dict[str, object]

_SCALARS: Mapping[object, Json] = {
    str: {"type": ["string", "number"]},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
    MonthDay: {"type": "string", "pattern": r"^\d{2}-\d{2}$"},
    Window: {"type": "string", "pattern": r"^\d{2}:\d{2}-\d{2}:\d{2}$"},
}


def schema() -> Json:
    """Return the schema: one definition a record, and under `files` the record each file holds."""
    records = {**loading.FILES, **testing.FILES}
    definitions: dict[str, Json] = {}
    files = {name: _of(record, definitions) for name, record in sorted(records.items())}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Bangtin regulation data",
        "files": files,
        "$defs": dict(sorted(definitions.items())),
    }


def written() -> str:
    """Return the schema as the text of `regulations/schema.json`."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _of(hint: object, definitions: dict[str, Json]) -> Json:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_of(option, definitions) for option in typing.get_args(hint)]}
    if origin is tuple:
        return {"type": "array", "items": _of(typing.get_args(hint)[0], definitions)}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": _of(typing.get_args(hint)[1], definitions)}
    if hint is types.NoneType:
        return {"type": "null"}
    if hint in _SCALARS:
        return _SCALARS[hint]
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": [str(word) for word in hint]}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _record(hint, definitions)
    raise TypeError(f"Expected an annotation the decoder knows, got {hint!r}.")


def _record(record: type, definitions: dict[str, Json]) -> Json:
    name = record.__name__.lstrip("_")
    if name not in definitions:
        definitions[name] = {}
        hints = typing.get_type_hints(record)
        fields = [field for field in dataclasses.fields(record) if field.name != "source"]
        needed = [
            field.name
            for field in fields
            if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        ]
        definitions[name] = {
            "type": "object",
            "description": " ".join((record.__doc__ or "").split()),
            "properties": {field.name: _of(hints[field.name], definitions) for field in fields},
            "required": needed,
            "additionalProperties": False,
        }
    return {"$ref": f"#/$defs/{name}"}


if __name__ == "__main__":
    sys.stdout.write(written())
