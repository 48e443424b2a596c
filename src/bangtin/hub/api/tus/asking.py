"""A request to the upload endpoint: its headers by meaning, and the account behind it."""

import base64
import binascii
import re
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.contrib import auth
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.api.tus.errors import BadHeader, NotFromOurPage, NotSignedIn, OtherProtocol, WrongType

PREFIX = "/tai-len/"
VERSION = "1.0.0"
ALGORITHMS = {"sha256": 32, "sha1": 20}  # sha1 because tus asks every server for it
LONGEST_METADATA = 4_096
PIECE_TYPE = "application/offset+octet-stream"
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)
_KEY = re.compile(r"[!-+\--~]{1,80}", re.ASCII)  # printable, neither space nor comma


@dataclass(frozen=True)
class Checksum:
    """What a piece should digest to."""

    algorithm: str
    digest: bytes


@dataclass(frozen=True)
class Asked:
    """A request; each method reads one header.

    Raises, from each of them: BadHeader naming the header.
    """

    scope: MutableMapping[str, Any]
    method: str
    upload_id: str
    headers: Mapping[str, str]

    @classmethod
    def of(cls, scope: MutableMapping[str, Any]) -> "Asked":
        """From the server's own form of it."""
        headers: dict[str, str] = {}
        for raw_name, raw_value in scope["headers"]:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]},{value}" if name in headers else value
        return cls(scope, scope["method"], scope["path"].removeprefix(PREFIX), headers)

    def speaks_tus(self) -> None:
        """Raises: OtherProtocol."""
        if self.headers.get("tus-resumable") != VERSION:
            raise OtherProtocol(
                _("This address speaks tus 1.0.0 alone."),
                _("Load the page again and send the file from there."),
                headers={"Tus-Version": VERSION},
            )

    def number(self, name: str) -> int:
        """A header that holds a count of bytes."""
        text = self.headers.get(name.lower(), "")
        if not _NUMBER.fullmatch(text):
            raise _bad(name)
        return int(text)

    def body_bytes(self) -> int | None:
        """How long the body says it is; None if it comes in pieces of unsaid number."""
        return self.number("Content-Length") if "content-length" in self.headers else None

    def is_piece(self) -> None:
        """Raises: WrongType."""
        if self.headers.get("content-type", "").lower() != PIECE_TYPE:
            raise WrongType(
                _("The body is no piece of an upload (%(type)s is expected).") % {"type": PIECE_TYPE},
                _("Load the page again and send the file from there."),
            )

    def file_name(self) -> str:
        """The name in the metadata, as it came; empty if none was given."""
        return self.metadata().get("filename", "")

    def metadata(self) -> dict[str, str]:
        """Keys and texts of `Upload-Metadata`."""
        given = self.headers.get("upload-metadata", "")
        found: dict[str, str] = {}
        if len(given) > LONGEST_METADATA:
            raise _bad("Upload-Metadata")
        for pair in filter(None, (part.strip() for part in given.split(","))):
            key, _space, value = pair.partition(" ")
            if not _KEY.fullmatch(key) or key in found:
                raise _bad("Upload-Metadata")
            try:
                found[key] = base64.b64decode(value, validate=True).decode("utf-8")
            except (binascii.Error, UnicodeDecodeError) as error:
                raise _bad("Upload-Metadata") from error
        return found

    def checksum(self) -> Checksum | None:
        """What `Upload-Checksum` says; None if it is not there."""
        given = self.headers.get("upload-checksum")
        if given is None:
            return None
        algorithm, _space, value = given.partition(" ")
        try:
            digest = base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise _bad("Upload-Checksum") from error
        if ALGORITHMS.get(algorithm) != len(digest):
            raise _bad("Upload-Checksum")
        return Checksum(algorithm, digest)


def account(scope: MutableMapping[str, Any]) -> User:
    """The signed-in account, asked of Django as for any page: session cookie, and for deeds token and origin.

    Reads the database; the body is not touched.
    Raises: NotSignedIn, NotFromOurPage, BadHeader for a host that is not ours.
    """
    request = ASGIRequest(dict(scope), BytesIO())
    try:
        request.get_host()
    except DisallowedHost as error:
        raise _bad("Host") from error
    SessionMiddleware(_nothing).process_request(request)
    user = auth.get_user(request)
    if not isinstance(user, User) or not user.is_active:
        raise NotSignedIn(
            _("You are no longer signed in. What has been uploaded is kept."),
            _("Sign in again and choose the same file: it goes on where it stopped."),
        )
    check = CsrfViewMiddleware(_nothing)
    check.process_request(request)
    if check.process_view(request, _nothing, (), {}) is not None:
        raise NotFromOurPage(
            _("The request does not come from a page of this hub."),
            _("Load the page again and choose the same file: it goes on where it stopped."),
        )
    return user


def _nothing(_request: HttpRequest, *_arguments: object) -> HttpResponse:
    return HttpResponse()


def _bad(name: str) -> BadHeader:
    return BadHeader(
        _("The header %(name)s is missing or cannot be read.") % {"name": name},
        _("Load the page again and send the file from there."),
        subject=name,
    )
