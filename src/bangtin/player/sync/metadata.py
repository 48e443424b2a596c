"""Fetches the files of a published set that this player lacks; nothing here is trusted, `bundle` judges the whole."""

import asyncio
import json
from collections.abc import Mapping
from typing import cast

import aiohttp

from bangtin.bundle import bounds, names, trusted
from bangtin.bundle.errors import BundleRefusal
from bangtin.player.sync.requests import Hub, HubRefused

API = "/api/v1"
# What the whole of a set may take, in seconds: 19 MB at 512 kbit/s, where the largest targets (5 MB) take 78.
SET_S = 300.0
ROOTS_BYTES = 8_000_000  # of roots fetched at once: nobody has verified them while they are collected
# A large file on a slow line takes longer than any other answer; the set's own deadline is what ends it.
PATIENT = aiohttp.ClientTimeout(total=None, connect=5, sock_read=30)


async def fetch_set(hub: Hub, *, anchor: bytes, known: Mapping[str, bytes], cluster: str | None) -> dict[str, bytes]:
    """The newest published set: roots, timestamp, snapshot, targets, and with `cluster` its people, role and targets.

    `known` are files already here; immutable ones are not fetched again. No file is read beyond the bound that its
    verifier sets. Raises: HubRefused (`answer_too_large`; `set_slow` after SET_S, or a silence), BundleRefusal when the
    files do not even name one another, and what the client raises.
    """
    fetching = _Fetching(hub, dict(known))
    try:
        async with asyncio.timeout(SET_S):
            await fetching.whole(_version(anchor, "root"), cluster)
    except TimeoutError as error:
        raise HubRefused(0, "set_slow", "the files of the set came too slowly") from error
    return fetching.files


class _Fetching:
    """One fetch; `files` grows."""

    def __init__(self, hub: Hub, known: Mapping[str, bytes]) -> None:
        self._hub = hub
        self._known = known
        self.files = {name: data for name, data in known.items() if name.endswith(".root.json")}

    async def whole(self, root: int, cluster: str | None) -> None:
        """All files from the root after number `root` on."""
        await self._roots(root)
        timestamp = await self._get(trusted.TIMESTAMP, bounds.TIMESTAMP_BYTES, fresh=True)
        number = _inner(timestamp, "timestamp", "meta", "snapshot.json", "version")
        snapshot = await self._get(f"metadata/{number}.snapshot.json", bounds.SNAPSHOT_BYTES)
        for role, targets in (_targets(cluster) if cluster else {"targets": {}}).items():
            number = _inner(snapshot, "snapshot", "meta", f"{role}.json", "version")
            metadata = await self._get(f"metadata/{number}.{role}.json", bounds.TARGETS_BYTES)
            listed = _inner(metadata, role, "targets")
            for path, most in targets.items():
                if isinstance(listed, dict) and path in listed:  # of one that is not, the verifier says so
                    digest = _inner(metadata, role, "targets", path, "hashes", "sha256")
                    await self._get(trusted.target_path(path, str(digest)), most)

    async def _roots(self, first: int) -> None:
        """Every root after those that are here."""
        left_bytes = ROOTS_BYTES
        for number in range(first + 1, first + 1 + bounds.ROOTS):
            name = f"metadata/{number}.root.json"
            if name in self.files:
                continue
            try:
                root = await self._get(name, min(bounds.ROOT_BYTES, left_bytes))
            except HubRefused as refused:
                if refused.status == 404:
                    return
                raise
            left_bytes -= len(root)

    async def _get(self, name: str, most: int, *, fresh: bool = False) -> bytes:
        """One file of at most so many bytes, from here if it is immutable and here."""
        if fresh or name not in self._known:
            self.files[name] = (await self._hub.get(_address(name), most=most, within=PATIENT)).body
        else:
            self.files[name] = self._known[name]
        return self.files[name]


def _targets(cluster: str) -> dict[str, dict[str, int]]:
    """The targets that a device of `cluster` reads, by the role that names them, and their bounds in bytes."""
    own = names.directory(cluster)
    return {
        "targets": {"policy.json": bounds.TARGETS_BYTES},
        "people": {"people/officers.json": bounds.TARGETS_BYTES},
        names.role(cluster): {
            f"{own}/manifest.json": bounds.MANIFEST_BYTES,
            f"{own}/approvals.jsonl": bounds.APPROVALS_BYTES,
        },
    }


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
