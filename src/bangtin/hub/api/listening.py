"""The server's HTTP protocol, which hands a request for events over to a stream on the bare connection.

uvicorn keeps a parser, a task and buffers for each request; ten thousand that never end would cost 100 MB and time at
every event. All else it serves as ever.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from bangtin.hub.api.policies import Message
from bangtin.hub.api.push import PATH, OpenStream

_PATH = PATH.encode()


class Listening(HttpToolsProtocol):
    """HTTP of uvicorn; `GET device/events` becomes an `OpenStream`."""

    _asked: Message | None = None

    def data_received(self, data: bytes) -> None:
        """Feed the parser; once a request for events is read whole, the connection is the stream's."""
        if self._asked is not None:  # a client says nothing more on its stream
            return
        super().data_received(data)
        if self._asked is not None and not self.transport.is_closing():
            self._hand_over(self._asked)

    def on_headers_complete(self) -> None:
        """Called by the parser."""
        is_free = self.cycle is None or self.cycle.response_complete
        if is_free and self.url.partition(b"?")[0] == _PATH and self.parser.get_method() == b"GET":
            self._asked = self._message()
        else:
            super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Called by the parser."""
        if self._asked is None:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Called by the parser."""
        if self._asked is None:
            super().on_message_complete()

    def _message(self) -> Message:
        headers: dict[str, str] = {}
        for raw_name, raw_value in self.headers:
            name, value = raw_name.decode("ascii", "replace"), raw_value.decode("latin-1")
            headers[name] = f"{headers[name]}, {value}" if name in headers else value
        url = f"{self.scheme}://{headers.get('host', '')}{self.url.decode('ascii', 'replace')}"
        return Message("GET", url, headers)

    def _hand_over(self, message: Message) -> None:
        self.connections.discard(self)
        transport: asyncio.Transport = self.transport
        stream = OpenStream(transport, self.connections)
        transport.set_protocol(stream)
        # nothing may keep this object: its parser points back at it
        vars(self).update(parser=None, cycle=None, flow=None, scope=None, headers=None)
        stream.ask(message)
