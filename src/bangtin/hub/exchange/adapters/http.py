"""The source system by HTTP: only the configured host, no redirects, no proxies; bounded in size and time."""

import hashlib
import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from bangtin.hub.exchange.errors import NotReached, OutsideHost, TooMuch
from bangtin.hub.exchange.mapping import Http

MOST_ANSWER = 16 << 20
CHUNK = 1 << 16
# an answer may trickle for so many times the time of one question, and a file for an hour
SLOWEST, FILE_S = 3, 3_600
AGENT = "bangtin-exchange/1"


@dataclass(frozen=True)
class _Ask:
    url: str
    method: str = "GET"
    body: bytes | BinaryIO | None = None
    headers: Mapping[str, str] | None = None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could lead into another network: it is an answer like any other, and not the right one."""

    def redirect_request(self, *_given: Any, **_named: Any) -> None:
        """Follow nothing."""
        return


def items(link: Http) -> list[dict[str, Any]]:
    """The items that wait over there, as objects: a list, or one under `items`.

    Raises: NotReached, TooMuch, OutsideHost.
    """
    data = _all(link, _Ask(_own(link, link.items)), most=MOST_ANSWER)
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise _odd(_("no JSON")) from error
    rows = found.get("items") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise _odd(_("no list of items"))
    return [one for one in rows if isinstance(one, dict)][: link.most_items]


def try_out(link: Http) -> int:
    """Ask for the items as a run does; give how many wait.

    Raises: NotReached, TooMuch, OutsideHost.
    """
    return len(items(link))


def tell(link: Http, rows: list[dict[str, object]]) -> None:
    """Hand over the states of items.

    Raises: NotReached, TooMuch.
    """
    body = json.dumps({"items": rows}, ensure_ascii=False).encode()
    _all(link, _Ask(_own(link, link.status), "POST", body, {"Content-Type": "application/json"}), most=MOST_ANSWER)


def hand_over(link: Http, path: Path, *, name: str, sha256: str) -> bool:
    """Hand over a package; give whether the other side named the same SHA-256 in its answer.

    Raises: NotReached, TooMuch.
    """
    headers = {
        "Content-Type": "application/zip",
        "Content-Length": str(path.stat().st_size),
        "X-Content-SHA256": sha256,
    }
    with path.open("rb") as file:
        ask = _Ask(f"{_own(link, link.backup).rstrip('/')}/{name}", "PUT", file, headers)
        answer = _all(link, ask, most=CHUNK, within_s=FILE_S)
    try:
        said = json.loads(answer.decode()) if answer.strip() else {}
    except ValueError:
        said = {}
    return isinstance(said, dict) and str(said.get("sha256", "")).lower() == sha256


def media(link: Http, address: str) -> Iterator[bytes]:
    """The bytes of an item's file; the address may be relative to the configured one.

    Raises: OutsideHost for another host, scheme or port; NotReached, TooMuch while it is read.
    """
    try:
        url = urljoin(f"{link.address.rstrip('/')}/", address)
    except ValueError:
        url = ""
    if not _is_own(link, url):
        raise OutsideHost(
            _("The item's file lies at another address than the source system: %(host)s") % {"host": address[:100]},
            _("Ask the source system to hand out files from its own address."),
        )
    return _pieces(link, _Ask(url), most=settings.MAX_UPLOAD_BYTES, within_s=FILE_S)


def _own(link: Http, path: str) -> str:
    url = f"{link.address.rstrip('/')}{path}"
    if not _is_own(link, url):
        raise OutsideHost(_("The mapping file names an address outside the source system's own host."))
    return url


def _is_own(link: Http, url: str) -> bool:
    try:
        own, other = urlsplit(link.address), urlsplit(url)
        same_port = own.port == other.port
    except ValueError:
        return False
    is_bare = not (other.username or other.password)
    return same_port and is_bare and (own.scheme, own.hostname) == (other.scheme, other.hostname)


def _all(link: Http, ask: _Ask, *, most: int, within_s: float = 0) -> bytes:
    return b"".join(_pieces(link, ask, most=most, within_s=within_s or SLOWEST * link.timeout_s))


def _pieces(link: Http, ask: _Ask, *, most: int, within_s: float) -> Iterator[bytes]:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
    headers = {"User-Agent": AGENT, "Accept-Encoding": "identity", **_secret(link), **(ask.headers or {})}
    request = urllib.request.Request(ask.url, data=ask.body, headers=headers, method=ask.method)  # noqa: S310 - http(s) by the mapping
    until, size = time.monotonic() + within_s, 0
    try:
        with opener.open(request, timeout=link.timeout_s) as answer:
            announced = answer.length
            while piece := answer.read1(CHUNK):
                size += len(piece)
                if size > most:
                    raise TooMuch(_("The source system sent more than %(most)s bytes.") % {"most": most})
                if time.monotonic() > until:
                    raise TooMuch(_("The source system answered too slowly."), _("Try again later."))
                yield piece
        if announced is not None and size < announced:
            raise NotReached(
                _("The line to the source system broke off."), _("Nothing was taken in; it is asked for again.")
            )
    except urllib.error.HTTPError as error:
        with error:
            raise _odd(_("status %(status)s") % {"status": error.code}) from error
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError) as error:
        why = getattr(error, "reason", None) or error
        raise NotReached(
            _("The source system does not answer: %(why)s") % {"why": str(why)[:200]},
            _("Look whether the line and the address in the mapping file are right, then test again."),
        ) from error


def _secret(link: Http) -> dict[str, str]:
    if not link.token_file:
        return {}
    try:
        token = (Path(settings.DATA_DIR) / "secrets" / link.token_file).read_text().strip()
    except OSError as error:
        raise NotReached(
            _("The key for the source system is not there: secrets/%(name)s") % {"name": link.token_file},
            _("Whoever runs the server puts the file there, readable by the hub alone."),
        ) from error
    return {link.header: token}


def _odd(why: str) -> NotReached:
    return NotReached(
        _("The source system answers, but not as agreed: %(why)s.") % {"why": why},
        _("Compare the paths and fields in the mapping file with the province's paper on the connection."),
    )


def digest_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
