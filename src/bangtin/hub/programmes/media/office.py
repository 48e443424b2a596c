"""Turns Word and PowerPoint files into PDF with LibreOffice, where it is installed, in the bounded process."""

import shutil
from pathlib import Path

from bangtin.hub.programmes.media import limits, sandbox
from bangtin.hub.programmes.media.limits import Unusable

CONTAINERS = ("docx", "pptx")
# The part of LibreOffice that reads each: distributions pack Writer and Impress apart.
_PARTS = {"docx": "libswlo.so", "pptx": "libsdlo.so"}
_NAMES = ("soffice", "libreoffice")


def executable() -> str:
    """The LibreOffice of this machine; empty if there is none."""
    return next((found for name in _NAMES if (found := shutil.which(name))), "")


def reads(container: str) -> bool:
    """Whether this machine's LibreOffice turns such files into PDF; a build that is packed otherwise is trusted to."""
    folder = Path(executable()).resolve().parent
    has_parts = any((folder / part).exists() for part in _PARTS.values())
    return bool(executable()) and (not has_parts or (folder / _PARTS[container]).exists())


def to_pdf(source: Path, container: str, folder: Path) -> Path:
    """Write the file as PDF into the folder, with a profile of LibreOffice's own that ends with the folder.

    Active content was refused before: macros and references are not what this relies on to be harmless.
    Raises: Unusable: no_office, timed_out, malformed.
    """
    if not reads(container):
        raise Unusable("no_office", {"container": container.upper()})
    named = folder / f"in.{container}"
    named.symlink_to(source.resolve())
    arguments = [
        executable(), "--headless", "--norestore", "--nologo", "--nolockcheck", "--nodefault",
        f"-env:UserInstallation={(folder / 'profile').resolve().as_uri()}",
        "--convert-to", "pdf", "--outdir", str(folder), str(named),
    ]  # fmt: skip
    try:
        finished = sandbox.run(arguments, timeout_s=limits.OFFICE_S, cpu_s=limits.OFFICE_S)
    except sandbox.TimedOut as error:
        raise Unusable("timed_out") from error
    made = folder / "in.pdf"
    if finished.code != 0 or not made.is_file():
        raise Unusable("malformed")
    return made
