"""What a holder's machine and the papers' folder have on disk: keys on media of their own, papers carried to and fro.

Nothing here opens the database: `bangtin keys ceremony key` and `sign` run on a machine that never meets the network.
"""

import getpass
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.utils.translation import gettext as _

from bangtin.bundle import ceremony
from bangtin.bundle.bounds import TARGETS_BYTES
from bangtin.bundle.ceremony import Papers
from bangtin.bundle.errors import BundleRefusal
from bangtin.bundle.holders import Holder
from bangtin.bundle.signers import TOKEN_ERRORS, Key, Signer, ed25519_signer, from_pem, to_pem, token_key, token_signer
from bangtin.hub.config.commanding import bad_input

LEAST_PASSPHRASE = 20
MOST_FILES = 200
PUBLIC = ".pub.json"
_PAPER = re.compile(r"(next|now|signatures)/[A-Za-z0-9.-]{1,120}\.json|contents/[A-Za-z0-9./_-]{1,160}", re.ASCII)


def make_key(folder: Path, *, role: str, name: str, passphrase: Callable[[], bytes]) -> Holder:
    """A new Ed25519 key for a holder: the private file encrypted, mode 0600, and its public half beside it."""
    signer = ed25519_signer(Ed25519PrivateKey.generate())
    holder = Holder(role, name, signer.public_key)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{role}-{signer.public_key.keyid[:8]}.pem"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(to_pem(signer, passphrase()))
        file.flush()
        os.fsync(file.fileno())
    write_public(folder, holder)
    return holder


def take_token(folder: Path, *, role: str, name: str, module: Path, label: str, number: int, pin: str) -> Holder:
    """The public half of a P-256 key in a PKCS#11 token; the private one stays there. Raises: CommandError."""
    try:
        uri, key = token_key(module, label=label, number=number, pin=lambda: pin)
    except (OSError, *TOKEN_ERRORS) as error:
        raise bad_input(_("The token cannot be used: %(why)s") % {"why": error}) from error
    holder = Holder(role, name, key, uri)
    write_public(folder, holder)
    return holder


def write_public(folder: Path, holder: Holder) -> Path:
    """The public file of a key: what its holder hands in."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{holder.role}-{holder.key.keyid[:8]}{PUBLIC}"
    path.write_bytes(holder.encode())
    return path


def read_public(folder: Path) -> list[Holder]:
    """The public files in a folder, each once. Raises: CommandError."""
    found: dict[str, Holder] = {}
    for path in sorted(folder.rglob(f"*{PUBLIC}")) if folder.is_dir() else []:
        holder = _holder(path)
        found[holder.key.keyid] = holder
    return list(found.values())


def by_role(holders: Iterable[Holder]) -> dict[str, tuple[Key, ...]]:
    """The keys of these holders by role."""
    found: dict[str, tuple[Key, ...]] = {}
    for one in holders:
        found[one.role] = (*found.get(one.role, ()), one.key)
    return found


def signer(path: Path, *, module: Path | None, secret: Callable[[str], str]) -> Signer:
    """The signer of a holder: of an encrypted private file, or of a token by its public file and PKCS#11 module.

    Raises: CommandError.
    """
    if path.name.endswith(PUBLIC):
        holder = _holder(path)
        if not holder.token or module is None:
            raise bad_input(
                _("%(path)s is a public file: name the private one, or a token's with --pkcs11.") % {"path": path}
            )
        return token_signer(module, uri=holder.token, key=holder.key, pin=lambda: secret("PIN"))
    try:
        pem = path.read_bytes()
        return from_pem(pem, secret(_("Passphrase")).encode() if b"ENCRYPTED" in pem else None)
    except (OSError, ValueError) as error:
        raise bad_input(_("The key %(path)s cannot be opened: %(why)s") % {"path": path, "why": error}) from error


def write_papers(folder: Path, papers: Papers) -> None:
    """Lay the papers out in a folder that is new or holds the same papers. Raises: CommandError."""
    files = ceremony.to_files(papers)
    for name, data in files.items():
        path = folder / name
        if name.startswith("next/") and path.exists() and path.read_bytes() != data:
            raise bad_input(_("%(folder)s holds other papers; choose a new folder.") % {"folder": folder})
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def read_papers(folder: Path) -> Papers:
    """The papers in a folder; what has another name is not looked at. Raises: CommandError."""
    files: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        name = path.relative_to(folder).as_posix()
        if not _PAPER.fullmatch(name) or path.is_symlink() or not path.is_file():
            continue
        if path.stat().st_size > TARGETS_BYTES or len(files) >= MOST_FILES:
            raise bad_input(_("%(path)s is too large, or there are too many files.") % {"path": path})
        files[name] = path.read_bytes()
    try:
        return ceremony.from_files(files)
    except BundleRefusal as refusal:
        raise bad_input(_("%(folder)s: %(why)s") % {"folder": folder, "why": refusal}) from refusal


def ask(prompt: str, file: Path | None) -> str:
    """A secret: of a file, or typed unseen. Raises: CommandError where there is neither."""
    try:
        return file.read_text(encoding="utf-8").strip() if file else getpass.getpass(f"{prompt}: ")
    except (OSError, EOFError) as error:
        raise bad_input(_("The secret cannot be read: %(why)s") % {"why": error}) from error


def new_passphrase(file: Path | None) -> bytes:
    """A passphrase for a new key, typed twice or of a file. Raises: CommandError."""
    found = ask(_("Passphrase"), file)
    if len(found) < LEAST_PASSPHRASE:
        words = _("The passphrase has fewer than %(least)d characters; six random words are easy to keep.")
        raise bad_input(words % {"least": LEAST_PASSPHRASE})
    if file is None and ask(_("Once more"), None) != found:
        raise bad_input(_("The two are not the same."))
    return found.encode()


def _holder(path: Path) -> Holder:
    try:
        return Holder.parse(path.read_bytes())
    except (OSError, BundleRefusal) as error:
        raise bad_input(_("%(path)s is no public file of a key: %(why)s") % {"path": path, "why": error}) from error
