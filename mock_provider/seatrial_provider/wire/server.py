"""The HTTP server: listens, keeps its connections, and ends them all; nothing else."""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import TYPE_CHECKING

from seatrial_provider.encodings import LARGEST_BODY
from seatrial_provider.errors import ProviderStateError
from seatrial_provider.signals import Signal
from seatrial_provider.wire.connection import Connection

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from seatrial_provider.wire.connection import Answering, Conclude
    from seatrial_provider.wire.plan import Plan

LOOPBACK = "127.0.0.1"
"""Where a provider listens unless it is told otherwise."""

_BACKLOG = 1024

_KEEPS_PORT = sys.platform == "linux"
"""Whether a socket that listens can be shut down and keeps its port; elsewhere it is taken anew."""

_ARRIVING = 65_536
"""The most bytes that are read at once. Asyncio's own buffer is four times that, and so large that
the allocator asks the system for it each time, which costs more than to read a request."""


class HttpServer:
    """Serves what an answerer decides.

    Args:
        answering: Decides what each request is answered.
        host: The address to listen on.
        port: The port; 0 lets the system choose one.
        limit: The most bytes that a body may have.

    Attributes:
        answering: As given.
        limit: As given.
        admission: What happens on a new connection before anything is read from it: nothing,
            unless a test wants the server to be slow to accept.
        arriving: Where what arrives is put, on whichever connection, until it is read.
    """

    def __init__(
        self,
        answering: Answering,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        limit: int = LARGEST_BODY,
    ) -> None:
        self.answering = answering
        self.limit = limit
        self.admission: Plan = ()
        self.arriving = memoryview(bytearray(_ARRIVING))
        self._host = host
        self._port = port
        self._listener: asyncio.Server | None = None
        self._socket: socket.socket | None = None
        self._connections: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._count = 0
        self._changed = Signal()
        self._left: list[Conclude] = []
        self._concludes = False

    async def start(self) -> int:
        """Starts to listen.

        Returns:
            The port.

        Raises:
            ProviderStateError: The address cannot be listened on.
        """
        self._socket = self._bound(self._port)
        chosen = self._socket.getsockname()[1]
        if not self._port and _KEEPS_PORT:  # Linux keeps a port only if it was asked for by number
            with self._socket:
                self._socket = self._bound(chosen)
        self._port = chosen
        await self.listen()
        return self._port

    async def listen(self) -> None:
        """Accepts connections, again after `refuse`."""
        if self._socket is None or self._listener is not None:
            return
        self._listener = await asyncio.get_running_loop().create_server(
            lambda: Connection(self), sock=self._socket, backlog=_BACKLOG
        )

    async def refuse(self) -> None:
        """Refuses new connections and keeps the port; those that are open stay."""
        if self._socket is None or self._listener is None:
            return
        if _KEEPS_PORT:
            kept = self._socket.dup()  # the listener closes its own
            kept.shutdown(socket.SHUT_RD)
            self._listener.close()
        else:
            self._listener.close()
            kept = self._bound(self._port)
        self._listener, self._socket = None, kept

    async def close(self) -> None:
        """Ends everything: held and half-sent responses are cut off, every socket is closed.

        When it returns, no task of a connection is left but the caller's own.
        """
        if self._listener is not None:
            self._listener.close()  # and its socket with it
        elif self._socket is not None:
            self._socket.close()
        self._listener = self._socket = None
        for connection in tuple(self._connections):
            connection.end()
        await self._changed.until(lambda: not self._connections, timeout=None)
        ending = self._tasks - {asyncio.current_task()}
        if ending:
            await asyncio.wait(ending)

    def end_busy(self) -> None:
        """Ends the connections whose answers are held or half-sent, but for the caller's own."""
        own = asyncio.current_task()
        for connection in tuple(self._connections):
            if connection.task is not None and connection.task is not own:
                connection.end()

    def begin(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        """Has something done in a task of its own, which `close` waits for.

        Args:
            work: What is to be done; it ends when its connection is lost.
        """
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    @property
    def is_shared(self) -> bool:
        """Whether there are several connections."""
        return len(self._connections) > 1

    def conclude_soon(self) -> None:
        """Has the answers that are left concluded before whoever is woken from here on.

        The last writes of one turn of the loop are made one right after the other, before anything
        is put away: then a client is not woken for each of them, which costs more than the write.
        """
        if not self._concludes:
            self._concludes = True
            asyncio.get_running_loop().call_soon(self._conclude)

    def leave_last(self, conclude: Conclude) -> None:
        """Leaves the last write of an answer for then.

        Args:
            conclude: Makes it; what it returns is called after the last writes of all.
        """
        self._left.append(conclude)

    def _conclude(self) -> None:
        self._concludes = False
        left, self._left = self._left, []
        for proceed in [conclude() for conclude in left]:
            proceed()

    def opened(self, connection: Connection) -> int:
        """Takes note of a new connection and returns its number, from 1."""
        self._connections.add(connection)
        self._count += 1
        return self._count

    def lost(self, connection: Connection) -> None:
        """Takes note of the end of a connection."""
        self._connections.discard(connection)
        self._changed.notify()

    def _bound(self, port: int) -> socket.socket:
        """Takes a port without listening: who connects to it now is refused."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        taken = socket.socket(family, socket.SOCK_STREAM)
        try:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind((self._host, port))
        except OSError as error:
            taken.close()
            raise ProviderStateError(
                f"the provider cannot listen on {self._host} port {port}",
                expected="an address of this machine and a port that is free",
                arrived=str(error),
                cause="Does another program listen there, such as an earlier run?",
                remedy="Leave the port away, then the system chooses a free one.",
            ) from error
        return taken
