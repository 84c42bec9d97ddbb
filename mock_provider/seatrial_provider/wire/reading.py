"""Reads HTTP/1 requests out of the bytes of one connection, one or many at a time."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import unquote

import httptools

from seatrial_provider.wire.framing import HttpWriter
from seatrial_provider.wire.messages import MessageReader

if TYPE_CHECKING:
    from collections.abc import Container

    from seatrial_provider.recorded import RecordedRequest

_UPGRADE_HEADERS = frozenset({"upgrade", "http2-settings", "connection"})


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why bytes are no request.

    Attributes:
        error: What the parser says.
    """

    error: Exception


@dataclass(frozen=True, slots=True)
class TooLarge:
    """A body that is over the bound.

    Attributes:
        limit: The bound, in bytes.
        announced: The size that the headers announce; None if they announce none.
    """

    limit: int
    announced: int | None


@dataclass(slots=True)
class Arrived:
    """One request as the connection brought it.

    Attributes:
        method: The method.
        url: The target of the request line.
        headers: The headers by lower-case name; repeated ones are joined with commas.
        body: The body, the framing undone.
        version: The HTTP version, such as `1.1`.
        keeps_alive: Whether the client wants the connection for another request.
        transport: How it came: as a request of `http`, or as a message of `websocket`.
        trouble: Why it could not be read; nothing after it is read then.
        messages: What reads on after a request to speak WebSocket; None for any other request.
        rest: The bytes that came after such a request.
    """

    method: str = ""
    url: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    version: str = "1.1"
    keeps_alive: bool = True
    transport: str = "http"
    trouble: Unreadable | TooLarge | None = None
    messages: MessageReader | None = None
    rest: bytes = b""

    def path_and_query(self) -> tuple[str, str]:
        """Returns the path with its escapes undone, and the query as it stands."""
        target = self.url.decode("latin-1")
        if not target.startswith("/") and "://" in target:  # as a proxy is asked
            target = "/" + target.split("://", 1)[1].partition("/")[2]
        path, _, query = target.partition("?")
        return (unquote(path) if "%" in path else path), query

    def head_bytes(self, *, without: Container[str] = ()) -> bytes:
        """Returns the request line and the headers, as they could have been sent.

        Args:
            without: The headers to leave out.
        """
        kept = [f"{k}: {v}\r\n" for k, v in self.headers.items() if k not in without]
        line = f"{self.method} {self.url.decode('latin-1')} HTTP/{self.version}\r\n"
        return (line + "".join(kept) + "\r\n").encode("latin-1")

    def with_message(self, body: bytes) -> Arrived:
        """Returns a message that came after this request; it counts as a POST.

        Args:
            body: The message.
        """
        return Arrived("POST", self.url, self.headers, body, transport="websocket")

    def with_trouble(self, error: Exception) -> Arrived:
        """Returns what came after this request and is no message.

        Args:
            error: Why.
        """
        arrived = self.with_message(b"")
        arrived.trouble = Unreadable(error)
        return arrived


class RequestReader:
    """Turns bytes into requests.

    Args:
        limit: The most bytes that a body may have.

    Attributes:
        items: What was read and not taken yet, in order.
        awaits_leave: Whether the client waits for `100 Continue` before it sends its body.
    """

    def __init__(self, *, limit: int) -> None:
        self.items: deque[Arrived] = deque()
        self.awaits_leave = False
        self._limit = limit
        self._ended = False
        self._begin_connection()

    def writer_for(self, arrived: Arrived, recorded: RecordedRequest) -> HttpWriter:
        """Returns what puts an answer on the wire.

        Args:
            arrived: The request that is answered.
            recorded: Its record.
        """
        return HttpWriter(arrived, recorded)

    def feed(self, data: bytes) -> None:
        """Reads more bytes; what they complete is appended to `items`.

        Args:
            data: The bytes; they are dropped once the connection brought something unreadable.
        """
        while data and not self._ended:
            try:
                self._parser.feed_data(data)
                return
            except httptools.HttpParserUpgrade as upgrade:
                data = self._upgraded(data[upgrade.args[0] :])
            except httptools.HttpParserError as error:
                if not self._ended:
                    self._request.trouble = Unreadable(error)
                    self._end(self._request)

    def _begin_connection(self) -> None:
        self._parser = httptools.HttpRequestParser(self)
        self._request = Arrived()
        self._pieces: list[bytes] = []
        self._size = 0

    def _end(self, last: Arrived) -> None:
        self._ended = True
        self.items.append(last)

    def _refuse(self, announced: int | None) -> None:
        self._request.trouble = TooLarge(self._limit, announced)
        self._pieces.clear()
        self._end(self._request)

    def _upgraded(self, rest: bytes) -> bytes:
        """Switches to WebSocket, or reads the request again as if it asked for no other protocol.

        The parser takes what follows such a head for the other protocol, the body too.
        """
        request = self.items.pop()
        if request.method == "GET" and request.headers.get("upgrade", "").lower() == "websocket":
            request.messages = MessageReader(request, limit=self._limit)
            request.rest = rest
            if request.messages.refusal is not None:
                request.trouble = Unreadable(request.messages.refusal)
            self._end(request)
            return b""
        if request.method == "CONNECT":
            self._end(request)
            return b""
        self._begin_connection()
        return request.head_bytes(without=_UPGRADE_HEADERS) + rest

    # What the parser calls.

    def on_message_begin(self) -> None:
        """Starts a request."""
        self._request = Arrived()
        self._pieces = []
        self._size = 0

    def on_url(self, url: bytes) -> None:
        """Takes a piece of the target."""
        self._request.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Takes a header."""
        key = _lower(name)
        headers = self._request.headers
        text = value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text

    def on_headers_complete(self) -> None:
        """Looks at what the headers announce."""
        request = self._request
        request.method = self._parser.get_method().decode()
        request.version = self._parser.get_http_version()
        headers = request.headers
        if "expect" in headers and headers["expect"].lower() == "100-continue":
            self.awaits_leave = True
        announced = headers.get("content-length", "")
        if announced and int(announced) > self._limit:
            self._refuse(int(announced))

    def on_body(self, piece: bytes) -> None:
        """Takes a piece of the body."""
        if self._ended:
            return
        self._pieces.append(piece)
        self._size += len(piece)
        self.awaits_leave = False
        if self._size > self._limit:
            self._refuse(None)

    def on_message_complete(self) -> None:
        """Completes a request."""
        if self._ended:
            return
        request, pieces = self._request, self._pieces
        request.body = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        request.keeps_alive = self._parser.should_keep_alive()
        self.awaits_leave = False
        self.items.append(request)


@lru_cache(maxsize=512)
def _lower(name: bytes) -> str:
    return name.lower().decode("latin-1")
