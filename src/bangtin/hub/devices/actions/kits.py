"""The installer's kit: what a new player trusts before it meets a network (trust D.1)."""

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from bangtin.bundle import addresses
from bangtin.hub.devices import errors
from bangtin.hub.devices.actions.repository import create_repository
from bangtin.hub.devices.queries.repository import anchor


def write_kit(*, path: Path, at: datetime) -> Path:
    """Write the kit to the file `path`: JSON `{hub, province, root, ca?}`, `root` the text of the province's root.json.

    `ca`: certificates of the province's own authority, where BANGTIN_CA_FILE names them: screens then believe no other.
    Raises: HubWithoutTls outside the demo, BadAuthority.
    """
    if addresses.is_open(settings.PUBLIC_URL) and not settings.IS_DEMO:
        raise errors.HubWithoutTls(
            _("Screens would reach this hub (%(url)s) over the network without TLS.") % {"url": settings.PUBLIC_URL},
            _("Put a TLS proxy in front, set BANGTIN_PUBLIC_URL to https://… and download the kit again."),
        )
    authority = _authority()
    create_repository(at=at)
    kit = {"hub": settings.PUBLIC_URL, "province": settings.PROVINCE, "root": anchor().decode()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({**kit, **({"ca": authority} if authority else {})}, indent=1) + "\n", encoding="utf-8")
    return path


def _authority() -> str:
    if settings.CA_FILE is None:
        return ""
    try:
        return addresses.read_authorities(Path(settings.CA_FILE).read_bytes())
    except (OSError, ValueError) as error:
        raise errors.BadAuthority(
            _("BANGTIN_CA_FILE (%(file)s) cannot be put into the kit: %(why)s.")
            % {"file": settings.CA_FILE, "why": str(error)[:160]},
            _("Name a PEM file with the certificate of the province's own CA and nothing else, and restart the hub."),
        ) from error
