"""Reads docs/bundle-vectors, and asks both verifiers."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bangtin.bundle import acks, alerts, commands, instants, verify
from bangtin.bundle.devices import DeviceRecord, read_device_record, read_time_answer
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.manifest import Manifest
from bangtin.bundle.media import ChunkChecker
from tests import checker
from tests.vectors.province import DEVICE

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "bundle-vectors"
MALFORMED = (AttributeError, LookupError, TypeError, ValueError)


def index(folder: Path = FOLDER) -> dict[str, Any]:
    """What `cases.json` says."""
    found: dict[str, Any] = json.loads((folder / "cases.json").read_text())
    return found


def read(name: str, folder: Path = FOLDER) -> dict[str, bytes]:
    """The files of the bundle `name` by their paths: its own, and the others of its base that it does not leave out."""
    said = json.loads((folder / f"{name}.json").read_text())
    files = read(said["base"], folder) if "base" in said else {}
    for path in said.get("without", []):
        del files[path]
    return {**files, **{path: _bytes(value) for path, value in said["files"].items()}}


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode()
    if "base64" in value:
        return base64.b64decode(value["base64"])
    return b"".join(text.encode() * times for text, times in value["parts"])


def device(case: Mapping[str, Any]) -> DeviceRecord:
    """The province's device, with what the case changes."""
    return replace(DEVICE, **case.get("device", {}))


def screen(case: Mapping[str, Any], anchor: bytes, found: Mapping[str, Mapping[str, Any]]) -> tuple[str, str]:
    """The verdict of the player's own code: "accepted" or the refusal's code, and its step."""
    try:
        accepted = _judge(case, anchor, found)
        _check_media(accepted.manifest, read(case["name"]))
    except BundleRefusal as refusal:
        return refusal.code, refusal.step
    return "accepted", ""


def _judge(case: Mapping[str, Any], anchor: bytes, found: Mapping[str, Mapping[str, Any]]) -> verify.Accepted:
    at, files, floors, stored = instant(case["at"]), read(case["name"]), verify.Floors(), None
    anchor = files[case["anchor"]] if "anchor" in case else anchor
    if "after" in case:
        before = found[case["after"]]
        accepted = verify.accept(read(before["name"]), anchor=anchor, at=instant(before["at"]), device=DEVICE)
        floors, stored = accepted.floors, dict(accepted.files)
    if case.get("store") == "boot":
        return verify.reopen(files, anchor=anchor, accepted_at=at, device=device(case), floors=floors)
    if case.get("store") == "wiped":
        stored = None
    return verify.accept(files, anchor=anchor, at=at, device=device(case), stored=stored, floors=floors)


def _check_media(manifest: Manifest, files: Mapping[str, bytes]) -> None:
    for file in manifest.files:
        data = files.get(f"m/{file.sha256}")
        if data is not None:
            parts = [data[at : at + 2**20] for at in range(0, len(data), 2**20)]
            taker = ChunkChecker(file, files.get(f"m/{file.sha256}.chunks", b""))
            for part in parts:
                taker.take(part)
            taker.finish()


def alone(case: Mapping[str, Any], anchor: bytes, cluster: str) -> str:
    """The verdict of the checker that sees this one set."""
    try:
        files = read(case["name"])
        root = files[case["anchor"]] if "anchor" in case else anchor
        checker.check(files, root, cluster, instant(case["at"]))
    except SystemExit as refusal:
        return str(refusal).partition(":")[0]
    except MALFORMED:
        return "malformed"
    return "accepted"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def envelope(case: Mapping[str, Any], accepted: verify.Accepted, at: datetime) -> tuple[str, str]:
    """The verdict of the player's own code on one envelope, with the keys, policy and officers of `accepted`."""
    data, given = case["envelope"].encode(), case["given"]
    try:
        if case["kind"] == "command":
            commands.check(data, floor=given["floor"], **_authority(accepted), device=DEVICE, at=at)
        elif case["kind"] == "alert":
            floor = alerts.Floors(alerts=alerts.Floor(given["n"], "", tuple(given["active"])))
            hearing = {"is_pushed": given["pushed"], "clock": given["clock"]}
            alerts.check(data, floor=floor, **_authority(accepted), device=DEVICE, at=at, **hearing)
        elif case["kind"] == "device":
            key = bytes.fromhex(DEVICE.key)
            read_device_record(data, keys=accepted.keys, key=key, province=DEVICE.province)
        elif case["kind"] == "ack":
            acks.read(data, keys=accepted.keys, device=DEVICE.device)
        elif case["kind"] == "answer":
            acks.read_answer(json.loads(data), keys=accepted.keys, device=DEVICE.device)
        else:
            newest_ms = instants.to_ms(accepted.timestamp_expires)
            read_time_answer(data, keys=accepted.keys, newest_ms=newest_ms, **given)
    except BundleRefusal as refusal:
        return refusal.code, refusal.step
    return "accepted", ""


def _authority(accepted: verify.Accepted) -> dict[str, Any]:
    return {"keys": accepted.keys, "officers": accepted.officers, "policy": accepted.policy}
