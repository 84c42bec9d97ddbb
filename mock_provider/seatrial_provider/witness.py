"""What a provider says of the requests that it got: the journal, waits for it, and verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seatrial_provider.clients import ClientVerdict, Policy, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from seatrial_provider.journal import Journal, Requests, Subscriber
    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.recorded import RecordedRequest


class Witness:
    """Tells what became of requests."""

    _journal: Journal

    @property
    def requests(self) -> Requests:
        """The model requests (POST to `/responses`) in order of arrival, rejected ones too."""
        return self._journal.model_requests

    @property
    def journal(self) -> Requests:
        """Every request in order of arrival, whatever it was for."""
        return self._journal.entries

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

    def described(self, request: RecordedRequest) -> JsonObject:
        """Returns a request of the journal as JSON, without its secrets.

        Args:
            request: One of `requests` or `journal`.
        """
        return self._journal.described(request)

    def dump_journal(self, path: str | Path) -> None:
        """Writes every request, and what was sent back, into a file, without its secrets.

        Args:
            path: The file; one JSON object a line, in order of arrival.
        """
        self._journal.dump(path)

    def client_verdicts(
        self, *, policy: Policy | None = None, ignore: Iterable[str] = ()
    ) -> list[ClientVerdict]:
        """Judges what the client did when its requests failed: retries, pauses, cut streams.

        Ask when the client is done; what it would still do is not known before.

        Args:
            policy: Where the lines are drawn; None for the usual ones.
            ignore: The names of the rules to leave out; see `seatrial_provider.clients.RULES`.

        Returns:
            A verdict for each place where it breaks a rule; empty if it did well.

        Raises:
            ScriptError: `ignore` names a rule that does not exist.
        """
        return judge(self.requests, policy=policy, ignore=ignore)
