"""Records requests as they arrive, and lets a test wait for them within a bound."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from seatrial_provider.errors import ProviderStateError, WaitTimeoutError
from seatrial_provider.journal.lines import to_line
from seatrial_provider.journal.redact import Redactor
from seatrial_provider.journal.requests import Requests
from seatrial_provider.journal.store import JournalBounds, Store
from seatrial_provider.recorded import RecordedRequest
from seatrial_provider.signals import Signal

if TYPE_CHECKING:
    from collections.abc import Iterable
    from os import PathLike

    from seatrial_provider.jsontypes import JsonObject

Subscriber = Callable[[RecordedRequest], None]


class Journal:
    """Records requests as they arrive.

    Args:
        bounds: How much of it is kept in memory.
        redact: Values that are secret, besides what is secret by its name.
    """

    def __init__(self, bounds: JournalBounds | None = None, *, redact: Iterable[str] = ()) -> None:
        self._redactor = Redactor(redact)
        self._store = Store(bounds or JournalBounds(), self._redactor)
        self._subscribers: list[Subscriber] = []
        self._changed = Signal()
        self._closed = False

    @property
    def entries(self) -> Requests:
        """Every request so far, in order of arrival."""
        return Requests(self._store, range(len(self._store)))

    @property
    def model_requests(self) -> Requests:
        """Those that ask the model for a response, whatever they were answered."""
        return Requests(self._store, self._store.models)

    def next_index(self, *, is_model_request: bool) -> int:
        """Returns the index of the request that is recorded next.

        Args:
            is_model_request: Whether it asks the model for a response.
        """
        models = len(self._store.models)
        return models if is_model_request else len(self._store) - models

    def record(self, request: RecordedRequest, *, is_model_request: bool) -> None:
        """Adds a request and wakes whoever waits for it.

        Args:
            request: The request, complete with its body.
            is_model_request: Whether it asks the model for a response.
        """
        self._store.add(request, is_model_request=is_model_request)
        for subscriber in tuple(self._subscribers):
            subscriber(request)
        self._changed.notify()

    def settle(self, request: RecordedRequest) -> None:
        """Records that nothing more will be sent to a request, and wakes whoever waits for it.

        Args:
            request: A recorded request.
        """
        request.settled = True
        request.settled_at = time.monotonic()
        request.forget_views()
        self._changed.notify()
        self._store.settle(request)

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

    def described(self, request: RecordedRequest) -> JsonObject:
        """Returns a record as JSON, without its secrets.

        Args:
            request: One of the records.
        """
        described: JsonObject = orjson.loads(to_line(request, self._redactor))
        return described

    def dump(self, path: str | PathLike[str]) -> None:
        """Writes every request into a file, without its secrets.

        Args:
            path: The file; one JSON object a line, in order of arrival.
        """
        with Path(path).open("wb") as file:
            file.writelines(to_line(request, self._redactor) for request in self.entries)

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
        arrived = self._store.models
        await self._changed.until(lambda: len(arrived) >= count or self._closed, timeout=timeout)
        models = self.model_requests
        if len(models) >= count:
            return models[:count]
        raise self._missing(count, models, timeout)

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

    def _missing(
        self, count: int, models: Requests, timeout: float
    ) -> ProviderStateError | WaitTimeoutError:
        expected = f"{count} model requests since the provider was started"
        arrived = f"{len(models)}: {', '.join(map(_line, models)) or 'none'}"
        if self._closed:
            return ProviderStateError(
                "the provider was closed while model requests were awaited",
                expected=expected,
                arrived=arrived,
                cause="Did another part of the test leave the provider's `async with` block?",
                remedy="Wait for requests before the provider is closed.",
            )
        return WaitTimeoutError(
            f"{count} model requests did not arrive within {timeout:g} s",
            expected=expected,
            arrived=arrived,
            cause="Is the server under test held at an approval or a gate, did it end its turn, "
            "or does it talk to another base URL?",
            remedy="Look at provider.verify() and at what the server under test last said.",
        )


def _line(request: RecordedRequest) -> str:
    state = "completed" if request.completed else "not completed"
    return f"{request.method} {request.path} ({request.status or 'unanswered'}, {state})"
