"""WebSocket: each message of the client is a request, each event of an answer is a message.

The protocol itself is the business of the library `websockets`. The Responses API speaks it at
the path of its HTTP requests ("WebSocket mode" in the documentation of the OpenAI API).
"""

from __future__ import annotations

import re
from collections import deque
from typing import TYPE_CHECKING, Any

import orjson
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol

from seatrial_provider.wire import sse

if TYPE_CHECKING:
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.wire.filled import Payload
    from seatrial_provider.wire.link import Buffers
    from seatrial_provider.wire.plan import Head, Message, Ping
    from seatrial_provider.wire.reading import Arrived

_BLANK_LINE = re.compile(rb"\r\n\r\n|\n\n|\r\r")
DONE = b"[DONE]"
"""The data that ends some event streams; it becomes no message."""

_DATA = frozenset({Opcode.TEXT, Opcode.BINARY, Opcode.CONT})


class MessageReader:
    """Reads the messages of one connection, after the request that asked for them.

    Args:
        handshake: That request.
        limit: The most bytes that a message may have.

    Attributes:
        items: What was read and not taken yet, in order.
        awaits_leave: Never: this is of HTTP alone.
        refusal: Why the request asks for no WebSocket that can be spoken; None if it does.
    """

    def __init__(self, handshake: Arrived, *, limit: int) -> None:
        self.items: deque[Arrived] = deque()
        self.awaits_leave = False
        self._handshake = handshake
        self._pieces: list[bytes] = []
        self._protocol = ServerProtocol(
            extensions=[ServerPerMessageDeflateFactory()], max_size=limit
        )
        self._protocol.receive_data(handshake.head_bytes())
        (request,) = self._protocol.events_received()
        assert isinstance(request, Request)
        self._response = self._protocol.accept(request)
        self.refusal = self._protocol.handshake_exc

    def opening(self) -> bytes:
        """Returns what tells the client that messages are spoken from here on."""
        self._protocol.send_response(self._response)
        return self.outgoing()

    def feed(self, data: bytes) -> None:
        """Reads more bytes; the messages that they complete are appended to `items`.

        Args:
            data: The bytes.
        """
        was_sound = self._protocol.parser_exc is None
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Frame) and event.opcode in _DATA:
                self._pieces.append(bytes(event.data))
                if event.fin:
                    self.items.append(self._handshake.with_message(b"".join(self._pieces)))
                    self._pieces.clear()
        error = self._protocol.parser_exc
        if was_sound and error is not None:
            self.items.append(self._handshake.with_trouble(error))

    def outgoing(self) -> bytes:
        """Returns what the protocol itself has to say: answers to pings and to the end."""
        return b"".join(self._protocol.data_to_send())

    @property
    def is_over(self) -> bool:
        """Whether the client has said that it ends the connection."""
        return self._protocol.state is not State.OPEN

    def writer_for(self, arrived: Arrived, recorded: RecordedRequest) -> MessageWriter:
        """Returns what puts an answer on the wire.

        Args:
            arrived: The message that is answered.
            recorded: Its record.
        """
        return MessageWriter(self._protocol, recorded)


class MessageWriter:
    """Says an answer in messages: one for each event of a stream, or one for a JSON object.

    An answer that comes as messages already is sent as it is, in their fragments.

    Args:
        protocol: The state of the connection.
        recorded: The record of what is answered.

    Attributes:
        keeps_alive: Always: a connection serves one message after the other.
        can_wait: Never: pings are answered in between, and the end that a client asks for.
    """

    keeps_alive = True
    can_wait = False

    def __init__(self, protocol: ServerProtocol, recorded: RecordedRequest) -> None:
        self._protocol = protocol
        self._recorded = recorded
        self._buffer = b""
        self._status = 200
        self._says_object = False
        self._begun: bytearray | None = None

    def head(self, step: Head) -> bytes:
        """Takes note of the status and of what the body is; messages have no head."""
        self._status = step.status
        self._says_object = not step.is_stream
        return b""

    def message(self, step: Message) -> bytes:
        """Returns a message, or the fragment of one that is next."""
        self._says_object = False
        if self._protocol.state is State.OPEN:
            self._send(step.payload, more=step.more)
        return self._outgoing()

    def ping(self, step: Ping) -> bytes:
        """Returns a ping."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_ping(step.payload)
        return self._outgoing()

    def piece(self, payload: Payload) -> Buffers:
        """Returns the messages of the events that are whole with a piece of the body."""
        self._buffer += bytes(payload)
        if self._says_object:
            return ()
        whole = max((found.end() for found in _BLANK_LINE.finditer(self._buffer)), default=0)
        events, self._buffer = self._buffer[:whole], self._buffer[whole:]
        return (self._messages([data.encode() for _, data in sse.blocks(events)]),)

    def end(self, *, close: bool) -> bytes:
        """Returns what is left to say: an object, the end of a message, that of the connection."""
        said = b""
        if self._says_object:
            said = self._messages([object_message(self._buffer, self._status)])
        self._buffer = b""
        if self._begun is not None and self._protocol.state is State.OPEN:
            self._send(b"", more=False)
        if close and self._protocol.state is State.OPEN:
            self._protocol.send_close(CloseCode.NORMAL_CLOSURE)
        return said + self._outgoing()

    def _messages(self, messages: list[bytes]) -> bytes:
        for message in messages:
            if self._protocol.state is State.OPEN and message != DONE:
                self._send(message, more=False)
        return self._outgoing()

    def _send(self, payload: bytes, *, more: bool) -> None:
        if self._begun is not None:
            self._begun += payload
            self._protocol.send_continuation(payload, fin=not more)
        else:
            self._begun = bytearray(payload) if more else None
            self._recorded.pieces.append(payload if self._begun is None else self._begun)
            self._protocol.send_text(payload, fin=not more)
        if not more:
            self._begun = None

    def _outgoing(self) -> bytes:
        return b"".join(self._protocol.data_to_send())


def object_message(body: bytes, status: int) -> bytes:
    """Returns a JSON answer as the message that it becomes: an error says its status.

    Args:
        body: The body that it has over HTTP.
        status: The status that it has there.
    """
    try:
        said: Any = orjson.loads(body)
    except ValueError:
        return body
    if status < 400 or not isinstance(said, dict):
        return body
    return orjson.dumps({"type": "error", "status": status, **said})
