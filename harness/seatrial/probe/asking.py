"""One question to a server: a process of its own, a bound, and a clear line if it goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import TypeVar

from seatrial.conformance import Trial, open_trial
from seatrial.dialects import Agent
from seatrial.errors import SeatrialError
from seatrial.peer import timeout_factor
from seatrial.probe.found import Failure
from seatrial.profiles import Spoken, Wire
from seatrial.servers import ServerUnderTest
from seatrial_provider import CallOutputError, WaitTimeoutError

__all__ = ["Asker", "Way"]

T = TypeVar("T")
WIRES = ("responses", "chat")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way to start a server and to speak to it.

    Attributes:
        dialect: The dialect.
        opening: How the connection is opened.
        arguments: What the program is started with.
        words: How policies and sandbox modes are spelled, where it differs.
    """

    dialect: str
    opening: str
    arguments: tuple[str, ...]
    words: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """The way in words."""
        started = " ".join(self.arguments) or "no arguments"
        return f"{self.dialect}, started with {started}, opened as {self.opening}"


class Asker:
    """Asks questions of one server.

    Args:
        server: The server; its own dialects do not count.
        bound: Seconds that one question may take.
        jobs: How many are asked at once.

    Attributes:
        bound: Seconds that one question may take, the machine's slowness taken into account.
        failures: The questions that were not answered.
    """

    def __init__(self, server: ServerUnderTest, *, bound: float, jobs: int) -> None:
        self._server = server
        self.bound = bound * timeout_factor()
        self._places = asyncio.Semaphore(jobs)
        self.failures: list[Failure] = []

    def server(self, way: Way) -> ServerUnderTest:
        """Returns the server as it is started in one way."""
        spoken = Spoken.model_validate(
            {
                "name": way.dialect,
                "arguments": way.arguments,
                "opening": way.opening,
                "words": way.words,
            }
        )
        wires = tuple(Wire.model_validate({"name": name}) for name in WIRES)
        told = {"dialects": (spoken,), "wires": wires}
        profile = self._server.profile.model_copy(update=told)
        return replace(self._server, profile=profile, fixed=False, release=None, extra=())

    @asynccontextmanager
    async def start(self, way: Way, wire: str = WIRES[0]) -> AsyncIterator[tuple[Trial, Agent]]:
        """Starts the server for the length of a block; the handshake is still to be done."""
        async with (
            open_trial(self.server(way), way.dialect, wire=wire, owner="probe") as trial,
            trial.stranger() as agent,
        ):
            yield trial, agent

    async def ask(self, question: str, how: Callable[[], Awaitable[T]]) -> T | None:
        """Returns the answer to a question; None, and a failure noted, if there was none."""
        async with self._places:
            try:
                async with asyncio.timeout(self.bound):
                    return await how()
            except TimeoutError:
                why = f"no answer within {self.bound:g} s"
            except SeatrialError as error:
                why = f"{error.what}: {error.arrived}"
            except (WaitTimeoutError, CallOutputError) as error:
                why = error.arrived
        self.failures.append(Failure(question=question, why=" ".join(why.split())))
        return None
