"""The signing keys of this installation: one file a role under `keys/` of the data directory, for its owner alone.

PKCS#8, encrypted but in the demo (trust B.6). The embedded default keeps all roles in one folder, the offline ones too
(`doctor` says so); after a ceremony root, targets and people are with persons and never have their files here.
`keys-next/` holds the new keys of a rotation until its papers are published.
"""

import os
import secrets
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from bangtin.bundle.publishing import Keys
from bangtin.hub.devices.key_errors import KeysLocked

CREDENTIAL = "bangtin-keys"  # of the service manager: LoadCredentialEncrypted=bangtin-keys:…
LEAST_PASSPHRASE = 20


def load_or_make(clusters: Iterable[str], *, only_clusters: bool = False) -> Keys:
    """The keys of every role and cluster; what is missing is made now, mode 0600.

    `only_clusters`: nothing else is made, for the repository has its keys already, wherever they are.
    """
    keys = load()
    wanted = Keys.generate(clusters)
    made = {
        role: signers
        for role, signers in wanted.signers.items()
        if role not in keys.signers and (role.startswith("c-") or not only_clusters)
    }
    for role, pems in Keys(made).to_pem(passphrase()).items():
        _write(_folder() / f"{role}.1.pem", pems[0])
    return load() if made else keys


def load() -> Keys:
    """The keys that are there. Raises: KeysLocked."""
    return _load(_folder())


def pending() -> Keys:
    """The new keys of a rotation whose papers are not published yet. Raises: KeysLocked."""
    return _load(_next_folder())


def with_pending() -> Keys:
    """The keys that are there and those that wait; metadata say which of them count."""
    found = dict(load().signers)
    for role, signers in pending().signers.items():
        known = {one.public_key.keyid for one in found.get(role, ())}
        found[role] = (*found.get(role, ()), *(one for one in signers if one.public_key.keyid not in known))
    return Keys(found)


def make_pending(roles: Iterable[str]) -> Keys:
    """A new key for each of these roles, to be listed by the next papers; one that waits already is kept."""
    waiting, generated = pending(), Keys.generate(())
    for role in roles:
        if role not in waiting.signers:
            (pem,) = Keys({role: generated.of("hub")}).to_pem(passphrase())[role]
            _write(_next_folder() / f"{role}.1.pem", pem)
            generated = Keys.generate(())
    return pending()


def adopt() -> None:
    """Lay the keys that wait beside the others; they count from the moment metadata list them."""
    for path in sorted(_next_folder().glob("*.pem")):
        role, body = path.name.rsplit(".", 2)[0], path.read_bytes()
        there = sorted(_folder().glob(f"{role}.*.pem"))
        if all(one.read_bytes() != body for one in there):
            number = max((int(one.name.rsplit(".", 2)[1]) for one in there), default=0) + 1
            _write(_folder() / f"{role}.{number}.pem", body)


def retire(listed: Mapping[str, frozenset[str]]) -> list[str]:
    """Destroy the private keys that the metadata list no longer, and what is left of a rotation; gives their files.

    A root key that is out of use but lies here would still open the way to a screen that missed the change.
    """
    gone = []
    for folder in (_folder(), _next_folder()):
        for path in sorted(folder.glob("*.pem")):
            role = path.name.rsplit(".", 2)[0]
            (signer,) = Keys.from_pem({role: [path.read_bytes()]}, passphrase()).of(role)
            if folder != _folder() or signer.public_key.keyid not in listed.get(role, frozenset()):
                path.unlink()
                if folder == _folder():
                    gone.append(path.name)
    return gone


def put_aside(name: str) -> Path:
    """Move every key out of use, to `keys-aside/<name>/`; gives that folder."""
    aside = Path(settings.DATA_DIR) / "keys-aside" / name
    aside.mkdir(parents=True, mode=0o700)
    for folder in (_folder(), _next_folder()):
        if folder.is_dir():
            folder.rename(aside / folder.name)
    return aside


def protect(new: bytes, old: bytes | None = None) -> int:
    """Encrypt every key with another passphrase; gives how many. The caller puts `new` where `passphrase` finds it.

    `old`: what opens them now, if it is not what `passphrase` finds. Raises: KeysLocked; then nothing has changed.
    """
    old, count = old or passphrase(), 0
    _open_all(old)
    for folder in (_folder(), _next_folder()):
        for path in sorted(folder.glob("*.pem")):
            (pem,) = Keys.from_pem({"key": [path.read_bytes()]}, old).to_pem(new)["key"]
            _replace(path, pem)
            count += 1
    _read.cache_clear()
    return count


def are_encrypted() -> bool:
    """Whether no private key lies here in the clear."""
    return all(b"ENCRYPTED" in path.read_bytes() for path in _folder().glob("*.pem"))


def is_passphrase_beside() -> bool:
    """Whether the passphrase lies in the data folder: whoever copies the one copies the other."""
    source = passphrase_file()
    return source is not None and source.is_relative_to(Path(settings.DATA_DIR).resolve())


def passphrase_file() -> Path | None:
    """Where the passphrase is: as set, else the service manager's credential, else the data folder's; None: nowhere."""
    if settings.KEYS_PASSPHRASE_FILE is not None:
        return Path(settings.KEYS_PASSPHRASE_FILE)
    credential = Path(os.environ.get("CREDENTIALS_DIRECTORY", "/nonexistent")) / CREDENTIAL
    if credential.is_file():
        return credential
    own = Path(settings.DATA_DIR).resolve() / "secrets" / "keys-passphrase"
    return own if own.is_file() else None


def passphrase() -> bytes | None:
    """The passphrase of the keys; made at first use outside the demo, which asks and hides nothing. None: in the clear.

    Raises: KeysLocked if a file is named and cannot be read.
    """
    source = passphrase_file()
    if source is None:
        if settings.IS_DEMO:
            return None
        source = Path(settings.DATA_DIR).resolve() / "secrets" / "keys-passphrase"
        _write(source, secrets.token_urlsafe(48).encode())
    try:
        return source.read_bytes().strip() or None
    except OSError as error:
        raise _locked(str(error)) from error


def _load(folder: Path) -> Keys:
    """Read anew only when the folder changed: opening an encrypted key costs milliseconds, a time answer has none."""
    try:
        stamp, entries = folder.stat().st_mtime_ns, tuple(sorted(each.name for each in folder.iterdir()))
    except FileNotFoundError:
        return Keys({})
    return _read(folder, stamp, entries)


@lru_cache(maxsize=8)
def _read(folder: Path, _stamp: int, entries: tuple[str, ...]) -> Keys:
    found: dict[str, list[bytes]] = {}
    for name in entries:
        if name.endswith(".pem"):
            found.setdefault(name.rsplit(".", 2)[0], []).append((folder / name).read_bytes())
    try:
        return Keys.from_pem(found, passphrase() if found else None)
    except ValueError as error:
        raise _locked(str(error)) from error


def _open_all(passphrase_: bytes | None) -> None:
    for folder in (_folder(), _next_folder()):
        for path in sorted(folder.glob("*.pem")):
            try:
                Keys.from_pem({"key": [path.read_bytes()]}, passphrase_)
            except ValueError as error:
                raise _locked(f"{path.name}: {error}") from error


def _locked(why: str) -> KeysLocked:
    return KeysLocked(
        _("The signing keys cannot be opened (%(why)s).") % {"why": why[:120]},
        _("Put their passphrase where BANGTIN_KEYS_PASSPHRASE_FILE says, then try again."),
    )


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = _temporary(path, body)
    try:
        os.link(temporary, path)  # fails if another process was first: its key counts
    except FileExistsError:
        return
    finally:
        temporary.unlink()


def _replace(path: Path, body: bytes) -> None:
    _temporary(path, body).replace(path)


def _temporary(path: Path, body: bytes) -> Path:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    return temporary


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "keys"


def _next_folder() -> Path:
    return Path(settings.DATA_DIR) / "keys-next"
