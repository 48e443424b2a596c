"""The signing classes of securesystemslib, and keys of ours made into them; nothing else imports them."""

import os
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.exceptions import UnsupportedLibraryError

# The library re-exports these names without listing them in __all__, which strict typing asks for.
from securesystemslib.signer import (  # type: ignore[attr-defined]  # HSMSigner is exported, its list leaves it out
    CryptoSigner,
    HSMSigner,
    Key,
    Signature,
    Signer,
    SSlibKey,
)

__all__ = [
    "TOKEN_ERRORS",
    "CryptoSigner",
    "Key",
    "SSlibKey",
    "Signature",
    "Signer",
    "ed25519_signer",
    "from_pem",
    "public_key",
    "to_pem",
    "token_key",
    "token_signer",
]

# What a token says when it is not there, its PIN is wrong or python-pkcs11 is missing (its errors are RuntimeErrors).
TOKEN_ERRORS = (ValueError, RuntimeError, UnsupportedLibraryError)
_ENCRYPTED = b"BEGIN ENCRYPTED PRIVATE KEY"


def ed25519_signer(private_key: Ed25519PrivateKey, *, keyid: str | None = None) -> CryptoSigner:
    """A signer with `private_key`, named `keyid` (a device signs as its id), else by the key's digest."""
    return CryptoSigner(private_key, SSlibKey.from_crypto(private_key.public_key(), keyid))


def to_pem(signer: CryptoSigner, passphrase: bytes | None = None) -> bytes:
    """The private key as PKCS#8 PEM, encrypted if there is a passphrase (trust B.6)."""
    key = from_plain_pem(signer.private_bytes)
    cipher = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, cipher)


def from_pem(pem: bytes, passphrase: bytes | None = None) -> CryptoSigner:
    """The signer of `to_pem`: Ed25519 or P-256. A passphrase that the key does not have is not asked for.

    Raises: ValueError for another kind of key, a wrong or a missing passphrase.
    """
    if _ENCRYPTED in pem and not passphrase:
        raise ValueError("expected the passphrase of an encrypted key, got none")
    key = from_plain_pem(pem, passphrase if _ENCRYPTED in pem else None)
    return CryptoSigner(key, SSlibKey.from_crypto(key.public_key()))


def from_plain_pem(pem: bytes, passphrase: bytes | None = None) -> Ed25519PrivateKey | EllipticCurvePrivateKey:
    """The private key in `pem`. Raises: ValueError unless it is Ed25519 or P-256."""
    key = load_pem_private_key(pem, passphrase)
    if isinstance(key, Ed25519PrivateKey):
        return key
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
        return key
    raise ValueError(f"expected an Ed25519 or P-256 key, got {type(key).__name__}")


def public_key(fields: dict[str, object], keyid: str) -> Key:
    """The public key in TUF's JSON form. Raises: ValueError, KeyError where it is none."""
    return Key.from_dict(keyid, dict(fields))


def token_key(module: Path, *, label: str, number: int, pin: Callable[[], str]) -> tuple[str, SSlibKey]:
    """The URI and public key of an ECDSA P-256 key in a PKCS#11 token (trust B.6).

    Raises: TOKEN_ERRORS.
    """
    os.environ["PYKCS11LIB"] = str(module)  # the library takes the module from there alone
    uri, key = HSMSigner.import_(number, label, lambda _what: pin())
    return uri, key


def token_signer(module: Path, *, uri: str, key: Key, pin: Callable[[], str]) -> Signer:
    """A signer whose private key never leaves its PKCS#11 token. Signing raises: TOKEN_ERRORS."""
    os.environ["PYKCS11LIB"] = str(module)
    return HSMSigner.from_priv_key_uri(uri, key, lambda _what: pin())
