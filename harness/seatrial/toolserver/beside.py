"""The tool server in the process of a test: servers under test reach it through a relay."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from seatrial.toolserver.journal import ToolJournal
from seatrial.toolserver.streams import LineReader, LineWriter

if TYPE_CHECKING:
    from seatrial.toolserver.acts import Acts, Gates

__all__ = ["ToolServer", "tool_server"]

LONGEST_LINE = 1 << 26
"""Bytes of one message that it takes."""

_RELAY = Path(__file__).with_name("relay.py")


class ToolServer:
    """A tool server that runs in this process.

    Attributes:
        journal: What it was told and what it did.
        gates: What its tool `wait` waits for.
        command: The command line that a server under test starts it by, as one over stdio.
    """

    def __init__(self, journal: ToolJournal, gates: Gates, acts: Acts, port: int) -> None:
        self.journal = journal
        self.gates = gates
        self._acts = acts
        self.command = (sys.executable, "-I", "-S", str(_RELAY), str(port))

    async def fence(self) -> None:
        """Returns when the client of the last request has sent all that was to come before.

        Raises:
            TimeoutError: It does not answer a ping within 20 seconds.
        """
        async with asyncio.timeout(20):
            await self._acts.fence()


@asynccontextmanager
async def tool_server() -> AsyncIterator[ToolServer]:
    """Runs a tool server for the length of a block; each connection is a client of its own.

    The SDK is imported here and not before, and beside the loop: it takes about a second, once a
    process.
    """
    await asyncio.to_thread(import_module, "seatrial.toolserver.service")
    from mcp.server.stdio import stdio_server

    from seatrial.toolserver.acts import Acts, Gates
    from seatrial.toolserver.service import service

    journal, gates = ToolJournal(), Gates()
    acts = Acts(journal, gates)
    server = service(acts)
    clients: set[asyncio.Task[Any]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        clients.add(task)
        journal.note("connected")
        try:
            streams = stdio_server(cast("Any", LineReader(reader)), cast("Any", LineWriter(writer)))
            async with streams as (incoming, outgoing):
                await server.run(incoming, outgoing, server.create_initialization_options())
        except asyncio.CancelledError:
            pass  # the block is over
        finally:
            clients.discard(task)
            writer.close()
            journal.note("disconnected")

    listening = await asyncio.start_server(serve, "127.0.0.1", 0, limit=LONGEST_LINE)
    try:
        yield ToolServer(journal, gates, acts, listening.sockets[0].getsockname()[1])
    finally:
        listening.close()
        gone = tuple(clients)
        for task in gone:
            task.cancel()
        await asyncio.gather(*gone, return_exceptions=True)
        await listening.wait_closed()
