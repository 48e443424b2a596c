"""What uvicorn serves: polls, records and uploads beside Django: neither many nor long ones cost Django requests.

Streams of events are taken off before it, by the server's protocol (`api.listening`).
"""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangtin.hub.config.settings")

from django.core.asgi import get_asgi_application

django_application = get_asgi_application()

from bangtin.hub.api import gate, records, tus  # noqa: E402 - after Django is set up

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Send each request to the gate for polls, to that for records, to the upload endpoint, or to Django."""
    if gate.takes(scope):
        await gate.application(scope, receive, send)
    elif records.takes(scope):
        await records.application(scope, receive, send)
    elif scope["type"] == "http" and scope["path"].startswith(tus.PREFIX):
        await tus.application(scope, receive, send)
    elif scope["type"] == "lifespan":
        await _lifespan(receive, send)
    else:
        await django_application(scope, receive, send)  # type: ignore[arg-type]  # Django narrows ASGI's own types


async def _lifespan(receive: Receive, send: Send) -> None:
    """Answer the server's start and stop; threads are started by `serve`, not by an import."""
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
