"""The bytes of docs/bundle-vectors, the same each time they are made."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from bangtin.bundle import instants
from tests.vectors import bundles, envelopes
from tests.vectors import province as p
from tests.vectors.cases import BASE, Case

PARTS = {b"[" * 20_000: [("[", 20_000)], b"[" * 16_000: [("[", 16_000)], p.LARGE: [("moving pictures", 80_000)]}
PARTS[b"M" + p.LARGE[1:]] = [("Moving pictures", 1), ("moving pictures", 79_999)]


def files() -> dict[str, bytes]:
    """Every file of the folder by its name."""
    found = bundles.cases()
    said = {
        "province": p.PROVINCE,
        "cluster": p.CLUSTER,
        "anchor": "metadata/1.root.json of good.json",
        "device": p.DEVICE.payload(),
        "cases": [_entry(case) for case in found],
    }
    envelopes_json = {"envelopes.json": envelopes.text()}
    return {
        "cases.json": _json(said),
        **envelopes_json,
        **{f"{case.name}.json": _json(_bundle(case)) for case in found},
    }


def _entry(case: Case) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": case.name,
        "what": case.what,
        "at": instants.to_text(case.at),
        "expect": case.expect,
    }
    optional = {
        "step": case.step,
        "alone": case.alone if case.alone != case.expect else None,
        "attack": case.attack,
        "after": case.after,
        "store": "boot" if case.boot else "" if case.keeps_store else "wiped",
        "device": dict(case.device),
        "anchor": case.anchor,
    }
    return entry | {key: value for key, value in optional.items() if value}


def _bundle(case: Case) -> dict[str, Any]:
    if case.name != "good" and len(set(BASE.items()) & set(case.files.items())) * 2 > len(BASE):
        own = {path: data for path, data in case.files.items() if BASE.get(path) != data}
        without = sorted(BASE.keys() - case.files.keys())
        return {"base": "good", **({"without": without} if without else {}), "files": _texts(own)}
    return {"files": _texts(case.files)}


def _texts(found: Mapping[str, bytes]) -> dict[str, Any]:
    return {path: _text(data) for path, data in sorted(found.items())}


def _text(data: bytes) -> Any:
    if data in PARTS:
        return {"parts": PARTS[data]}
    try:
        return data.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
