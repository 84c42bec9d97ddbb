"""The journal: every request in order of arrival, and the bounded wait for more."""

from collections.abc import Callable

from seatrial_provider.errors import ProviderStateError, WaitTimeoutError
from seatrial_provider.recorded import RecordedRequest
from seatrial_provider.signals import Signal

Subscriber = Callable[[RecordedRequest], None]


class Journal:
    """Records requests as they arrive.

    Attributes:
        entries: Every request, in order of arrival.
        model_requests: Those of them that ask the model for a response, in order of arrival,
            whatever they were answered.
    """

    def __init__(self) -> None:
        self.entries: list[RecordedRequest] = []
        self.model_requests: list[RecordedRequest] = []
        self._subscribers: list[Subscriber] = []
        self._changed = Signal()
        self._closed = False

    def next_index(self, *, is_model_request: bool) -> int:
        """Returns the index of the request that is recorded next.

        Args:
            is_model_request: Whether it asks the model for a response.
        """
        models = len(self.model_requests)
        return models if is_model_request else len(self.entries) - models

    def record(self, request: RecordedRequest, *, is_model_request: bool) -> None:
        """Adds a request and wakes whoever waits for it.

        Args:
            request: The request, complete with its body.
            is_model_request: Whether it asks the model for a response.
        """
        self.entries.append(request)
        if is_model_request:
            self.model_requests.append(request)
        for subscriber in tuple(self._subscribers):
            subscriber(request)
        self._changed.notify()

    def settle(self, request: RecordedRequest) -> None:
        """Records that nothing more will be sent to a request, and wakes whoever waits for it.

        Args:
            request: A recorded request.
        """
        request.settled = True
        self._changed.notify()

    def subscribe(self, subscriber: Subscriber) -> Callable[[], None]:
        """Has a function called with each request as it arrives, before it is answered.

        Args:
            subscriber: The function; it must not block.

        Returns:
            A function that ends the subscription.
        """
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def close(self) -> None:
        """Ends every wait: no more requests can arrive."""
        self._closed = True
        self._changed.notify()

    async def wait_for(self, count: int, *, timeout: float) -> list[RecordedRequest]:
        """Waits until that many model requests have arrived.

        Args:
            count: How many, counted from the start of the provider.
            timeout: The bound in seconds.

        Returns:
            The first `count` model requests.

        Raises:
            WaitTimeoutError: Fewer arrived within the bound.
            ProviderStateError: The provider was closed before they arrived.
        """
        models = self.model_requests
        await self._changed.until(lambda: len(models) >= count or self._closed, timeout=timeout)
        if len(models) >= count:
            return models[:count]
        expected = f"{count} model requests since the provider was started"
        arrived = f"{len(models)}: {', '.join(map(_line, models)) or 'none'}"
        if self._closed:
            raise ProviderStateError(
                "the provider was closed while model requests were awaited",
                expected=expected,
                arrived=arrived,
                cause="Did another part of the test leave the provider's `async with` block?",
                remedy="Wait for requests before the provider is closed.",
            )
        raise WaitTimeoutError(
            f"{count} model requests did not arrive within {timeout:g} s",
            expected=expected,
            arrived=arrived,
            cause="Is the server under test held at an approval or a gate, did it end its turn, "
            "or does it talk to another base URL?",
            remedy="Look at provider.verify() and at what the server under test last said.",
        )

    async def wait_until_settled(self, request: RecordedRequest, *, timeout: float) -> None:
        """Waits until nothing more will be sent to a request.

        Args:
            request: A recorded request.
            timeout: The bound in seconds.

        Raises:
            WaitTimeoutError: It was still being answered when the bound was met.
        """
        if await self._changed.until(lambda: request.settled, timeout=timeout):
            return
        raise WaitTimeoutError(
            f"{request.method} {request.path} is still being answered after {timeout:g} s",
            expected="its answer to be complete, or its client to go away",
            arrived=f"{len(request.events)} events sent, status {request.status or 'none yet'}",
            cause="Is its reply held at a gate, or does the client not read?",
            remedy="Release the gate first, or look at why the client keeps the connection.",
        )


def _line(request: RecordedRequest) -> str:
    state = "completed" if request.completed else "not completed"
    return f"{request.method} {request.path} ({request.status or 'unanswered'}, {state})"
