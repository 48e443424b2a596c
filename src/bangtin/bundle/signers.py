"""The signing classes of securesystemslib, and keys of ours made into them; nothing else imports them."""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

# The library re-exports these names without listing them in __all__, which strict typing asks for.
from securesystemslib.signer import CryptoSigner, Key, Signature, Signer, SSlibKey  # type: ignore[attr-defined]

__all__ = ["CryptoSigner", "Key", "SSlibKey", "Signature", "Signer", "ed25519_signer"]


def ed25519_signer(private_key: Ed25519PrivateKey, *, keyid: str | None = None) -> CryptoSigner:
    """A signer with `private_key`, named `keyid` (a device signs as its id), else by the key's digest."""
    return CryptoSigner(private_key, SSlibKey.from_crypto(private_key.public_key(), keyid))
