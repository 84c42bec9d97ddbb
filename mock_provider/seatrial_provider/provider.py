"""The mock model provider: a script on one side, an HTTP server on the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from seatrial_provider import findings
from seatrial_provider.answering.answerer import Answerer
from seatrial_provider.answering.context import BASE_PATH, Context
from seatrial_provider.errors import ProviderStateError, ScriptError
from seatrial_provider.invariants import INVARIANTS
from seatrial_provider.journal import Journal, Subscriber
from seatrial_provider.script import Reply, Script, ScriptedReply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from seatrial_provider.problems import Problem
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.wire.server import HttpServer


class Provider:
    """A model provider that says what it is told to, and judges what it is asked.

    It serves the Responses API on 127.0.0.1, on a port that the system chooses:

        async with Provider() as provider:
            provider.script(reply(say("done")))
            ...  # run the server under test against provider.base_url
            assert provider.verify() == []

    Args:
        ignore: The names of the invariants that are not checked; see `INVARIANTS`.

    Raises:
        ScriptError: `ignore` names an invariant that does not exist.
    """

    def __init__(self, *, ignore: Iterable[str] = ()) -> None:
        ignored = frozenset(ignore)
        unknown = sorted(ignored - INVARIANTS.keys())
        if unknown:
            raise ScriptError(
                "the provider is to ignore an invariant that does not exist",
                expected=f"some of {', '.join(INVARIANTS)}",
                arrived=", ".join(map(repr, unknown)),
                cause="Is the name misspelt?",
                remedy="Use the names that the problems of kind 'invariant' give.",
            )
        self._script = Script()
        self._journal = Journal()
        self._problems: list[Problem] = []
        self._answerer = Answerer(
            context=Context(script=self._script, report=self._problems.append, ignore=ignored),
            journal=self._journal,
        )
        self._server: HttpServer | None = None
        self._port: int | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def start(self) -> None:
        """Starts to serve.

        Raises:
            ProviderStateError: It was started before.
        """
        if self._port is not None or self._server is not None:
            raise ProviderStateError(
                "the provider was started twice",
                expected="one start",
                arrived="another one",
                cause="Was start() called inside `async with`, which starts it too?",
                remedy="Make a new Provider for another start.",
            )
        from seatrial_provider.wire.server import HttpServer

        self._server = HttpServer(self._answerer)
        self._port = await self._server.start()

    async def close(self) -> None:
        """Stops serving; whatever is held at a gate is cut off, every socket is closed."""
        self._journal.close()
        if self._server is not None:
            await self._server.close()

    @property
    def base_url(self) -> str:
        """Where it serves, such as `http://127.0.0.1:40123/v1`.

        Raises:
            ProviderStateError: It was not started yet.
        """
        if self._port is None:
            raise ProviderStateError(
                "the provider has no base URL yet",
                expected="base_url to be read after start()",
                arrived="it was read before",
                cause="Is the `async with` missing?",
                remedy="Use `async with Provider() as provider:` or await provider.start().",
            )
        return f"http://127.0.0.1:{self._port}{BASE_PATH}"

    def script(self, *replies: Reply) -> None:
        """Adds replies at the end of the script; it may be called at any time.

        A request takes the first unused reply whose `when` matches it.

        Args:
            *replies: What `reply(...)` made.

        Raises:
            ScriptError: Something else than a reply was given.
        """
        self._script.append(*replies)

    @property
    def requests(self) -> list[RecordedRequest]:
        """The model requests (POST to `/responses`) in order of arrival, rejected ones too."""
        return list(self._journal.model_requests)

    @property
    def journal(self) -> list[RecordedRequest]:
        """Every request in order of arrival, whatever it was for."""
        return list(self._journal.entries)

    async def wait_for_requests(
        self, count: int, *, timeout: float = 10.0
    ) -> list[RecordedRequest]:
        """Waits until that many model requests have arrived since the start.

        Args:
            count: How many.
            timeout: The bound in seconds.

        Returns:
            The first `count` model requests.

        Raises:
            WaitTimeoutError: Fewer arrived within the bound.
            ProviderStateError: The provider was closed before they arrived.
        """
        return await self._journal.wait_for(count, timeout=timeout)

    async def wait_until_settled(self, request: RecordedRequest, *, timeout: float = 10.0) -> None:
        """Waits until nothing more will be sent to a request.

        Then `completed` and `client_gone` say how it ended. Use it after an interrupt, to know
        that the server under test let go of a held stream.

        Args:
            request: One of `requests` or `journal`.
            timeout: The bound in seconds.

        Raises:
            WaitTimeoutError: It was still being answered when the bound was met.
        """
        await self._journal.wait_until_settled(request, timeout=timeout)

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Has a function called with each request as it arrives, before it is answered.

        Args:
            subscriber: The function; it must not block.

        Returns:
            A function that ends the subscription.
        """
        return self._journal.subscribe(subscriber)

    def verify(self) -> list[Problem]:
        """Says everything that is wrong so far.

        Returns:
            The problems that requests brought up, in order; then one for each unused reply;
            then one for each gate that was left closed or never reached. Empty if all is well.
        """
        count = len(self._journal.model_requests)
        unused = [findings.unused_reply(s, requests=count) for s in self._script.unused()]
        gates = [found for s in self._script.used() for found in _gate_problems(s)]
        return [*self._problems, *unused, *gates]


def _gate_problems(scripted: ScriptedReply) -> list[Problem]:
    request = scripted.used_by
    found: list[Problem] = []
    for point, gate in scripted.reply.gates.items():
        if gate.is_reached and not gate.is_released:
            found.append(findings.unreleased_gate(scripted, point, gate))
        elif not gate.is_reached and request is not None and _was_sent(request):
            found.append(findings.unreached_gate(scripted, point, gate))
    return found


def _was_sent(request: RecordedRequest) -> bool:
    return request.completed and request.status == 200
