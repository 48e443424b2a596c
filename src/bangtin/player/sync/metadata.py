"""Fetches the files of a published set that this player lacks; nothing here is trusted, `bundle` judges the whole."""

import json
from collections.abc import Mapping
from typing import cast

from bangtin.bundle import bounds, names, trusted
from bangtin.bundle.errors import BundleRefusal
from bangtin.player.sync.requests import Hub, HubRefused

API = "/api/v1"


async def fetch_set(hub: Hub, *, anchor: bytes, known: Mapping[str, bytes], cluster: str | None) -> dict[str, bytes]:
    """The newest published set: roots, timestamp, snapshot, targets, and with `cluster` its people, role and targets.

    `known` are files already here; immutable ones are not fetched again. Raises: HubRefused, BundleRefusal when the
    files do not even name one another, and what the client raises.
    """
    fetching = _Fetching(hub, dict(known))
    await fetching.roots(_version(anchor, "root"))
    timestamp = await fetching.get(trusted.TIMESTAMP, fresh=True)
    number = _inner(timestamp, "timestamp", "meta", "snapshot.json", "version")
    snapshot = await fetching.get(f"metadata/{number}.snapshot.json")
    roles = ["targets", *(["people", names.role(cluster)] if cluster else [])]
    for role in roles:
        number = _inner(snapshot, "snapshot", "meta", f"{role}.json", "version")
        metadata = await fetching.get(f"metadata/{number}.{role}.json")
        if cluster:
            await fetching.targets_of(metadata, role)
    return fetching.files


class _Fetching:
    """One fetch; `files` grows."""

    def __init__(self, hub: Hub, known: Mapping[str, bytes]) -> None:
        self._hub = hub
        self._known = known
        self.files = {name: data for name, data in known.items() if name.endswith(".root.json")}

    async def roots(self, first: int) -> None:
        """Every root after those that are here."""
        number = first + 1
        while number - first <= bounds.ROOTS:
            name = f"metadata/{number}.root.json"
            if name not in self.files:
                try:
                    self.files[name] = (await self._hub.get(_address(name))).body
                except HubRefused as refused:
                    if refused.status == 404:
                        return
                    raise
            number += 1

    async def get(self, name: str, *, fresh: bool = False) -> bytes:
        """One file, from here if it is immutable and here."""
        if fresh or name not in self._known:
            self.files[name] = (await self._hub.get(_address(name))).body
        else:
            self.files[name] = self._known[name]
        return self.files[name]

    async def targets_of(self, metadata: bytes, role: str) -> None:
        """The target files that a role names."""
        listed = _inner(metadata, role, "targets")
        for path in list(cast(dict[str, object], listed))[:8]:
            digest = _inner(metadata, role, "targets", path, "hashes", "sha256")
            await self.get(trusted.target_path(path, str(digest)))


def _address(name: str) -> str:
    return API + "/" + name.replace("metadata/", "tuf/", 1)


def _version(data: bytes, role: str) -> int:
    return cast(int, _inner(data, role, "version"))


def _inner(data: bytes, role: str, *keys: str) -> object:
    try:
        value = json.loads(data)["signed"]
        for key in keys:
            value = value[key]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise BundleRefusal(f"{role}_malformed", step="1.2", subject=role, detail="names nothing to fetch") from error
    return cast(object, value)
