"""The whole file of a programme to take along, made while it leaves."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from bangtin.hub.playlog.actions.packing import hand_out, may_take
from bangtin.hub.portal.signed_in import reader
from bangtin.hub.portal.views.programmes import newest_seen
from bangtin.hub.programmes import queries


@require_http_methods(["GET", "HEAD", "POST"])
def package(request: HttpRequest, code: str) -> HttpResponseBase:
    """What the package holds; POST takes it, and the trail keeps who did.

    Raises: Http404 for a programme that is not there, or whose file is not for this account.
    """
    user, now, today = reader(request)
    version = newest_seen(user, code, today)
    programme = version.programme
    if not may_take(user, programme, on=today):
        raise Http404
    if request.method != "POST":
        return _page(request, code)
    # the code is the receipt's own number: letters, digits and hyphens
    return download(request, hand_out(programme=programme, actor=user, at=now), name=f"{programme.code}.zip")


def download(request: HttpRequest, pieces: Iterator[bytes], *, name: str) -> StreamingHttpResponse:
    """A package that leaves while it is made; `name` is made by us, of letters, digits, dots and hyphens."""
    # under ASGI a plain iterator would be read into memory whole before the first byte leaves
    body = _one_thread(pieces) if isinstance(request, ASGIRequest) else pieces
    found = StreamingHttpResponse(body, content_type="application/zip")
    found.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    found.headers["X-Content-Type-Options"] = "nosniff"
    found.headers["Cache-Control"] = "no-store"
    return found


def _page(request: HttpRequest, code: str) -> HttpResponse:
    versions = list(queries.with_rows().filter(programme__code=code).order_by("-number"))
    total = sum(one.source_size_bytes + sum(row.size_bytes for row in one.renditions.all()) for one in versions)
    context = {"version": versions[0], "programme": versions[0].programme, "versions": versions, "total": total}
    return render(request, "archive/package.html", context)


async def _one_thread(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces, all made in one thread: what they read of the database belongs to that thread's connection."""
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="bangtin-package") as thread:
        try:
            while (piece := await loop.run_in_executor(thread, next, pieces, None)) is not None:
                yield piece
        finally:
            thread.submit(connections.close_all)
