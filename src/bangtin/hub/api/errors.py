"""Refusals on the wire: a stable code of the table in docs/bundle-format.md and a sentence for technicians."""

import json
from collections.abc import Mapping


class ApiRefusal(Exception):
    """A request of a screen that is not served; answered as JSON `{code, message, …}`."""

    def __init__(self, code: str, message: str, *, status: int, extra: Mapping[str, object] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.extra = dict(extra or {})

    def to_object(self) -> dict[str, object]:
        """The JSON object of the answer."""
        return {"code": self.code, "message": self.message, **self.extra}

    def to_bytes(self) -> bytes:
        """The body of the answer."""
        return json.dumps(self.to_object()).encode()
