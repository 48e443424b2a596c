"""Whom a player believes to be its hub's address, and what it shows to a proxy that asks who comes (trust D.1)."""

import ssl
from pathlib import Path

from bangtin.player.config import BadInput


def context(ca: str, certificate: tuple[Path, Path] | None) -> ssl.SSLContext:
    """The TLS of every connection to the hub.

    ca           the authorities of the province's kit, PEM: they alone count then; "": those of this machine
    certificate  files of a client certificate and its key, for mutual TLS in front of the hub
    Raises: BadInput.
    """
    try:
        made = ssl.create_default_context(cadata=ca or None)
    except (ssl.SSLError, ValueError) as error:
        raise BadInput("kit_ca_kept", why=error) from error
    if certificate is not None:
        chain, key = certificate
        try:
            # a key with a passphrase would ask for it on a terminal that nobody sits at
            made.load_cert_chain(chain, key, password=_no_passphrase)
        except (OSError, ssl.SSLError, ValueError) as error:
            raise BadInput("client_certificate", chain=chain, key=key, why=error) from error
    return made


def _no_passphrase() -> str:
    raise BadInput("passphrase")
