"""What a name may look like (trust 2.7): no path is ever built from anything that fails here."""

import re

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}", re.ASCII)
_CLUSTER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*/([a-z0-9]+(?:-[a-z0-9]+)*)", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)


def is_name(text: str) -> bool:
    """Whether `text` can name an item, loop, window, slot, face, device, officer or agency."""
    return _NAME.fullmatch(text) is not None


def is_cluster(text: str) -> bool:
    """Whether `text` is a cluster's id such as `cao-bang/ta-lung`."""
    return len(text) <= 80 and _CLUSTER.fullmatch(text) is not None


def is_sha256(text: str) -> bool:
    """Whether `text` is 64 lower-case hex digits."""
    return _SHA256.fullmatch(text) is not None


def slug(cluster: str) -> str:
    """`ta-lung` of `cao-bang/ta-lung`. Raises: ValueError if it is no cluster's id."""
    found = _CLUSTER.fullmatch(cluster)
    if found is None:
        raise ValueError(f"expected a cluster such as cao-bang/ta-lung, got {cluster!r}")
    return found[2]


def role(cluster: str) -> str:
    """The TUF role of a cluster: `c-ta-lung`."""
    return f"c-{slug(cluster)}"


def directory(cluster: str) -> str:
    """The target directory of a cluster: `c/ta-lung`."""
    return f"c/{slug(cluster)}"
