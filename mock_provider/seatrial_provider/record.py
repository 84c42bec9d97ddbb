"""The record of one request: what arrived, what was answered, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from seatrial_provider import body as bodies
from seatrial_provider.chat import request as chat_request
from seatrial_provider.encodings import LARGEST_BODY, decoded
from seatrial_provider.errors import RequestBodyError
from seatrial_provider.wire import sse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.faults.base import Fault
    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.script import Reply
    from seatrial_provider.wire.filled import Payload


@dataclass(slots=True, kw_only=True, repr=False)
class Record:
    """One request as it arrived, and what became of it.

    Attributes:
        number: The place among all requests, from 0.
        index: The place among the model requests (`provider.requests`) for one of those,
            else among the other requests; from 0.
        method: The HTTP method.
        path: The path without the query.
        query: The query string, without the question mark.
        headers: The headers by lower-case name; repeated ones are joined with commas.
        transport: How it came: as a request of `http`, or a message of `websocket`.
        connection: The number of the connection that it came by, from 1.
        body: The bytes of the body as they arrived.
        received_at: When the body was complete, in seconds of the monotonic clock.
        settled_at: When it was settled, in the same seconds; None until then.
        largest_body: The most bytes that the body may unpack to.
        reply: The scripted reply that was taken for it, if any.
        reply_number: That reply's place in the script, from 1.
        attempt: How often its answer was asked for until now, from 1.
        retry_of: The index of the request that it repeats, if it is a retry.
        faults: What was made to go wrong with its answer.
        status: The status of the HTTP response; None while there is none.
        response_headers: Names and values of its headers, without those of the framing.
        pieces: What was sent so far, piece by piece; ask `sent` for their bytes.
        earlier: The items of the conversation before this request, which the provider kept:
            those that `previous_response_id` or `conversation` stands for.
        referenced: The items that the request names by their id only, by that id.
        completed: Whether the whole response was sent.
        client_gone: Whether the client went away before that.
        settled: Whether nothing more will be sent: the response is complete, the client went
            away, or the provider was closed.
    """

    index: int
    number: int = 0
    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    transport: str = "http"
    connection: int = 0
    body: bytes = b""
    received_at: float = 0.0
    settled_at: float | None = None
    largest_body: int = LARGEST_BODY
    reply: Reply | None = None
    reply_number: int | None = None
    attempt: int = 1
    retry_of: int | None = None
    faults: tuple[Fault, ...] = ()
    status: int | None = None
    response_headers: tuple[tuple[str, str], ...] = ()
    pieces: list[Payload | bytearray] = field(default_factory=list)
    earlier: list[JsonObject] = field(default_factory=list)
    referenced: dict[str, JsonObject] = field(default_factory=dict)
    completed: bool = False
    client_gone: bool = False
    settled: bool = False
    _parsed: JsonObject | None = field(default=None, init=False, compare=False)
    _asked: JsonObject | None = field(default=None, init=False, compare=False)
    _new_input: list[JsonObject] | None = field(default=None, init=False, compare=False)
    _tools: list[JsonObject] | None = field(default=None, init=False, compare=False)

    def __repr__(self) -> str:
        became = "completed" if self.completed else "client gone" if self.client_gone else "open"
        status = self.status or "unanswered"
        return f"<request {self.index}: {self.method} {self.path}, {status}, {became}>"

    def header(self, name: str) -> str | None:
        """Returns a header of the request.

        Args:
            name: The header's name, in any case.
        """
        return self.headers.get(name.lower())

    def body_bytes(self) -> bytes:
        """Returns the body with its content encoding undone.

        Raises:
            RequestBodyError: The body is not in its encoding, or too large without it.
        """
        try:
            return self.plain_body()
        except bodies.UnsoundBodyError as error:
            raise _unusable(self, error) from error

    def body_json(self) -> JsonObject:
        """Returns the body as an object, with its content encoding undone.

        Raises:
            RequestBodyError: The body is not a JSON object.
        """
        try:
            return self.sound_body()
        except bodies.UnsoundBodyError as error:
            raise _unusable(self, error) from error

    def plain_body(self) -> bytes:
        """Returns the body with its content encoding undone, for whoever is to answer it.

        Raises:
            UnsoundBodyError: The body is not in its encoding, or too large without it.
        """
        encoding = self.headers.get("content-encoding")
        return decoded(self.body, encoding, limit=self.largest_body) if encoding else self.body

    def sound_body(self) -> JsonObject:
        """Returns the body as an object, for whoever is to answer the request.

        Raises:
            UnsoundBodyError: The body is not a JSON object.
        """
        if self._parsed is None:
            self._parsed = bodies.parsed(self.plain_body())
        return self._parsed

    def forget_views(self) -> None:
        """Lets go of what was read out of the body; it is read again when it is asked for."""
        self._parsed = self._asked = self._new_input = self._tools = None

    @property
    def sent_bytes(self) -> bytes:
        """Everything that was sent back so far, before the framing."""
        return b"".join(self.sent)

    @property
    def sent(self) -> list[bytes]:
        """What was sent so far, piece by piece, before the framing; or message by message."""
        return [bytes(piece) for piece in self.pieces]

    @property
    def events(self) -> list[JsonObject]:
        """The events that were streamed back so far; those that are no JSON are left out."""
        if self.is_message:
            return sse.whole_objects(self.sent)
        return sse.whole_events(self.sent_bytes)

    @property
    def is_message(self) -> bool:
        """Whether it came as a message of a WebSocket."""
        return self.transport == "websocket"

    @property
    def wants_stream(self) -> bool:
        """Whether it is to be answered event by event; a message always is.

        Raises:
            RequestBodyError: The body is not a JSON object.
        """
        return self.is_message or self.body_json().get("stream") is True

    @property
    def is_chat(self) -> bool:
        """Whether it is a request of Chat Completions."""
        return self.path.endswith(chat_request.PATH)

    def asked(self) -> JsonObject:
        """Returns the body in the words of the Responses API, whichever API it came by.

        Raises:
            RequestBodyError: The body is not a JSON object, or not a chat request where it is to
                be one.
        """
        if not self.is_chat:
            return self.body_json()
        if self._asked is None:
            try:
                self._asked = chat_request.as_responses_body(self.body_json())
            except bodies.UnsoundBodyError as error:
                raise _unusable(self, error) from error
        return self._asked

    @property
    def input(self) -> list[JsonObject]:
        """The whole conversation as input items: what the provider kept, then what arrived.

        An input that is a text is one user message; chat messages are read as items.

        Raises:
            RequestBodyError: The body has no usable `input` or `messages`.
        """
        if not self.referenced:
            return [*self.earlier, *self.new_input] if self.earlier else self.new_input
        given = (self.referenced.get(str(item.get("id")), item) for item in self.new_input)
        return [*self.earlier, *given]

    @property
    def new_input(self) -> list[JsonObject]:
        """The input items that arrived with this request.

        Raises:
            RequestBodyError: The body has no usable `input` or `messages`.
        """
        if self._new_input is None:
            try:
                self._new_input = bodies.input_items(self.asked())
            except bodies.UnsoundBodyError as error:
                raise _unusable(self, error) from error
        return self._new_input

    @property
    def tools(self) -> list[JsonObject]:
        """The tools that the request offers, in its `tools` or in its input, as it describes them.

        Raises:
            RequestBodyError: The body is unusable, or its `tools` is not a list of objects.
        """
        if self._tools is None or self.earlier or self.referenced:
            try:
                offered = bodies.offered(self.asked())
                self._tools = [*offered, *bodies.offered_within(self.input)]
            except bodies.UnsoundBodyError as error:
                raise _unusable(self, error) from error
        return self._tools


def _unusable(request: Record, error: bodies.UnsoundBodyError) -> RequestBodyError:
    return RequestBodyError(
        f"the body of {request.method} {request.path} cannot be used",
        expected=error.expected,
        arrived=error.arrived,
        cause="Is this not a model request, or did the server under test send a damaged one?",
        remedy="Look at .method, .path and .body of the recorded request.",
    )
