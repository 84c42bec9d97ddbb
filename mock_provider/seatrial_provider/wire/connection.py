"""One connection: requests in, one response after the other out, and what is known of its end."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Protocol, cast

from seatrial_provider.recorded import RecordedRequest
from seatrial_provider.wire.exchange import After, Exchange
from seatrial_provider.wire.framing import CONTINUE
from seatrial_provider.wire.link import Link
from seatrial_provider.wire.messages import MessageReader
from seatrial_provider.wire.reading import Arrived, RequestReader

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from seatrial_provider.wire.exchange import Wait
    from seatrial_provider.wire.plan import Plan

    Conclude = Callable[[], Callable[[], None]]
    """Makes the last write of an answer; what it returns does the rest, for which no client
    waits."""

_MOST_WAITING = 64
"""How many requests a client may send ahead of the answers before it is no longer read."""


class Answering(Protocol):
    """Decides what is answered; it knows nothing of connections."""

    def receive(self, arrived: Arrived, connection: int) -> tuple[RecordedRequest, Plan]:
        """Records what was read, and decides what it is answered."""

    def failure(self, request: RecordedRequest) -> object:
        """Reports the exception that is being handled as the provider's own fault."""

    def server_failure(self, error: Exception) -> None:
        """Reports an exception that belongs to no request as the provider's own fault."""

    def settle(self, request: RecordedRequest) -> None:
        """Records that nothing more will be sent to a request."""


class Serving(Protocol):
    """The server that a connection belongs to.

    Attributes:
        answering: Decides what is answered.
        admission: What happens on a new connection before anything is read from it.
        limit: The most bytes that a body may have.
        arriving: Where what arrives is put, on whichever connection, until it is read.
        is_shared: Whether there are other connections too.
    """

    @property
    def answering(self) -> Answering: ...  # noqa: D102
    @property
    def admission(self) -> Plan: ...  # noqa: D102
    @property
    def limit(self) -> int: ...  # noqa: D102
    @property
    def arriving(self) -> memoryview: ...  # noqa: D102
    @property
    def is_shared(self) -> bool: ...  # noqa: D102

    def begin(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Has something done in a task of its own."""

    def conclude_soon(self) -> None:
        """Has the answers that are left concluded before whoever is woken from here on."""

    def leave_last(self, conclude: Conclude) -> None:
        """Leaves the last write of an answer for then."""

    def opened(self, connection: Connection) -> int:
        """Takes note of a new connection and returns its number, from 1."""

    def lost(self, connection: Connection) -> None:
        """Takes note of the end of a connection."""


def _do_nothing() -> None: ...


class Connection(asyncio.BufferedProtocol):
    """Serves one client.

    Args:
        server: What the connection belongs to.

    Attributes:
        task: What the connection is busy with, if that takes its time.
    """

    def __init__(self, server: Serving) -> None:
        self.task: asyncio.Task[None] | None = None
        self._server = server
        self._answering = server.answering
        self._reader: RequestReader | MessageReader = RequestReader(limit=server.limit)
        self._exchange: Exchange | None = None
        self._at_end: Callable[[], None] | None = None
        self._discards = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begins to serve."""
        self._transport = cast("asyncio.Transport", transport)  # another loop's is no subclass
        self._link = Link(self._transport)
        self._number = self._server.opened(self)
        if self._server.admission:
            self._transport.pause_reading()
            self.task = self._server.begin(self._admit())

    def get_buffer(self, sizehint: int) -> memoryview:
        """Returns where the next bytes go; they are read before another connection's are."""
        return self._server.arriving

    def buffer_updated(self, count: int) -> None:
        """Reads requests, and answers the first if none is being answered."""
        if self._discards:
            return
        try:
            self._reader.feed(bytes(self._server.arriving[:count]))
            self._proceed()
            self._say_what_the_protocol_says()
        except Exception as error:
            self._break(error)

    def eof_received(self) -> None:
        """Lets the connection close: a client that sends no more is taken for gone."""

    def connection_lost(self, error: Exception | None) -> None:
        """Notes that the client went away, unless it was we who ended the connection."""
        if self.task is not None:
            self.task.cancel()
        if self._exchange is not None:
            recorded = self._exchange.recorded
            recorded.client_gone = not recorded.completed and not self._link.is_ended
            self._settle(self._exchange)
        if self._at_end is not None:
            self._at_end()
        self._server.lost(self)

    def pause_writing(self) -> None:
        """Notes that the client does not read as fast as it is sent to."""
        self._link.pause()

    def resume_writing(self) -> None:
        """Notes that everything was handed to the system."""
        self._link.resume()

    def end(self) -> None:
        """Ends the connection at once, whatever is going on."""
        self._link.abort()

    async def _admit(self) -> None:
        unseen = RecordedRequest(index=0, method="", path="")
        writer = self._reader.writer_for(Arrived(), unseen)
        admission = Exchange(self._link, writer, unseen, self._server.admission)
        await admission.run(admission.advance())
        self.task = None
        self._transport.resume_reading()

    def _proceed(self) -> None:
        """Answers what was read, one after the other, until an answer takes its time."""
        while self._reader.items and self._exchange is None and not self._discards:
            self._begin(self._reader.items.popleft())
        if self._exchange is not None:
            if len(self._reader.items) > _MOST_WAITING:
                self._transport.pause_reading()
            return
        if self._reader.awaits_leave:
            self._reader.awaits_leave = False
            self._link.write(CONTINUE)
        self._transport.resume_reading()

    def _begin(self, arrived: Arrived) -> None:
        is_shared = self._server.is_shared
        if is_shared:
            self._server.conclude_soon()  # who waits for the request shall find it answered
        recorded, plan = self._answering.receive(arrived, self._number)
        writer = self._reader.writer_for(arrived, recorded)
        exchange = self._exchange = Exchange(self._link, writer, recorded, plan)
        try:
            wait = exchange.begin(leaves_last=is_shared and writer.can_wait)
        except Exception:
            self._fail(exchange)
            return
        if exchange.is_about_to_end:
            self._server.leave_last(partial(self._conclude, exchange, arrived))
        else:
            self._go_on(exchange, arrived, wait)

    def _conclude(self, exchange: Exchange, arrived: Arrived) -> Callable[[], None]:
        """Makes the last write, which was left; returns what does the rest."""
        if self._exchange is None or self._transport.is_closing():
            return _do_nothing
        try:
            wait = exchange.conclude()
        except Exception:
            self._fail(exchange)
            return _do_nothing

        def proceed() -> None:
            try:
                self._go_on(exchange, arrived, wait)
                self._proceed()
            except Exception as error:
                self._break(error)

        return proceed

    def _go_on(self, exchange: Exchange, arrived: Arrived, wait: Wait | None) -> None:
        if wait is None:
            self._finish(exchange, arrived)
        else:
            self.task = self._server.begin(self._carry_on(exchange, arrived, wait))

    async def _carry_on(self, exchange: Exchange, arrived: Arrived, wait: Wait) -> None:
        try:
            await exchange.run(wait)
        except Exception:
            self._fail(exchange)
            return
        self.task = None
        self._finish(exchange, arrived)
        self._proceed()
        self._say_what_the_protocol_says()

    def _break(self, error: Exception) -> None:
        """Reports what the provider did wrong outside of any answer."""
        self._answering.server_failure(error)
        self._link.abort()

    def _fail(self, exchange: Exchange) -> None:
        """Reports what the provider did wrong, and leaves the client without the rest."""
        self._answering.failure(exchange.recorded)
        self._link.abort()

    def _finish(self, exchange: Exchange, arrived: Arrived) -> None:
        if exchange.after is After.CLOSE:
            self._link.cut()
        self._discards = exchange.after in (After.CLOSE, After.DISCARD)
        self._settle(exchange)
        if exchange.after is After.SWITCH:
            self._at_end = exchange.at_end
            self._switch(arrived)

    def _switch(self, handshake: Arrived) -> None:
        assert handshake.messages is not None
        self._reader = handshake.messages
        self._link.write(self._reader.opening())
        self._reader.feed(handshake.rest)

    def _say_what_the_protocol_says(self) -> None:
        """Answers pings, and the end that a client asks for: then it is taken for gone."""
        if not isinstance(self._reader, MessageReader):
            return
        outgoing = self._reader.outgoing()
        if outgoing:
            self._link.write(outgoing)
        if self._reader.is_over:
            self._transport.close()

    def _settle(self, exchange: Exchange) -> None:
        self._exchange = None
        self._answering.settle(exchange.recorded)
