"""Plans: one HTTP response as data, a list of steps that the server carries out in order.

A fault is a function from a plan to a plan, so everything that can go wrong on the wire is a step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from seatrial_provider.gates import Gate
    from seatrial_provider.wire.filled import Filled


def _do_nothing() -> None: ...


@dataclass(frozen=True, slots=True)
class Head:
    """Sends the status line and the headers.

    Attributes:
        status: The HTTP status.
        headers: Names and values, without those of the framing.
        length: The bytes of the body if they are known; None sends it in chunks.
    """

    status: int
    headers: tuple[tuple[str, str], ...]
    length: int | None = None

    @property
    def is_stream(self) -> bool:
        """Whether the body is an event stream."""
        told = (value for name, value in self.headers if name.lower() == "content-type")
        return any(value.startswith("text/event-stream") for value in told)


@dataclass(frozen=True, slots=True)
class Write:
    """Sends a piece of the body.

    Attributes:
        payload: The bytes, before the framing.
    """

    payload: bytes


@dataclass(frozen=True, slots=True)
class Message(Write):
    """Sends a message of a WebSocket, or a fragment of one.

    Attributes:
        more: Whether the message goes on with the next step of this kind.
        waits: Whether it goes out together with the next step, in one write.
    """

    more: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Ping:
    """Sends a ping of a WebSocket, together with the next step; clients answer it by themselves.

    Attributes:
        payload: What the client sends back; 125 bytes at most (RFC 6455, 5.5).
    """

    payload: bytes


@dataclass(frozen=True, slots=True)
class Fill:
    """Sends a piece of the body that is filled in only now.

    Attributes:
        body: The piece, before the framing.
    """

    body: Filled


@dataclass(frozen=True, slots=True)
class Raw:
    """Sends bytes outside of any framing: what no HTTP server should say.

    Attributes:
        payload: The bytes.
    """

    payload: bytes


@dataclass(frozen=True, slots=True)
class Hold:
    """Waits until a gate is released.

    Attributes:
        gate: The gate.
    """

    gate: Gate


@dataclass(frozen=True, slots=True)
class Delay:
    """Waits for a time.

    Attributes:
        seconds: How long.
    """

    seconds: float


@dataclass(frozen=True, slots=True)
class Stall:
    """Sends nothing more and keeps the connection, until the client or the provider ends it."""


@dataclass(frozen=True, slots=True)
class End:
    """Ends the body as its framing asks; the connection stays for the next request.

    Attributes:
        close: Whether the connection is closed after it all the same.
    """

    close: bool = False


@dataclass(frozen=True, slots=True)
class HalfClose:
    """Closes our side of the connection (FIN) where it is, and goes on to read the client's."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Closes the connection where it is, without the end of the body (FIN)."""


@dataclass(frozen=True, slots=True)
class Reset:
    """Resets the connection where it is (RST)."""


@dataclass(frozen=True, slots=True)
class Switch:
    """Goes over to WebSocket, as the request asks; no HTTP follows.

    Attributes:
        at_end: Called when the connection ends.
    """

    at_end: Callable[[], None] = _do_nothing


@dataclass(frozen=True, slots=True)
class Then:
    """Goes on with a plan that is made when the step is reached.

    Attributes:
        make: Makes the plan; it takes the place of the step.
    """

    make: Callable[[], Awaitable[Plan]]


Step = (
    Head
    | Write
    | Message
    | Ping
    | Fill
    | Raw
    | Hold
    | Delay
    | Stall
    | End
    | HalfClose
    | Cut
    | Reset
    | Switch
    | Then
)
Plan = tuple[Step, ...]
