"""The HTTP request with which a client opens a WebSocket (RFC 6455, 4.2), and its answer."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

_MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_LONGEST_LINE, _MOST_LINES = 1 << 16, 128
_REASONS = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    426: "Upgrade Required",
}
_ALIVE = {"/readyz", "/healthz"}


class Refusal(Exception):
    """The request does not open a WebSocket.

    Args:
        status: The status of the answer.
        text: Why, for people.
    """

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def opened(source: BinaryIO, put: Callable[[bytes], None], token: str | None) -> bool:
    """Read a client's request and answer it.

    Args:
        source: Where its bytes come from.
        put: Sends bytes to it.
        token: The bearer token that it has to show; None lets everyone in.

    Returns:
        Whether the connection is a WebSocket from now on.
    """
    try:
        put(_accepted(*_request(source), token))
    except Refusal as refusal:
        put(_answer(refusal.status, str(refusal)))
        return False
    return True


def _request(source: BinaryIO) -> tuple[str, dict[str, str]]:
    """Read the path and the headers, their names in lower case."""
    words = _line(source).split(" ")
    if len(words) != 3 or words[0] != "GET" or not words[2].startswith("HTTP/1."):
        raise Refusal(400, "expected: GET / HTTP/1.1")
    headers: dict[str, str] = {}
    for _ in range(_MOST_LINES):
        line = _line(source)
        if not line:
            return words[1], headers
        name, colon, value = line.partition(":")
        if not colon:
            raise Refusal(400, "expected a header")
        headers[name.strip().lower()] = value.strip()
    raise Refusal(400, "too many headers")


def _line(source: BinaryIO) -> str:
    line = source.readline(_LONGEST_LINE)
    if not line.endswith(b"\n"):
        raise Refusal(400, "expected a line")
    return line.rstrip(b"\r\n").decode("latin-1")


def _accepted(path: str, headers: dict[str, str], token: str | None) -> bytes:
    """Give the answer that opens the WebSocket.

    Raises:
        Refusal: The request has to be answered otherwise.
    """
    if path in _ALIVE:
        raise Refusal(200, "")
    if "origin" in headers:  # a page in a browser is no client of an agent
        raise Refusal(403, "requests of web pages are not taken")
    shown = headers.get("authorization", "").encode()
    if token is not None and not hmac.compare_digest(shown, f"Bearer {token}".encode()):
        raise Refusal(401, "the bearer token is missing or wrong")
    wishes = {word.strip().lower() for word in headers.get("connection", "").split(",")}
    if headers.get("upgrade", "").lower() != "websocket" or "upgrade" not in wishes:
        raise Refusal(426, "this is a WebSocket")
    if headers.get("sec-websocket-version") != "13":
        raise Refusal(426, "expected Sec-WebSocket-Version: 13")
    key = headers.get("sec-websocket-key", "")
    if not _is_key(key):
        raise Refusal(400, "expected Sec-WebSocket-Key with 16 bytes in base64")
    proof = base64.b64encode(hashlib.sha1(key.encode() + _MAGIC).digest()).decode()  # noqa: S324
    lines = ("Upgrade: websocket", "Connection: Upgrade", f"Sec-WebSocket-Accept: {proof}")
    return "\r\n".join(("HTTP/1.1 101 Switching Protocols", *lines, "", "")).encode()


def _is_key(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == 16
    except (binascii.Error, ValueError):
        return False


def _answer(status: int, text: str) -> bytes:
    body = text.encode()
    extra = ("Upgrade: websocket", "Sec-WebSocket-Version: 13") if status == 426 else ()
    lines = (
        f"HTTP/1.1 {status} {_REASONS[status]}",
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *extra,
    )
    return "\r\n".join((*lines, "", "")).encode() + body
