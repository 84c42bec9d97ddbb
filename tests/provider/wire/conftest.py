"""A server whose answers are plans given by the test, and a client that speaks in bytes."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest

from seatrial_provider.recorded import RecordedRequest
from seatrial_provider.wire.connection import Connection
from seatrial_provider.wire.plan import End, Head, Write
from seatrial_provider.wire.server import HttpServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager
    from typing import Protocol

    from seatrial_provider.wire.plan import Plan
    from seatrial_provider.wire.reading import Arrived

    class Serve(Protocol):
        """Serves plans, one a request, for the length of a block."""

        def __call__(
            self, *plans: Plan, limit: int = 1_000_000, admission: Plan = ()
        ) -> AbstractAsyncContextManager[Served]: ...


class Client:
    """One connection, in bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, raw: bytes) -> None:
        self.writer.write(raw)

    async def head(self) -> bytes:
        return await self.reader.readuntil(b"\r\n\r\n")

    async def rest(self) -> bytes:
        return await self.reader.read()


class Served:
    """A server, what it was asked, and what went wrong with it."""

    def __init__(self, plans: tuple[Plan, ...]) -> None:
        self.port = 0
        self.arrived: list[Arrived] = []
        self.requests: list[RecordedRequest] = []
        self.failures: list[BaseException | str] = []
        self.settled: asyncio.Queue[RecordedRequest] = asyncio.Queue()
        self._plans = deque(plans)
        self._clients = contextlib.AsyncExitStack()

    # What a connection asks of whoever answers.

    def receive(self, arrived: Arrived, connection: int) -> tuple[RecordedRequest, Plan]:
        path, query = arrived.path_and_query()
        request = RecordedRequest(
            index=len(self.requests),
            method=arrived.method,
            path=path,
            query=query,
            headers=arrived.headers,
            body=arrived.body,
            connection=connection,
        )
        self.arrived.append(arrived)
        self.requests.append(request)
        return request, self._plans.popleft() if self._plans else ok(b"%d" % len(self.requests))

    def failure(self, request: RecordedRequest) -> None:
        self.failures.append(request.path)

    def server_failure(self, error: Exception) -> None:
        self.failures.append(error)

    def settle(self, request: RecordedRequest) -> None:
        self.settled.put_nowait(request)

    # What a test asks.

    @asynccontextmanager
    async def client(self, raw: bytes = b"") -> AsyncIterator[Client]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(raw)
        try:
            yield Client(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def exchange(self, raw: bytes) -> bytes:
        """Sends bytes on a connection of their own and reads until the server closes it."""
        async with self.client(raw) as client:
            return await client.rest()


class Wire(asyncio.Transport):
    """One connection of a server without a socket: what arrives on it is given by the test.

    Args:
        server: The server.
        said: Where what is written is noted, if several connections share a list.
        fills: Whether the client takes one write and then reads no more.
    """

    def __init__(
        self, server: HttpServer, said: list[bytes] | None = None, *, fills: bool = False
    ) -> None:
        super().__init__()
        self.reads = True
        self.said: list[bytes] = [] if said is None else said
        self.connection = Connection(server)
        self._server = server
        self._fills = fills
        self._closes = False
        self.connection.connection_made(self)

    def arrive(self, raw: bytes) -> None:
        """Has bytes arrive."""
        self._server.arriving[: len(raw)] = raw
        self.connection.buffer_updated(len(raw))

    def lose(self) -> None:
        """Has the client go away."""
        self._closes = True
        self.connection.connection_lost(None)

    # What a connection asks of its transport.

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        assert high == 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self._closes, "written to although the client is gone"
        self.said.append(bytes(data))
        if self._fills:
            self.connection.pause_writing()

    def is_closing(self) -> bool:
        return self._closes

    def close(self) -> None:
        self._closes = True

    def abort(self) -> None:
        self._closes = True

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True


def ok(payload: bytes) -> Plan:
    return (Head(200, (), len(payload)), Write(payload), End())


@pytest.fixture
def serve() -> Serve:
    @asynccontextmanager
    async def serving(
        *plans: Plan, limit: int = 1_000_000, admission: Plan = ()
    ) -> AsyncIterator[Served]:
        served = Served(plans)
        server = HttpServer(served, limit=limit)
        server.admission = admission
        served.port = await server.start()
        try:
            yield served
        finally:
            await server.close()
        assert served.failures == []

    return serving
