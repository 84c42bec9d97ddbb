"""A server under test, running: its process, our peer, and the home it runs in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from seatrial.dialects import DIALECTS, Agent, Spelling
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
        agent: The server as an agent, in the dialect that it was started for.
        ended: What it took to end it, once it has been ended.
    """

    server: ServerUnderTest
    home: Home
    process: ServerProcess
    peer: Peer
    agent: Agent
    ended: Ended | None = None


def _obituary(process: ServerProcess) -> str:
    """Returns what is known of the process, for the end of an error."""
    state = str(process.exited.result()) if process.exited.done() else "still running"
    text = process.stderr.text()
    said = "\n".join(f"  {line}" for line in text.splitlines()) if text else "  (nothing)"
    return f"the server's process {process.pid}: {state}\nlast of its stderr:\n{said}"


def _spelling(server: ServerUnderTest, dialect: str) -> Spelling:
    ways = DIALECTS[dialect]
    opening = server.dialects[dialect].opening
    return ways[opening] if opening else next(iter(ways.values()))


@asynccontextmanager
async def launch(
    server: ServerUnderTest,
    *,
    home: Home,
    provider_url: str,
    dialect: str,
    wire: str = "responses",
    journal: Journal | None = None,
) -> AsyncIterator[RunningServer]:
    """Runs the server for the length of a block, in this home, against this provider.

    Args:
        server: What is started.
        home: Where it runs.
        provider_url: Where its model provider is.
        dialect: The dialect that it is started for.
        wire: The API in which it talks to its provider.
        journal: Where messages are recorded; a new one by default.

    Raises:
        CannotStart: Its program could not be executed.
    """
    values = {
        "home": str(home.home),
        "workspace": str(home.workspace),
        "provider_url": provider_url,
        "wire": wire,
    }
    variables, files = server.profile.filled(values)
    home.write(files)
    command = Command(
        argv=server.command(dialect),
        env=environment(
            {"TMPDIR": str(home.temporary)} | variables | server.environment, run=str(RUN)
        ),
        cwd=home.workspace,
    )
    spelled = _spelling(server, dialect)
    async with spawn(command, stderr_file=home.stderr) as process:
        peer = Peer(
            StdioTransport(process),
            with_member=spelled.with_member,
            journal=journal,
            obituary=lambda: _obituary(process),
        )
        peer.open()
        agent = spelled.agent(peer, server.dialects[dialect].words)
        running = RunningServer(server=server, home=home, process=process, peer=peer, agent=agent)
        try:
            yield running
        finally:
            await peer.close()
            running.ended = await process.end()
