"""A server under test, running: its process, our peer, and the home it runs in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from seatrial.home import Home
from seatrial.journal import Journal
from seatrial.leaks import RUN
from seatrial.peer import Peer
from seatrial.process import Command, Ended, ServerProcess, environment, spawn
from seatrial.servers.resolve import ServerUnderTest
from seatrial.transport import StdioTransport

__all__ = ["RunningServer", "launch"]


@dataclass(slots=True, kw_only=True)
class RunningServer:
    """A server that is running.

    Attributes:
        server: What was started.
        home: Where it runs.
        process: Its process.
        peer: Our end of its connection.
        ended: What it took to end it, once it has been ended.
    """

    server: ServerUnderTest
    home: Home
    process: ServerProcess
    peer: Peer
    ended: Ended | None = None


def _obituary(process: ServerProcess) -> str:
    """Returns what is known of the process, for the end of an error."""
    state = str(process.exited.result()) if process.exited.done() else "still running"
    text = process.stderr.text()
    said = "\n".join(f"  {line}" for line in text.splitlines()) if text else "  (nothing)"
    return f"the server's process {process.pid}: {state}\nlast of its stderr:\n{said}"


@asynccontextmanager
async def launch(
    server: ServerUnderTest,
    *,
    home: Home,
    provider_url: str,
    journal: Journal | None = None,
) -> AsyncIterator[RunningServer]:
    """Runs the server for the length of a block, in this home, against this provider.

    Raises:
        CannotStart: Its program could not be executed.
    """
    values = {
        "home": str(home.home),
        "workspace": str(home.workspace),
        "provider_url": provider_url,
    }
    variables, files = server.profile.filled(values)
    home.write(files)
    command = Command(
        argv=server.argv,
        env=environment(variables | server.environment, run=str(RUN)),
        cwd=home.workspace,
    )
    async with spawn(command, stderr_file=home.stderr) as process:
        peer = Peer(StdioTransport(process), journal=journal, obituary=lambda: _obituary(process))
        peer.open()
        running = RunningServer(server=server, home=home, process=process, peer=peer)
        try:
            yield running
        finally:
            await peer.close()
            running.ended = await process.end()
