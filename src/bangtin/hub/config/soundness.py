"""Which settings are too weak to serve with; each answer names the setting and the cure."""

import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from bangtin.bundle import addresses
from bangtin.hub.config.env import Env

LEAST_KEY_LENGTH = 50


@dataclass(frozen=True)
class Weakness:
    """A setting that `serve` refuses outside demo mode, with a full sentence and what mends it."""

    setting: str
    message: str
    cure: str

    def __str__(self) -> str:
        return f"{self.message} {self.cure}"


def weaknesses(env: Env, environ: Mapping[str, str]) -> Iterator[Weakness]:
    """What keeps this installation from serving; nothing in demo mode."""
    if env.is_demo:
        return
    if "BANGTIN_SECRET_KEY" in environ and len(env.secret_key) < LEAST_KEY_LENGTH:
        yield Weakness(
            "BANGTIN_SECRET_KEY",
            _("BANGTIN_SECRET_KEY is shorter than %(least)s characters.") % {"least": LEAST_KEY_LENGTH},
            _("Remove it, and a strong one is made in the data folder; or set a longer one."),
        )
    if not env.allowed_hosts or any(host.startswith("*") for host in env.allowed_hosts):
        yield Weakness(
            "BANGTIN_ALLOWED_HOSTS",
            _("BANGTIN_ALLOWED_HOSTS answers to any host name."),
            _("Name the hosts that officers and screens use, separated by commas."),
        )
    if env.is_debug:
        yield Weakness(
            "BANGTIN_DEBUG",
            _("BANGTIN_DEBUG shows the inside of the program to anyone who meets an error."),
            _("Set it to 0 or remove it."),
        )
    if env.clock_offset_s:
        yield Weakness(
            "BANGTIN_CLOCK_OFFSET_S",
            _("BANGTIN_CLOCK_OFFSET_S moves the clock, which only the demo may do."),
            _("Remove it."),
        )
    yield from _open_folder(env)
    yield from _plain_address(env)


def _open_folder(env: Env) -> Iterator[Weakness]:
    mode = stat.S_IMODE(env.data_dir.stat().st_mode) if env.data_dir.exists() else 0o700
    if mode & stat.S_IRWXO:
        yield Weakness(
            "BANGTIN_DATA_DIR",
            _("BANGTIN_DATA_DIR (%(folder)s) can be entered by every account of this machine (mode %(mode)s).")
            % {"folder": env.data_dir, "mode": f"{mode:04o}"},
            _("Run: chmod 700 %(folder)s") % {"folder": env.data_dir},
        )


def _plain_address(env: Env) -> Iterator[Weakness]:
    address = urlsplit(env.public_url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        yield Weakness(
            "BANGTIN_PUBLIC_URL",
            _("BANGTIN_PUBLIC_URL is not a web address: %(url)s.") % {"url": env.public_url},
            _("Set it to the address officers use, such as https://bangtin.example.vn."),
        )
    elif address.scheme == "http" and not addresses.is_loopback(address.hostname):
        yield Weakness(
            "BANGTIN_PUBLIC_URL",
            _("BANGTIN_PUBLIC_URL (%(url)s) is reached over the network without TLS.") % {"url": env.public_url},
            _("Put a TLS proxy in front and set the address to https://…"),
        )
