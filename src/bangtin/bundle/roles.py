"""TUF's role types and their one byte form; the rest of the package imports them from here."""

from collections.abc import Sequence
from typing import cast

# The library re-exports these names without listing them in __all__, which strict typing asks for.
from tuf.api.metadata import (  # type: ignore[attr-defined]
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Signed,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from bangtin.bundle.signers import Signer

__all__ = [
    "DelegatedRole",
    "Delegations",
    "MetaFile",
    "Metadata",
    "Root",
    "Signed",
    "Snapshot",
    "TargetFile",
    "Targets",
    "Timestamp",
    "open_metadata",
    "read_signed",
    "sign",
    "write",
]


def open_metadata(data: bytes) -> Metadata[Root]:
    """The metadata in `data`, of whatever role: typed as a root's because the library's type
    variable is bound to the four roles one by one, so take `.signed` through `read_signed`.

    Raises: DeserializationError of `tuf.api.serialization`.
    """
    return Metadata.from_bytes(data)


def read_signed(data: bytes) -> Signed:
    """What `data` says, its signatures not checked."""
    return cast(Signed, open_metadata(data).signed)


def sign(signed: Signed, signers: Sequence[Signer]) -> bytes:
    """The file of `signed`, signed by each of `signers`."""
    metadata = Metadata(cast(Root, signed))
    for signer in signers:
        metadata.sign(signer, append=True)
    return write(metadata)


def write(metadata: Metadata[Root]) -> bytes:
    """The one byte form of `metadata`: compact JSON, keys sorted."""
    return metadata.to_bytes(JSONSerializer(compact=True))
