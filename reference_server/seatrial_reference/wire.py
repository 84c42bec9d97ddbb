"""JSON lines in from stdin, JSON lines out to stdout, one whole message at a time."""

from __future__ import annotations

import json
import os
import threading

from seatrial_reference.ids import now_ms
from seatrial_reference.log import note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def line(message: bytes) -> bytes:
    """Give a message as a line."""
    return message + b"\n"


class Wire:
    """The outgoing half of the connection; safe to use from every thread.

    The order of the lines on stdout is the order of the calls: one lock holds each message
    together.

    Args:
        fd: The file descriptor that messages are written to.
        on_broken: Called once when the client no longer reads.
        with_member: Whether messages carry the `jsonrpc` member, as mcp has it.
        frame: Makes what is sent of a message; a line without it.
    """

    def __init__(
        self,
        fd: int,
        *,
        on_broken: Callable[[], None],
        with_member: bool = False,
        frame: Callable[[bytes], bytes] = line,
    ) -> None:
        self._fd = fd
        self._lock = threading.Lock()
        self._on_broken = on_broken
        self._broken = False
        self._frame = frame
        self._member = {"jsonrpc": "2.0"} if with_member else {}
        self.muted: frozenset[str] = frozenset()

    def respond(self, request_id: Any, result: Any) -> None:
        """Answer a request of the client."""
        self._send({"id": request_id, "result": result})

    def fail(self, request_id: Any, code: int, message: str) -> None:
        """Answer a request of the client with an error; an id that is unknown is None."""
        self._send({"id": request_id, "error": {"code": code, "message": message}})

    def request(self, request_id: int, method: str, params: dict[str, Any]) -> None:
        """Ask the client for something."""
        self._send({"id": request_id, "method": method, "params": params})

    def notify(self, method: str, params: dict[str, Any]) -> None:
        """Tell the client of something, unless it opted out of hearing this method."""
        if method not in self.muted:
            stamp = {} if self._member else {"emittedAtMs": now_ms()}
            self._send({"method": method, "params": params, **stamp})

    def _send(self, message: dict[str, Any]) -> None:
        whole = {**self._member, **message}
        text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
        self.put(self._frame(text.encode("utf-8", "replace")))

    def put(self, data: bytes) -> None:
        """Write bytes, none of another message between them."""
        rest = memoryview(data)
        with self._lock:
            if self._broken:
                return
            try:
                while rest:
                    rest = rest[os.write(self._fd, rest) :]
                return
            except OSError as error:
                self._broken = True
                note(f"the client no longer reads: {error}")
        self._on_broken()
