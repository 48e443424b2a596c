"""Where the database lies, if it is a file."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.db import connection


def database_file() -> Path | None:
    """The file of an SQLite database, which settings name as an address that opens it and does not make it."""
    parts = urlsplit(str(connection.settings_dict["NAME"]))
    return Path(unquote(parts.path)) if parts.scheme == "file" and parts.query == "mode=rw" else None
