"""The bytes of an HTTP response: its head, and its body in the framing that the client can read."""

from __future__ import annotations

from enum import Enum
from http import HTTPStatus
from typing import TYPE_CHECKING

from seatrial_provider.wire.filled import Filled

if TYPE_CHECKING:
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.wire.filled import Payload
    from seatrial_provider.wire.link import Buffers
    from seatrial_provider.wire.plan import Head
    from seatrial_provider.wire.reading import Arrived

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
"""What gives a client leave to send its body."""

_REASONS = {status.value: status.phrase for status in HTTPStatus}


class Framing(Enum):
    """How the end of a body is told."""

    LENGTH = "its length stands in the head"
    CHUNKS = "in chunks, the last of them empty"
    CLOSE = "by the end of the connection"
    NO_BODY = "the request was a HEAD: there is none"


class HttpWriter:
    """Says an answer in HTTP/1.

    Args:
        request: What is answered.
        recorded: Its record.

    Attributes:
        keeps_alive: Whether the connection stays for the next request.
        can_wait: Always: answers are all that is said, one after the other.
    """

    can_wait = True

    __slots__ = ("_framing", "_recorded", "_request", "keeps_alive")

    def __init__(self, request: Arrived, recorded: RecordedRequest) -> None:
        self.keeps_alive = request.keeps_alive
        self._request = request
        self._recorded = recorded
        self._framing = Framing.CLOSE

    def head(self, step: Head) -> bytes:
        """Returns the status line and the headers, those of the framing among them."""
        self._framing = framing = self._framing_for(step)
        lines = [f"HTTP/1.1 {step.status} {_REASONS.get(step.status, '')}"]
        lines += [f"{name}: {value}" for name, value in step.headers]
        if step.length is not None:
            lines.append(f"content-length: {step.length}")
        elif framing is Framing.CHUNKS:
            lines.append("transfer-encoding: chunked")
        elif framing is Framing.CLOSE:
            self.keeps_alive = False
        if not self.keeps_alive:
            lines.append("connection: close")
        elif self._request.version == "1.0":
            lines.append("connection: keep-alive")
        lines.append("\r\n")
        return "\r\n".join(lines).encode("latin-1")

    def piece(self, payload: Payload) -> Buffers:
        """Returns a piece of the body, which is not empty, in its framing."""
        if self._framing is Framing.NO_BODY:
            return ()
        self._recorded.pieces.append(payload)
        raw = bytes(payload) if isinstance(payload, Filled) else payload
        if self._framing is Framing.CHUNKS:
            return b"%x\r\n" % len(raw), raw, b"\r\n"
        return (raw,)

    def end(self, *, close: bool) -> bytes:
        """Returns what ends the body; that the connection ends after it is not announced."""
        return b"0\r\n\r\n" if self._framing is Framing.CHUNKS else b""

    def _framing_for(self, head: Head) -> Framing:
        if self._request.method == "HEAD":
            return Framing.NO_BODY
        if head.length is not None:
            return Framing.LENGTH
        return Framing.CLOSE if self._request.version == "1.0" else Framing.CHUNKS
