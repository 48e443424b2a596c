"""tus 1.0.0 beside Django: core, creation, expiration, termination and checksum under /tai-len/.

Django's handler would spool a body and drop it when the line is cut; here each piece goes straight into its file. Of
the ready-made servers none keeps what came before a cut: they gather a piece in memory and write it when it is whole.
Shape: https://tus.io/protocols/resumable-upload; `GET` is ours and tells as JSON what a page shows.
"""

import asyncio
import errno
import hmac
import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import format_datetime
from typing import Any, TypeVar

from django.conf import settings
from django.db import connections
from django.utils import translation
from django.utils.translation import gettext as _

from bangtin.hub.accounts.models import User
from bangtin.hub.api.tus import digests, errors, receiving, status
from bangtin.hub.api.tus.asking import ALGORITHMS, PREFIX, VERSION, Asked, Checksum, account
from bangtin.hub.api.tus.receiving import End, Receive, Receiving, open_now
from bangtin.hub.kit import clock, spool
from bangtin.hub.kit.errors import Refusal
from bangtin.hub.kit.spool import Tail
from bangtin.hub.programmes.actions import DiskFull, uploads
from bangtin.hub.programmes.actions.uploads import Announced
from bangtin.hub.programmes.models import Upload
from bangtin.hub.programmes.states import UploadState

EXTENSIONS = "creation,expiration,termination,checksum"
DRAINED_BYTES = 32 << 20  # the rest of a refused body that is still read; a longer one costs the client its line
SETTLE_S = 10.0
METHODS = {True: "GET, HEAD, PATCH, DELETE, OPTIONS", False: "GET, POST, OPTIONS"}

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
T = TypeVar("T")


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True)
class Visit:
    """A request with the account behind it, and its upload where the address names one."""

    asked: Asked
    user: User
    upload: Upload | None


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """One request: who asks is settled before anything of a body is written."""
    asked = Asked.of(scope)
    if asked.method != "PATCH":
        await _serve(asked, None, send)
        return
    with receiving.opened(asked.upload_id, receive) as body:
        await _serve(asked, body, send)


async def _serve(asked: Asked, body: Receiving | None, send: Send) -> None:
    language = settings.LANGUAGE_CODE
    answer: Answer | None
    try:
        if asked.method == "OPTIONS":
            answer = Answer(204, {"Tus-Max-Size": str(settings.MAX_UPLOAD_BYTES), **_abilities()})
        else:
            with translation.override(language):
                visit = await _in_thread(_visit, asked)
            language = visit.user.language
            with translation.override(language):
                answer = await _answer(visit, body)
    except Refusal as refusal:
        answer = _refused(refusal, asked)
    if answer is not None:
        await _reply(send, answer, language)


def _visit(asked: Asked) -> Visit:
    """Raises: NotSignedIn, NotFromOurPage, NotPermitted, NoSuchUpload."""
    user = account(asked.scope)
    with translation.override(user.language):
        if asked.method not in METHODS[bool(asked.upload_id)]:
            raise errors.WrongMethod(
                _("This address does not take %(method)s.") % {"method": asked.method[:20]},
                headers={"Allow": METHODS[bool(asked.upload_id)]},
            )
        upload = uploads.of_owner(asked.upload_id, actor=user, at=clock.now()) if asked.upload_id else None
        if asked.method != "GET":
            asked.speaks_tus()
    return Visit(asked, user, upload)


async def _answer(visit: Visit, body: Receiving | None) -> Answer | None:
    """None when nobody is left to answer to."""
    upload, method = visit.upload, visit.asked.method
    if upload is None:
        found = await _in_thread(_list if method == "GET" else _create, visit)
    elif body is not None:
        return await _append(visit, upload, body)
    else:
        if method == "HEAD":
            await _settled(upload.pk)
        found = await _in_thread({"GET": _tell, "HEAD": _head, "DELETE": _cancel}[method], visit, upload)
    return found


def _create(visit: Visit) -> Answer:
    announced = Announced(visit.asked.number("Upload-Length"), visit.asked.file_name())
    upload = uploads.begin(announced=announced, actor=visit.user, at=clock.now())
    if not upload.size_bytes:
        spool.open_end(upload.pk, offset=0).close()
        digests.begin(upload.pk)
    return Answer(201, {"Location": PREFIX + upload.pk, **_expiry(upload)})


def _head(visit: Visit, upload: Upload) -> Answer:
    _still_there(upload)
    offset = spool.synced_length(upload.pk) if upload.state == UploadState.OPEN else upload.size_bytes
    if upload.state == UploadState.OPEN and offset == upload.size_bytes:
        digests.begin(upload.pk)
    lengths = {"Upload-Offset": str(offset), "Upload-Length": str(upload.size_bytes)}
    return Answer(200, {**lengths, **_expiry(upload)})


def _tell(visit: Visit, upload: Upload) -> Answer:
    return _json(status.of(upload, on=clock.local_date(clock.now())))


def _list(visit: Visit) -> Answer:
    return _json({"uploads": status.waiting(visit.user, on=clock.local_date(clock.now()))})


def _cancel(visit: Visit, upload: Upload) -> Answer:
    """A line that still sends into the file is let run: the file has lost its name, what comes is lost with it."""
    uploads.cancel(upload=upload, actor=visit.user, at=clock.now())
    return Answer(204)


async def _settled(upload_id: str) -> None:
    """A client that asks where to go on has lost its line: what is still under way on that one is waited for.

    A line that is only slow, or belongs to another page, is waited for no longer than SETTLE_S.
    """
    limit = asyncio.get_running_loop().time() + SETTLE_S
    while (others := open_now.get(upload_id)) and asyncio.get_running_loop().time() < limit:
        if others[0].idle_s() >= receiving.YIELD_S:
            others[0].make_way()
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_S / 20):
                await others[0].ended.wait()


async def _append(visit: Visit, upload: Upload, body: Receiving) -> Answer | None:
    asked = visit.asked
    asked.is_piece()
    offset, length, checksum = asked.number("Upload-Offset"), asked.body_bytes(), asked.checksum()
    _still_there(upload)
    if upload.state != UploadState.OPEN:
        raise _wrong_offset(upload.size_bytes)
    if offset + (length or 0) > upload.size_bytes:
        raise _too_much(upload)
    tail = await _opened(upload.pk, offset)
    try:
        end = await body.into(tail, most=upload.size_bytes - offset, algorithm=checksum.algorithm if checksum else None)
        await asyncio.to_thread(_judge, body, end, upload, offset, checksum)
    except OSError as error:
        raise _disk_says_no(error) from error
    finally:
        await asyncio.to_thread(tail.close)
    if tail.length == upload.size_bytes:
        digests.begin(upload.pk)
    return None if end is End.CUT else Answer(204, {"Upload-Offset": str(tail.length), **_expiry(upload)})


def _judge(body: Receiving, end: End, upload: Upload, offset: int, checksum: Checksum | None) -> None:
    """What does not match its checksum or its announced length is dropped; what was cut short is kept.

    Raises: WrongChecksum, TooMuch, Stalled.
    """
    assert body.tail is not None
    if end is End.TOO_MUCH:
        body.tail.cut(offset)
        raise _too_much(upload)
    if end is End.STALLED:
        raise errors.Stalled(
            _("The line was silent for too long. What has come is kept."), _("Go on where it stopped.")
        )
    is_wrong = checksum and body.hash and not hmac.compare_digest(body.hash.digest(), checksum.digest)
    if end is End.WHOLE and is_wrong:
        body.tail.cut(offset)
        raise errors.WrongChecksum(
            _("A piece of the file was changed on its way and was dropped."), _("It is sent again.")
        )


async def _opened(upload_id: str, offset: int) -> Tail:
    """The file's end; a request of a lost line that still holds it makes way.

    Raises: InUse, WrongOffset.
    """
    for is_last in (False, True):
        try:
            return await asyncio.to_thread(spool.open_end, upload_id, offset=offset)
        except spool.WrongOffset as error:
            raise _wrong_offset(error.length) from error
        except spool.Busy as error:
            other = receiving.holder(upload_id)
            if is_last or other is None or not (other.is_over or other.idle_s() >= receiving.YIELD_S):
                raise errors.InUse(
                    _("This file is being uploaded by another page or by a line that was lost."),
                    _("Wait a few seconds."),
                ) from error
            other.make_way()
            await other.ended.wait()
    raise AssertionError("the loop returns or raises")


def _still_there(upload: Upload) -> None:
    """Raises: UploadGone."""
    if upload.state == UploadState.EXPIRED:
        raise uploads.gone(upload)


def _wrong_offset(length: int) -> errors.WrongOffset:
    return errors.WrongOffset(
        _("The file goes on at byte %(offset)s.") % {"offset": length},
        _("Ask where it ends and go on there."),
        headers={"Upload-Offset": str(length)},
    )


def _too_much(upload: Upload) -> errors.TooMuch:
    return errors.TooMuch(
        _("More came than the %(size)s bytes that were announced.") % {"size": upload.size_bytes},
        _("Choose the file again: it may have changed."),
    )


def _disk_says_no(error: OSError) -> Exception:
    if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
        return error
    return DiskFull(_("The hub's disk is full. What has come is kept."), _("Tell the administrator."))


def _abilities() -> dict[str, str]:
    return {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
    }


def _expiry(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(upload.expires_at, usegmt=True)}


def _json(found: Mapping[str, object], *, code: int = 200) -> Answer:
    return Answer(code, {"Content-Type": "application/json"}, json.dumps(found, ensure_ascii=False).encode())


def _refused(refusal: Refusal, asked: Asked) -> Answer:
    words = {"code": refusal.code, "message": refusal.message, "next_step": refusal.next_step}
    found = _json(words, code=refusal.http_status)
    more = dict(getattr(refusal, "headers", {}))
    told = asked.headers.get("content-length", "")
    if "transfer-encoding" in asked.headers or (told.isdecimal() and len(told) < 20 and int(told) > DRAINED_BYTES):
        more["Connection"] = "close"
    return Answer(found.status, {**found.headers, **more}, b"" if asked.method == "HEAD" else found.body)


async def _reply(send: Send, answer: Answer, language: str) -> None:
    headers = {
        "Tus-Resumable": VERSION,
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Language": language,
        **answer.headers,
    }
    if answer.status != 204:
        headers["Content-Length"] = str(len(answer.body))
    raw = [(name.lower().encode("ascii"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": raw})
    await send({"type": "http.response.body", "body": answer.body})


async def _in_thread(work: Callable[..., T], *arguments: object) -> T:
    """Do what asks the database; the loop must not wait for it."""

    def run() -> T:
        try:
            return work(*arguments)
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)
