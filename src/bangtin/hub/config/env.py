"""What an installation can set, read once from the environment; each is documented in docs/settings.md."""

import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit


class BadSetting(ValueError):
    """A setting has a value that cannot be read; the message names it and says what is expected."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. `security` is "", "starttls" or "tls"; without a host nothing is sent."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    security: str = ""


@dataclass(frozen=True)
class Env:
    """The installation's settings, typed. Shapes and defaults: docs/settings.md.

    `secret_key` is empty where none is set: then it is made at first use, see `secret`.
    """

    data_dir: Path
    database_url: str
    is_demo: bool
    clock_offset_s: float
    secret_key: str
    allowed_hosts: tuple[str, ...]
    public_url: str
    province: str
    is_debug: bool
    poll_s: int
    max_upload_bytes: int
    regulations_dir: Path | None
    language: str
    ffmpeg: Path | None
    mail: MailServer
    mail_from: str
    mt_command: str = ""
    mt_folder: Path | None = None
    speech_command: str = ""
    records_kept_days: int = 92
    keys_passphrase_file: Path | None = None
    key_lives: Mapping[str, int] = field(default_factory=dict)
    ca_file: Path | None = None


NAMES = (
    "BANGTIN_DATA_DIR",
    "BANGTIN_DATABASE_URL",
    "BANGTIN_DEMO",
    "BANGTIN_CLOCK_OFFSET_S",
    "BANGTIN_SECRET_KEY",
    "BANGTIN_ALLOWED_HOSTS",
    "BANGTIN_PUBLIC_URL",
    "BANGTIN_PROVINCE",
    "BANGTIN_DEBUG",
    "BANGTIN_POLL_S",
    "BANGTIN_MAX_UPLOAD_BYTES",
    "BANGTIN_REGULATIONS_DIR",
    "BANGTIN_LANGUAGE",
    "BANGTIN_FFMPEG",
    "BANGTIN_MAIL_URL",
    "BANGTIN_MAIL_FROM",
    "BANGTIN_MT_COMMAND",
    "BANGTIN_MT_FOLDER",
    "BANGTIN_SPEECH_COMMAND",
    "BANGTIN_RECORDS_KEPT_DAYS",
    "BANGTIN_KEYS_PASSPHRASE_FILE",
    "BANGTIN_KEY_LIVES",
    "BANGTIN_CA_FILE",
)
MAIL_SCHEMES = {"smtp": ("", 25), "smtp+starttls": ("starttls", 587), "smtps": ("tls", 465)}
LANGUAGES = ("vi", "en")
LIVING = ("root", "targets", "people", "cluster", "snapshot", "timestamp")


def read(environ: Mapping[str, str]) -> Env:
    """The settings of this process.

    Raises: BadSetting, naming the variable, what it holds and what was expected.
    """
    data_dir = _folder(environ)
    is_demo = _flag(environ, "BANGTIN_DEMO")
    offset = _number(environ, "BANGTIN_CLOCK_OFFSET_S", 0.0)
    regulations = environ.get("BANGTIN_REGULATIONS_DIR")
    return Env(
        data_dir=data_dir,
        database_url=environ.get("BANGTIN_DATABASE_URL", f"sqlite:///{quote(str(data_dir / 'bangtin.sqlite3'))}"),
        is_demo=is_demo,
        clock_offset_s=offset,
        secret_key=environ.get("BANGTIN_SECRET_KEY", ""),
        allowed_hosts=_words(environ, "BANGTIN_ALLOWED_HOSTS", "127.0.0.1,localhost"),
        public_url=environ.get("BANGTIN_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/"),
        province=environ.get("BANGTIN_PROVINCE", "cao-bang"),
        is_debug=_flag(environ, "BANGTIN_DEBUG"),
        poll_s=int(_number(environ, "BANGTIN_POLL_S", 60)),
        max_upload_bytes=int(_number(environ, "BANGTIN_MAX_UPLOAD_BYTES", 8_589_934_592)),
        regulations_dir=Path(regulations).resolve() if regulations else None,
        language=_language(environ),
        ffmpeg=Path(environ["BANGTIN_FFMPEG"]) if environ.get("BANGTIN_FFMPEG") else None,
        mail=_mail_server(environ.get("BANGTIN_MAIL_URL", "")),
        mail_from=environ.get("BANGTIN_MAIL_FROM", "bangtin@localhost"),
        mt_command=environ.get("BANGTIN_MT_COMMAND", "").strip(),
        mt_folder=Path(environ["BANGTIN_MT_FOLDER"]).resolve() if environ.get("BANGTIN_MT_FOLDER") else None,
        speech_command=environ.get("BANGTIN_SPEECH_COMMAND", "").strip(),
        records_kept_days=int(_number(environ, "BANGTIN_RECORDS_KEPT_DAYS", 92)),
        keys_passphrase_file=_path(environ, "BANGTIN_KEYS_PASSPHRASE_FILE"),
        key_lives=_lives(environ),
        ca_file=_path(environ, "BANGTIN_CA_FILE"),
    )


def _folder(environ: Mapping[str, str]) -> Path:
    """The data folder, which may not be there yet."""
    data_dir = Path(environ.get("BANGTIN_DATA_DIR", "var")).resolve()
    try:
        is_folder = stat.S_ISDIR(data_dir.stat().st_mode)
    except FileNotFoundError:
        return data_dir
    except OSError as error:
        raise BadSetting(f"BANGTIN_DATA_DIR is {str(data_dir)!r}; it cannot be used: {error.strerror}") from error
    if not is_folder:
        raise BadSetting(f"BANGTIN_DATA_DIR is {str(data_dir)!r}; it cannot be used: it is no folder")
    return data_dir


def secret(data_dir: Path, name: str) -> str:
    """A secret of this installation, made at first use and readable by its owner alone (mode 0600).

    Raises: BadSetting where the folder cannot be made, read or written.
    """
    try:
        return _secret(data_dir, name)
    except OSError as error:
        raise BadSetting(f"BANGTIN_DATA_DIR is {str(data_dir)!r}; it cannot be used: {error.strerror}") from error


def _secret(data_dir: Path, name: str) -> str:
    path = data_dir / "secrets" / name
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)  # by itself: as a parent it would be open to others
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        temporary = path.with_name(f"{name}.{os.getpid()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(64))
        try:
            os.link(temporary, path)  # fails if another process was first: its secret counts
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_text()


def _path(environ: Mapping[str, str], name: str) -> Path | None:
    return Path(environ[name]).resolve() if environ.get(name) else None


def _lives(environ: Mapping[str, str]) -> Mapping[str, int]:
    """How many days the signed roles live, where that differs: `timestamp=7 snapshot=60`."""
    found = {}
    for word in environ.get("BANGTIN_KEY_LIVES", "").split():
        role, _, days = word.partition("=")
        if role not in LIVING or not days.isascii() or not days.isdigit() or not 1 <= int(days) <= 3_660:
            raise BadSetting(f"BANGTIN_KEY_LIVES has {word!r}; expected words such as timestamp=7, of {LIVING}")
        found[role] = int(days)
    return found


def _language(environ: Mapping[str, str]) -> str:
    """The language commands speak: as set, else English where the machine's is, else Vietnamese."""
    chosen = environ.get("BANGTIN_LANGUAGE")
    if chosen and chosen not in LANGUAGES:
        raise BadSetting(f"BANGTIN_LANGUAGE is {chosen!r}; expected {' or '.join(LANGUAGES)}")
    machine = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return chosen or ("en" if machine.startswith("en") else "vi")


def _mail_server(address: str) -> MailServer:
    """The server named by an address such as `smtp+starttls://user:password@mail.example:587`.

    The address holds a password: it is never repeated in an error.
    """
    if not address:
        return MailServer()
    expected = "expected smtp://, smtp+starttls:// or smtps:// with a host"
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        raise BadSetting(f"BANGTIN_MAIL_URL cannot be read; {expected}") from None
    if parts.scheme not in MAIL_SCHEMES or not parts.hostname:
        raise BadSetting(f"BANGTIN_MAIL_URL cannot be read; {expected}")
    security, usual_port = MAIL_SCHEMES[parts.scheme]
    return MailServer(
        parts.hostname, port or usual_port, unquote(parts.username or ""), unquote(parts.password or ""), security
    )


def _flag(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "0")
    if value not in {"0", "1"}:
        raise BadSetting(f"{name} is {value!r}; expected 0 or 1")
    return value == "1"


def _number(environ: Mapping[str, str], name: str, default: float) -> float:
    value = environ.get(name)
    try:
        return float(value) if value else default
    except ValueError as error:
        raise BadSetting(f"{name} is {value!r}; expected a number") from error


def _words(environ: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in environ.get(name, default).split(",") if word.strip())
