"""A trial: one server under test between a scripted model and a check, all of it fresh."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from seatrial.conformance.check import Untestable
from seatrial.conformance.exclusive import exclusively
from seatrial.conformance.observe import Observer
from seatrial.conformance.stopping import ENDINGS, Stop
from seatrial.dialects import Agent
from seatrial.home import Home, home
from seatrial.journal import Direction, Journal, Redactor
from seatrial.leaks import CHANCE_SECONDS, Kind, ledger
from seatrial.peer import timeout_factor
from seatrial.process import ServerProcess
from seatrial.servers import RunningServer, ServerUnderTest, Setup, launch
from seatrial.toolserver import ToolServer, tool_server
from seatrial_provider import Provider, ProviderError, RecordedRequest, Reply, WaitTimeoutError

__all__ = ["Trial", "open_trial"]


class Trial:
    """What a check works with.

    Attributes:
        server: The server under test.
        dialect: The dialect in which it is spoken to.
        wire: The API in which it talks to the model.
        home: Its folders.
        provider: The model, and what it was sent.
        saw: Where the check records what it looked at.
        journal: Everything that passed, of every start of the server in this trial.
        started: The starts of the server.
        setup: What the check has changed about the server's configuration.
        secrets: What is taken out of whatever the run leaves behind.
    """

    def __init__(
        self,
        *,
        server: ServerUnderTest,
        dialect: str,
        wire: str,
        home: Home,
        provider: Provider,
        end: AsyncExitStack,
    ) -> None:
        self.server = server
        self.dialect = dialect
        self.wire = wire
        self.home = home
        self.provider = provider
        self.saw = Observer()
        self.journal = Journal()
        self.started: list[RunningServer] = []
        self.setup = Setup()
        self.secrets: set[str] = set()
        self._end = end
        self._held: set[str] = set()
        provider.subscribe(self._record)

    def _record(self, request: RecordedRequest) -> None:
        """Notes a request of the server's to the model, in its place among the messages."""
        try:
            last = request.input[-1]
            words = f"last input: {last.get('type')} {last.get('call_id', last.get('role', ''))}"
        except (ProviderError, LookupError, AttributeError):
            words = f"{request.method} {request.path}"
        self.journal.note(f"the model is asked ({words})", Direction.MODEL)

    @property
    def workspace(self) -> Path:
        """The folder that the agent works in."""
        return self.home.workspace

    @property
    def redactor(self) -> Redactor:
        """Takes out what differs from one run to the next, or names this machine."""
        return Redactor(
            {
                self.provider.base_url: "provider",
                str(self.home.workspace): "workspace",
                str(self.home.home): "home",
                **dict.fromkeys(self.secrets, "secret"),
            }
        )

    def model(self, *replies: Reply) -> None:
        """Scripts what the model says next, in order."""
        self.provider.script(*replies)

    @asynccontextmanager
    async def agent(self) -> AsyncIterator[Agent]:
        """Starts the server for the length of a block, and shakes hands with it."""
        async with self.stranger() as agent:
            await agent.handshake()
            yield agent

    @asynccontextmanager
    async def stranger(self) -> AsyncIterator[Agent]:
        """Starts the server for the length of a block, and leaves the handshake to the check."""
        for name in sorted(self.setup.exclusive - self._held):  # kept until the trial ends
            await self._end.enter_async_context(exclusively(name))
            self._held.add(name)
        async with launch(
            self.server,
            home=self.home,
            provider_url=self.provider.base_url,
            dialect=self.dialect,
            wire=self.wire,
            journal=self.journal.branch(),
            setup=self.setup,
        ) as running:
            self.started.append(running)
            yield running.agent

    @asynccontextmanager
    async def tools(self, name: str = "sea") -> AsyncIterator[ToolServer]:
        """Runs a tool server for the length of a block, which the agents in it are told of.

        Args:
            name: What it is called in the configuration of the server under test.

        Raises:
            Untestable: The profile does not say how the server is told of one.
        """
        told = self.server.profile.tool_servers
        if told is None:
            raise self.untestable(
                "the server has no tool servers",
                expected="a profile that says how it is told of an MCP tool server (tool_servers)",
                arrived=f"the profile {self.server.profile.name}, which does not",
                cause="is the server a client of the Model Context Protocol?",
            )
        async with tool_server() as tools:
            self.setup.additions[told.file] = told.filled(name, tools.command)
            yield tools

    def configure(self, option: str, **given: str) -> None:
        """Has the server configured by an option of its profile, from its next start on.

        Raises:
            NoSuchOption: The profile has none, or it needs what is not given.
        """
        files = self.setup.choose(self.server.profile, self.server.release, option, given)
        self.home.write(files)

    @property
    def process(self) -> ServerProcess:
        """The server's process, of its last start."""
        return self.started[-1].process

    async def stop(self, how: Stop) -> None:
        """Ends the server of the last start, before its block ends; nothing is left of it.

        The block may go on, but not speak to the server any more.
        """
        await self.process.end(ENDINGS[how])

    def claims(self, name: str) -> bool:
        """Whether the server, in its release, claims a capability."""
        return self.server.profile.missing((name,), self.server.release) is None

    def untestable(self, what: str, *, expected: str, arrived: str, cause: str) -> Untestable:
        """Returns the exception for a prerequisite that is missing."""
        return Untestable(
            what,
            expected=expected,
            arrived=arrived,
            cause=cause,
            remedy="mend the requirement that this one builds on first",
        )


@asynccontextmanager
async def _provider() -> AsyncIterator[Provider]:
    """Runs a mock provider for the length of a block, and has it in the ledger as long."""
    provider = Provider(chat_whole_calls=True)  # releases with that wire misread pieces of calls
    await provider.start()
    entry = ledger.open(Kind.PROVIDER, provider.base_url)
    try:
        yield provider
    finally:
        await _note_streams(provider)
        await provider.close()
        entry.settle()


async def _note_streams(provider: Provider) -> None:
    """Has the ledger keep the answers that somebody still reads, though their provider closes.

    A client that has gone is given a moment to be noticed: what it asked for is settled then.
    """
    for request in provider.journal:
        try:
            await provider.wait_until_settled(request, timeout=CHANCE_SECONDS * timeout_factor())
        except WaitTimeoutError:
            name = f"{request.method} {request.path}, {len(request.events)} events sent"
            ledger.open(Kind.STREAM, name)


@asynccontextmanager
async def open_trial(
    server: ServerUnderTest,
    dialect: str,
    *,
    wire: str | None = None,
    keep: bool = False,
    owner: str = "",
) -> AsyncIterator[Trial]:
    """Opens a trial with a home and a provider of its own, and closes both.

    Args:
        server: The server under test.
        dialect: The dialect in which it is spoken to.
        wire: The API in which it talks to the model; the first of its release without it.
        keep: Whether the home is left behind.
        owner: The check whose trial it is, for the ledger.
    """
    async with AsyncExitStack() as stack:
        stack.enter_context(ledger.owned_by(owner))
        folders = stack.enter_context(home(keep=keep))
        provider = await stack.enter_async_context(_provider())
        spoken = wire or server.profile.wires_of(server.release)[0]
        yield Trial(
            server=server,
            dialect=dialect,
            wire=spoken,
            home=folders,
            provider=provider,
            end=stack,
        )
