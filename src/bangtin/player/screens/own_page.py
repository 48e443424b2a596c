"""Which page is the one that this daemon opened: reports of no other page count, for they end up in the records.

The page's address holds a secret. It stands on the browser's command line, which other accounts of the machine may
read, so the account at the other end of the connection is looked at as well.
"""

import hmac
import os
import secrets
from pathlib import Path

FILE = "page.token"
PROFILE = "browser"
BROWSER_PID = f"{PROFILE}.pid"
TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
MAPPED = "0000000000000000FFFF0000"
TIME_WAIT = "06"  # one that is over, and has lost its owner
NOBODY = -1


def token(data_dir: Path) -> str:
    """The secret of this start, kept in a file for this account alone.

    A browser that a killed daemon left behind still shows the page under the secret of before: then that one stays.
    """
    path = data_dir / FILE
    try:
        kept, pid = path.read_text(), int((data_dir / BROWSER_PID).read_text())
        if kept and kept.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
            return kept
    except (OSError, ValueError):
        pass
    made = secrets.token_urlsafe(24)
    staged = path.with_name(f".{FILE}.new")
    staged.unlink(missing_ok=True)
    with os.fdopen(os.open(staged, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(made)
    staged.replace(path)
    return made


def is_own(said: str, expected: str, *, peer: object, port: int) -> bool:
    """Whether who connects from `peer` (host and port) to `port` knows the secret and runs under this account."""
    return hmac.compare_digest(said.encode(), expected.encode()) and owner(peer, port) in (None, os.geteuid())


def owner(peer: object, port: int) -> int | None:
    """The account (uid) at the end `peer` of a connection to `port` of the loopback.

    NOBODY: there is no such connection, or not any more. None: this kernel tells of none at all.
    """
    if not isinstance(peer, tuple) or len(peer) < 2:
        return NOBODY
    address = "".join(f"{int(part):02X}" for part in reversed(str(peer[0]).split(".")) if part.isdigit())
    wanted = (f"{address}:{int(peer[1]):04X}", f"{port:04X}")
    found: int | None = None
    for table in TABLES:
        try:
            rows = [line.split() for line in Path(table).read_text().splitlines()[1:]]
        except OSError:
            continue
        found = NOBODY
        for row in rows:
            if (row[1].removeprefix(MAPPED), row[2].rpartition(":")[2]) == wanted and row[3] != TIME_WAIT:
                return int(row[7])
    return found
