"""The signed repository as it is served."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from bangtin.hub.devices.errors import RepositoryMissing
from bangtin.hub.devices.models import RepositoryFile

_ROOT = re.compile(r"metadata/([1-9][0-9]*)\.root\.json")


def current_files() -> dict[str, bytes]:
    """The current file set by path; empty before the repository is made."""
    rows = RepositoryFile.objects.filter(is_current=True).values_list("name", "body")
    return {name: bytes(body) for name, body in rows}


def file_body(name: str) -> bytes | None:
    """A file of the repository by its path, current or once so; None if there was never one."""
    body = RepositoryFile.objects.filter(name=name).values_list("body", flat=True).first()
    return None if body is None else bytes(body)


def roots() -> list[bytes]:
    """Every root there ever was, the newest first: older ones are served for ever (trust B.5)."""
    rows = RepositoryFile.objects.filter(name__endswith=".root.json").values_list("name", "body")
    found = {int(match[1]): bytes(body) for name, body in rows if (match := _ROOT.fullmatch(name))}
    return [found[number] for number in sorted(found, reverse=True)]


def anchor(files: Mapping[str, bytes] | None = None) -> bytes:
    """The newest root.json: what the installer's kit carries and enrolment codes are bound to (trust D.1, D.2).

    Raises: RepositoryMissing.
    """
    if files is None:
        rows = RepositoryFile.objects.filter(name__endswith=".root.json").values_list("name", "body")
        files = {name: bytes(body) for name, body in rows}
    roots = {int(match[1]): body for name, body in files.items() if (match := _ROOT.fullmatch(name))}
    if not roots:
        raise RepositoryMissing(
            _("This installation has no signed repository yet."),
            _("Publish a bundle, or let the administrator make it."),
        )
    return roots[max(roots)]
