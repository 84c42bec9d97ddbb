"""A server under test, running: its process, our connections to it, and the home it runs in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from seatrial.dialects import DIALECTS, Agent, Spelling
from seatrial.errors import SeatrialError
from seatrial.home import Home
from seatrial.journal import Journal
from seatrial.leaks import RUN
from seatrial.peer import DEFAULT_TIMEOUT, Peer, timeout_factor
from seatrial.process import Command, Ended, ServerProcess, environment, spawn
from seatrial.servers.announced import opened
from seatrial.servers.place import Place
from seatrial.servers.reach import Door, obituary
from seatrial.servers.resolve import ServerUnderTest
from seatrial.servers.setup import Setup

__all__ = ["OnlyConnection", "RunningServer", "launch"]


class OnlyConnection(SeatrialError):
    """Another connection was wanted to a server that is spoken to on its stdio."""


@dataclass(slots=True, kw_only=True)
class RunningServer:
    """A server that is running.

    Attributes:
        server: What was started.
        home: Where it runs.
        process: Its process.
        door: Where it lets clients in.
        dialect: The dialect that it was started for.
        agent: The server as an agent, on the first connection.
        ended: What it took to end it, once it has been ended.
    """

    server: ServerUnderTest
    home: Home
    process: ServerProcess
    door: Door
    dialect: str
    agent: Agent
    ended: Ended | None = None

    @property
    def peer(self) -> Peer:
        """Our end of the first connection."""
        return self.agent.peer

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Agent]:
        """Opens another connection for the length of a block, with a journal of its own.

        The handshake is still to be done. The first connection may be open or not: `hang_up` of
        its peer says goodbye.

        Raises:
            OnlyConnection: The server has its stdio only.
            CannotConnect: It does not let us in.
        """
        if not self.door.url:
            raise OnlyConnection(
                "there is only one connection to a server on its stdio",
                expected="a transport on which the server listens",
                arrived="stdio",
                cause="is the check meant for servers that listen?",
                remedy="judge it with --transport websocket or unix",
            )
        async with _connected(self.door, self.server, self.dialect, Journal()) as agent:
            yield agent


def _spelling(server: ServerUnderTest, dialect: str) -> Spelling:
    ways = DIALECTS[dialect]
    opening = server.dialects[dialect].opening
    return ways[opening] if opening else next(iter(ways.values()))


def _command(
    server: ServerUnderTest,
    dialect: str,
    place: Place,
    variables: dict[str, str],
    arguments: list[str],
    home: Home,
) -> Command:
    """Returns what is started: the server's command line and environment, filled in."""
    return Command(
        argv=(*map(place.fill, server.command(dialect)), *arguments),
        env=environment({"TMPDIR": str(home.temporary)} | variables, run=str(RUN)),
        cwd=home.workspace,
    )


@asynccontextmanager
async def _connected(
    door: Door, server: ServerUnderTest, dialect: str, journal: Journal | None
) -> AsyncIterator[Agent]:
    """Opens a connection for the length of a block."""
    spelled = _spelling(server, dialect)
    async with door.connect() as transport:
        peer = Peer(
            transport,
            with_member=spelled.with_member,
            journal=journal,
            obituary=lambda: obituary(door.process),
        )
        peer.open()
        try:
            yield spelled.agent(peer, server.dialects[dialect].words)
        finally:
            await peer.close()


@asynccontextmanager
async def launch(
    server: ServerUnderTest,
    *,
    home: Home,
    provider_url: str,
    dialect: str,
    wire: str = "responses",
    journal: Journal | None = None,
    setup: Setup | None = None,
    timeout: float | None = None,
) -> AsyncIterator[RunningServer]:
    """Runs the server for the length of a block, in this home, against this provider.

    Args:
        server: What is started.
        home: Where it runs.
        provider_url: Where its model provider is.
        dialect: The dialect that it is started for.
        wire: The API in which it talks to its provider.
        journal: Where messages are recorded; a new one by default.
        setup: What a check has changed about its configuration.
        timeout: Seconds that it may take to listen, if it is to; the peer's own bound without it.

    Raises:
        CannotStart: Its program could not be executed.
        CannotConnect: It does not listen, or does not let us in.
        PathTooLong: The system could not take the path of the socket that it is to listen on.
    """
    place, carrier = Place.beside(home), server.carrier
    place.prepare(carrier)
    values = place.values | {
        "home": str(home.home),
        "workspace": str(home.workspace),
        "provider_url": provider_url,
        "wire": wire,
    }
    setup = setup or Setup()
    variables, files = server.profile.filled(values | setup.values)
    home.write(files | {name: files.get(name, "") + text for name, text in setup.additions.items()})
    variables |= carrier.environment | server.environment | setup.variables
    command = _command(server, dialect, place, variables, setup.arguments, home)
    bound = (DEFAULT_TIMEOUT if timeout is None else timeout) * timeout_factor()
    async with spawn(command, stderr_file=home.stderr) as process:
        running = None
        try:
            async with (
                opened(process, carrier, place, timeout=bound) as door,
                _connected(door, server, dialect, journal) as agent,
            ):
                running = RunningServer(
                    server=server,
                    home=home,
                    process=process,
                    door=door,
                    dialect=dialect,
                    agent=agent,
                )
                yield running
        finally:
            ended = await process.end()
            place.clear()
            if running is not None:
                running.ended = ended
