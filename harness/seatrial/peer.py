"""One end of a JSON-RPC connection: correlation, two id spaces, and the one bounded wait.

The client numbers its requests in its own id space and the server in its own; the two overlap and
are never compared with each other. Every wait looks at what already arrived before it waits, fails
at once when the other side is gone, has a bound, and says what it waited for.
"""

from __future__ import annotations

import asyncio
import itertools
import os
from collections.abc import Callable
from typing import Any, TypeVar

from seatrial.errors import SeatrialError
from seatrial.journal import Cursor, Direction, Entry, Journal, tail
from seatrial.jsonrpc import (
    ErrorResponse,
    IdKey,
    Malformed,
    Request,
    Response,
    encode,
    error_response,
    id_key,
    notification,
    parse,
    request,
    response,
)
from seatrial.leaks import Kind, ledger
from seatrial.transport import Transport

__all__ = ["DEFAULT_TIMEOUT", "Peer", "PeerGone", "Refused", "TimedOut", "timeout_factor"]

T = TypeVar("T")

DEFAULT_TIMEOUT = 20.0
"""Seconds before a wait gives up: far above what a loaded machine needs, so that it only ever
fires on a real hang. Multiplied by the environment's `SEATRIAL_TIMEOUT_FACTOR`."""

FLOOD_MESSAGES = 500_000
FLOOD_BYTES = 256 * 2**20
"""How much of a server's is read: all that is read is kept, and a server may never stop."""


class TimedOut(SeatrialError):
    """A wait reached its bound."""

    by_server = True


class PeerGone(SeatrialError):
    """The other side closed the connection, or died, while something was still expected of it."""

    by_server = True


class Refused(SeatrialError):
    """The other side answered a request with an error.

    Attributes:
        reply: The error as it came.
    """

    by_server = True

    def __init__(self, what: str, *, reply: ErrorResponse, evidence: str) -> None:
        super().__init__(
            what,
            expected="a result",
            arrived=f"error {reply.code}: {reply.message}",
            cause="does this server know the method, and do the parameters fit its schema?",
            remedy="compare the request in the transcript with the server's own schema",
            evidence=evidence,
        )
        self.reply = reply


def timeout_factor() -> float:
    """Returns the factor for every bound, from `SEATRIAL_TIMEOUT_FACTOR` (1 without it)."""
    return float(os.environ.get("SEATRIAL_TIMEOUT_FACTOR", "1"))


class Peer:
    """Our end of a connection to a server under test.

    Attributes:
        journal: Everything that passed.
        unanswered: The server's requests that it still waits for, by id.
        gone: Whether the other side has closed, or has sent more than is read.
    """

    def __init__(
        self,
        transport: Transport,
        *,
        with_member: bool = False,
        journal: Journal | None = None,
        timeout: float = DEFAULT_TIMEOUT,
        obituary: Callable[[], str] = lambda: "",
    ) -> None:
        """Makes a peer; it reads from `open` on.

        Args:
            transport: Where messages go to and come from.
            with_member: Whether our messages carry the `jsonrpc` member.
            journal: Where they are recorded; a new one by default.
            timeout: The bound of each wait that names none, in seconds.
            obituary: What is known of the other side, for errors: its exit, its stderr.
        """
        self.journal = journal or Journal()
        self.unanswered: dict[IdKey, Entry] = {}
        self.gone = False
        self._transport = transport
        self._with_member = with_member
        self._timeout = timeout
        self._obituary = obituary
        self._ids = itertools.count(1)
        self._answers: dict[IdKey, asyncio.Future[Response | ErrorResponse]] = {}
        self._waiting: set[asyncio.Future[Any]] = set()
        self._reading: asyncio.Task[None] | None = None
        self._flooded = ""

    def open(self) -> None:
        """Starts reading."""
        self._reading = asyncio.create_task(self._read(), name="peer")

    async def close(self) -> None:
        """Stops reading; what still waits fails.

        The ledger keeps what the server asked and still waits for. One that has gone waits for
        nothing any more.
        """
        if self._reading:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
            self._reading = None
            for entry in () if self.gone else self.unanswered.values():
                ledger.open(Kind.REQUEST, f"{getattr(entry.message, 'method', '')}, never answered")
        self._bury()

    async def _read(self) -> None:
        messages = size = 0
        while (line := await self._transport.receive()) is not None:
            if not line.strip():
                continue
            self._take(self.journal.append(Direction.SERVER, parse(line)))
            messages, size = messages + 1, size + len(line)
            if messages >= FLOOD_MESSAGES or size >= FLOOD_BYTES:
                self._flooded = f"{messages} messages, {size / 2**20:.0f} MiB, and no end of them"
                self.journal.note(f"no more is read: the server has sent {self._flooded}")
                self._bury()
                return
        how = f": {self._transport.end}" if self._transport.end else ""
        self.journal.note(f"the server closed the connection{how}")
        self._bury()

    def _take(self, entry: Entry) -> None:
        message = entry.message
        if isinstance(message, Request):
            self.unanswered[id_key(message.id)] = entry
        elif isinstance(message, Response | ErrorResponse):
            future = self._answers.pop(id_key(message.id), None)
            if future and not future.done():
                future.set_result(message)

    def _bury(self) -> None:
        self.gone = True
        for future in (*self._answers.values(), *self._waiting):
            if not future.done():
                future.set_exception(self.bereaved("an answer or a message"))
                future.exception()  # whoever waits sees it; nobody need

    def evidence(self) -> str:
        """Returns the last messages both ways and what is known of the other side."""
        last = tail(self.journal.entries)
        return f"last messages:\n{last}\n{self._obituary()}".rstrip()

    def bereaved(self, what: str) -> PeerGone:
        """Returns the error for waiting on a server that is gone, or that floods us."""
        if self._flooded:
            return PeerGone(
                f"the server flooded us while we waited for {what}",
                expected=what,
                arrived=self._flooded,
                cause="does it write in a loop, or send one thing again and again?",
                remedy="look at the last messages: what repeats, and what came before it",
                evidence=self.evidence(),
            )
        return PeerGone(
            f"the server was gone while we waited for {what}",
            expected=what,
            arrived="the end of the connection",
            cause="did it crash, or refuse its configuration? Its stderr is below.",
            remedy="run the same command by hand in an empty home, and see how it ends",
            evidence=self.evidence(),
        )

    def send(self, message: dict[str, Any]) -> Entry:
        """Sends any message as it is: the way to misbehave on purpose."""
        line = encode(message, with_member=self._with_member)
        self._transport.send(line)
        return self.journal.append(Direction.CLIENT, parse(line))

    def send_line(self, line: bytes) -> Entry:
        """Sends any bytes as one line."""
        self._transport.send(line + b"\n")
        return self.journal.append(Direction.CLIENT, parse(line))

    def notify(self, method: str, params: Any = None) -> Entry:
        """Sends a notification."""
        return self.send(notification(method, params))

    def begin(self, method: str, params: Any = None) -> asyncio.Future[Response | ErrorResponse]:
        """Sends a request and returns the future of its answer: for answers that may be late."""
        request_id = next(self._ids)
        future: asyncio.Future[Response | ErrorResponse]
        future = asyncio.get_running_loop().create_future()
        self._answers[id_key(request_id)] = future
        self.send(request(request_id, method, params))
        if self.gone:
            self._bury()
        return future

    async def call(
        self, method: str, params: Any = None, *, timeout: float | None = None
    ) -> Response | ErrorResponse:
        """Sends a request and returns its answer, whichever it is.

        Raises:
            TimedOut: No answer came within the bound.
            PeerGone: The server closed or died first.
        """
        future = self.begin(method, params)
        return await self._bounded(future, f"the answer to {method}", timeout)

    async def request(
        self, method: str, params: Any = None, *, timeout: float | None = None
    ) -> Any:
        """Sends a request and returns its result.

        Raises:
            Refused: The answer was an error.
            TimedOut: No answer came within the bound.
            PeerGone: The server closed or died first.
        """
        answer = await self.call(method, params, timeout=timeout)
        if isinstance(answer, ErrorResponse):
            raise Refused(f"{method} was refused", reply=answer, evidence=self.evidence())
        return answer.result

    def respond(self, entry: Entry, result: Any) -> Entry:
        """Answers a request of the server's."""
        return self._settle(entry, lambda request_id: response(request_id, result))

    def respond_error(self, entry: Entry, code: int, message: str) -> Entry:
        """Refuses a request of the server's."""
        return self._settle(entry, lambda request_id: error_response(request_id, code, message))

    def hang_up(self) -> None:
        """Closes our sending side: the server sees its client go; what it still says is read."""
        self._transport.close()
        self.journal.note("the client closed the connection")

    def withdraw(self, withdrawn: Callable[[Entry], bool]) -> None:
        """Notes that the server no longer waits for an answer to some of its requests.

        Args:
            withdrawn: Says of a request that is not answered whether it is one of them.
        """
        for key, entry in tuple(self.unanswered.items()):
            if withdrawn(entry):
                del self.unanswered[key]

    def _settle(self, entry: Entry, build: Callable[[Any], dict[str, Any]]) -> Entry:
        if not isinstance(entry.message, Request):
            raise TypeError(f"only a request can be answered, not {entry.message!r}")
        self.unanswered.pop(id_key(entry.message.id), None)
        return self.send(build(entry.message.id))

    async def wait_for(
        self,
        what: str,
        match: Callable[[Entry], T | None],
        *,
        since: Cursor | None = None,
        timeout: float | None = None,
    ) -> T:
        """Returns the first match among the server's messages, arrived or to come.

        Args:
            what: What is waited for, for the error.
            match: Returns something that is not None for the entry that is wanted.
            since: Where to begin to look; the journal's start without it.
            timeout: The bound in seconds; the peer's own without it.

        Raises:
            TimedOut: It did not come within the bound.
            PeerGone: The server closed or died first.
        """
        for entry in self.journal.from_server(since):
            if (found := match(entry)) is not None:
                return found
        if self.gone:
            raise self.bereaved(what)
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        def look(entry: Entry) -> None:
            if entry.direction is Direction.SERVER and not future.done():
                try:
                    found = match(entry)
                except Exception as error:  # it is the waiter's; the reader and others go on
                    future.set_exception(error)
                    return
                if found is not None:
                    future.set_result(found)

        unlisten = self.journal.listen(look)
        self._waiting.add(future)
        try:
            return await self._bounded(future, what, timeout)
        finally:
            self._waiting.discard(future)
            unlisten()

    async def _bounded(self, future: asyncio.Future[T], what: str, timeout: float | None) -> T:
        bound = (self._timeout if timeout is None else timeout) * timeout_factor()
        try:
            return await asyncio.wait_for(future, bound)
        except TimeoutError:
            raise self._overdue(what, bound) from None
        except PeerGone:
            raise self.bereaved(what) from None

    def _overdue(self, what: str, bound: float) -> TimedOut:
        garbage = [e for e in self.journal.from_server() if isinstance(e.message, Malformed)]
        arrived = "nothing that matches"
        if garbage:
            arrived = (
                f"{len(garbage)} lines that are no messages, the first: {garbage[0].raw!r:.80}"
            )
        return TimedOut(
            f"waited {bound:g} s for {what}",
            expected=what,
            arrived=arrived,
            cause="does the server speak another dialect, or wait for something itself?",
            remedy="look at the last messages; SEATRIAL_TIMEOUT_FACTOR=3 gives more time",
            evidence=self.evidence(),
        )
