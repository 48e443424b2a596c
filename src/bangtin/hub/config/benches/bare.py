"""The baseline of the bench of polls: the same server without anything behind it, which answers 304 to all."""

import sys
from typing import Any

import uvicorn


async def _application(scope: Any, receive: Any, send: Any) -> None:
    del receive
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 304, "headers": [(b"etag", b'"x"')]})
        await send({"type": "http.response.body", "body": b""})


def main() -> None:
    """Serve on the port of the first argument until ended."""
    uvicorn.run(_application, port=int(sys.argv[1]), lifespan="off", access_log=False, timeout_keep_alive=75)


if __name__ == "__main__":
    main()
