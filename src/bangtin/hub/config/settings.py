"""Django's settings, derived from the environment (env.py); nothing here is specific to one province."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from django.utils.functional import SimpleLazyObject

from bangtin.hub.config import env as environment

ENV = environment.read(os.environ)
HUB = Path(__file__).resolve().parent.parent

# Made at first use: a command that signs nothing leaves no folder behind at a mistyped path.
SECRET_KEY = ENV.secret_key or SimpleLazyObject(lambda: environment.secret(ENV.data_dir, "django-key"))
DEBUG = ENV.is_debug
ALLOWED_HOSTS = list(ENV.allowed_hosts)
DATA_DIR = ENV.data_dir
IS_DEMO = ENV.is_demo
# The demo's clock is real time plus this offset; checked at `serve`: outside demo mode it must be 0.
CLOCK_OFFSET_S = ENV.clock_offset_s
PUBLIC_URL = ENV.public_url
PROVINCE = ENV.province
RECORDS_KEPT_DAYS = ENV.records_kept_days
KEYS_PASSPHRASE_FILE = ENV.keys_passphrase_file
KEY_LIVES = ENV.key_lives
CA_FILE = ENV.ca_file
POLL_S = ENV.poll_s
MAX_UPLOAD_BYTES = ENV.max_upload_bytes
REGULATIONS_DIR = ENV.regulations_dir
FFMPEG = ENV.ffmpeg
# programs that write drafts of translations and read them aloud; off where empty
MT_COMMAND, MT_FOLDER, SPEECH_COMMAND = ENV.mt_command, ENV.mt_folder, ENV.speech_command
# Mail goes out through kit.outbox alone; without a host messages wait there.
EMAIL_HOST = ENV.mail.host
EMAIL_PORT = ENV.mail.port
EMAIL_HOST_USER = ENV.mail.user
EMAIL_HOST_PASSWORD = ENV.mail.password
EMAIL_USE_TLS = ENV.mail.security == "starttls"
EMAIL_USE_SSL = ENV.mail.security == "tls"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = ENV.mail_from
EMAIL_DOMAIN = ENV.mail_from.rpartition("@")[2].strip("> ") or "localhost"

APPS = (
    "kit",
    "agencies",
    "accounts",
    "clusters",
    "regulations",
    "plans",
    "programmes",
    "appraisal",
    "translation",
    "schedules",
    "devices",
    "alerts",
    "playlog",
    "exchange",
    "obligations",
    "reports",
    "portal",
    "api",
    "config",
)
INSTALLED_APPS = [
    "servestatic.runserver_nostatic",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    *(f"bangtin.hub.{name}" for name in APPS),
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "bangtin.hub.portal.middleware.OneReading",
    "bangtin.hub.portal.middleware.TextOnly",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bangtin.hub.portal.middleware.SignInRequired",
    "bangtin.hub.portal.middleware.OwnPassword",
    "bangtin.hub.portal.middleware.UserLanguage",
    "bangtin.hub.portal.middleware.ContentSecurityPolicy",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "bangtin.hub.portal.middleware.RefusalPage",
]
ROOT_URLCONF = "bangtin.hub.config.urls"
ASGI_APPLICATION = "bangtin.hub.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HUB / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "bangtin.hub.portal.context.shell",
            ],
        },
    }
]


def _database() -> dict[str, Any]:
    """SQLite with a write lock from the first statement; PostgreSQL with a pool (CONN_MAX_AGE is wrong under ASGI)."""
    found: dict[str, Any] = dict(dj_database_url.parse(ENV.database_url))
    if found["ENGINE"].endswith("sqlite3"):
        found["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # a larger log is copied back less often: records write the same pages of indexes again and again
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            " PRAGMA wal_autocheckpoint=4000;",
        }
        found["TEST"] = {"NAME": None}
        if found["NAME"] not in {"", ":memory:"}:  # `mode=rw`: opened, never made; `updating.make_place` makes it
            found["NAME"] = f"{Path(found['NAME']).absolute().as_uri()}?mode=rw"
    else:
        found["OPTIONS"] = {**found.get("OPTIONS", {}), "pool": {"min_size": 1, "max_size": 16}}
    return found


DATABASES = {"default": _database()}
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["bangtin.hub.portal.backends.AccountBackend"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# scrypt first: it costs an attacker memory as well as time, and a small office machine less time than PBKDF2.
PASSWORD_HASHERS = [
    "bangtin.hub.accounts.hashers.DemoScrypt" if IS_DEMO else "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 14}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "work"
LOGOUT_REDIRECT_URL = "sign-in"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "notices", "urgent", "media"]}}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
LOCALE_PATHS = [HUB / "locale"]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [HUB / "static", ("notices", HUB.parent / "bundle" / "notices")]
SERVESTATIC_USE_FINDERS = True

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
IS_HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_HTTPS else None
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"django.request": {"level": "ERROR"}, "uvicorn.access": {"level": "WARNING"}},
}
