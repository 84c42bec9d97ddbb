"""The provider for tests without an event loop: it serves in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from seatrial_provider.errors import ProviderStateError
from seatrial_provider.provider import Provider

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from types import TracebackType

    from seatrial_provider.journal import Requests, Subscriber
    from seatrial_provider.problems import Problem
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.script import InOrder, Reply

P = ParamSpec("P")
T = TypeVar("T")


class SyncProvider:
    """Serves a provider in a thread; every call to it is made there.

        with SyncProvider() as provider:
            provider.script(reply(say("done")))
            ...  # run the server under test against provider.base_url
            assert provider.verify() == []

    Gates may be released from any thread, and `gate.wait_reached()` blocks until a reply has
    come to one.

    Args:
        provider: The provider; None for one with nothing special.

    Attributes:
        provider: As given. What this class does not offer is reached by `call`.
    """

    def __init__(self, provider: Provider | None = None) -> None:
        self.provider = provider or Provider()
        self._started: Future[asyncio.AbstractEventLoop] = Future()
        self._stop = asyncio.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> None:
        """Starts to serve.

        Raises:
            ProviderStateError: It was started before, or cannot listen.
        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="seatrial-provider", daemon=True)
            self._thread.start()
            self._started.result()
        else:
            self._wait(self.provider.start())

    def close(self) -> None:
        """Stops serving, as `Provider.close` does, and ends the thread."""
        if self._thread is not None and self._thread.is_alive():
            self._loop().call_soon_threadsafe(self._stop.set)
            self._thread.join()

    @property
    def base_url(self) -> str:
        """Where it serves, such as `http://127.0.0.1:40123/v1`.

        Raises:
            ProviderStateError: It was not started yet.
        """
        return self.provider.base_url

    @property
    def requests(self) -> Requests:
        """The model requests in order of arrival, rejected ones too."""
        return self.provider.requests

    @property
    def journal(self) -> Requests:
        """Every request in order of arrival, whatever it was for."""
        return self.provider.journal

    def script(self, *replies: Reply | InOrder) -> None:
        """Adds replies at the end of the script; see `Provider.script`.

        Args:
            *replies: What `reply(...)`, `reply_with(...)` or `in_order(...)` made.

        Raises:
            ScriptError: Something else than a reply was given.
        """
        self.call(self.provider.script, *replies)

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Has a function called, in the provider's thread, with each request as it arrives.

        Args:
            subscriber: The function; it must not block.

        Returns:
            A function that ends the subscription.
        """
        return self.call(self.provider.subscribe, subscriber)

    def verify(self) -> list[Problem]:
        """Says everything that is wrong so far; see `Provider.verify`."""
        return self.call(self.provider.verify)

    def wait_for_requests(self, count: int, *, timeout: float = 10.0) -> list[RecordedRequest]:
        """Blocks until that many model requests have arrived since the start.

        Args:
            count: How many.
            timeout: The bound in seconds.

        Returns:
            The first `count` model requests.

        Raises:
            WaitTimeoutError: Fewer arrived within the bound.
            ProviderStateError: The provider was closed before they arrived.
        """
        return self._wait(self.provider.wait_for_requests(count, timeout=timeout))

    def wait_until_settled(self, request: RecordedRequest, *, timeout: float = 10.0) -> None:
        """Blocks until nothing more will be sent to a request.

        Args:
            request: One of `requests` or `journal`.
            timeout: The bound in seconds.

        Raises:
            WaitTimeoutError: It was still being answered when the bound was met.
        """
        self._wait(self.provider.wait_until_settled(request, timeout=timeout))

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Calls a function in the provider's thread; before the start and after the end, here.

        Args:
            function: Such as a method of `provider`.
            *args: What it is called with.
            **kwargs: What it is called with.

        Returns:
            What it returns; what it raises is raised here.
        """
        if self._thread is None or not self._thread.is_alive():
            return function(*args, **kwargs)

        async def called() -> T:
            return function(*args, **kwargs)

        return self._wait(called())

    def _wait(self, coroutine: Coroutine[object, object, T]) -> T:
        if self._thread is None or not self._thread.is_alive():
            coroutine.close()
            raise ProviderStateError(
                "the provider is not being served",
                expected="a call between start() and close()",
                arrived="a call before or after",
                cause="Is the `with` missing, or has it ended?",
                remedy="Use `with SyncProvider() as provider:`.",
            )
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop()).result()

    def _loop(self) -> asyncio.AbstractEventLoop:
        return self._started.result()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        try:
            await self.provider.start()
        except BaseException as error:
            self._started.set_exception(error)
            return
        self._started.set_result(asyncio.get_running_loop())
        try:
            await self._stop.wait()
        finally:
            await self.provider.close()
