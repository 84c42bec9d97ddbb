"""Finds the route of each request, records it, and turns an exception into the last resort."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from seatrial_provider import findings
from seatrial_provider.answering import models, responses
from seatrial_provider.answering.answers import Answer, error_answer
from seatrial_provider.answering.context import BASE_PATH, Context, Route

if TYPE_CHECKING:
    from seatrial_provider.journal import Journal
    from seatrial_provider.recorded import RecordedRequest

ROUTES: tuple[Route, ...] = (*responses.ROUTES, *models.ROUTES)
"""Every route that is served."""

_TABLE = tuple((route, route.pattern()) for route in ROUTES)


class Answerer:
    """Answers requests; it knows nothing of HTTP connections.

    Args:
        context: What the routes share.
        journal: Where the requests are recorded.
    """

    def __init__(self, *, context: Context, journal: Journal) -> None:
        self._context = context
        self._journal = journal

    def answer(self, request: RecordedRequest) -> Answer:
        """Records a request and decides what it is answered.

        Args:
            request: The request as it arrived; its index and reply are filled in here.

        Returns:
            The answer; an exception inside becomes a `provider-error` and a status of 500.
        """
        try:
            return self._answer(request)
        except Exception:
            return self.failure(request)

    def settle(self, request: RecordedRequest) -> None:
        """Records that nothing more will be sent to a request.

        Args:
            request: A request that was given to `answer`.
        """
        self._journal.settle(request)

    def failure(self, request: RecordedRequest) -> Answer:
        """Reports the exception that is being handled as the provider's own fault.

        Args:
            request: The request during which it happened.

        Returns:
            The answer of last resort.
        """
        found = findings.provider_error(request, traceback.format_exc())
        self._context.report(found)
        return error_answer(found, request_id=f"req_failed_{request.index + 1:04d}", status=500)

    def http_failure(self, error: BaseException, *, by_client: bool) -> None:
        """Reports what went wrong before a request could be recorded.

        Args:
            error: What the HTTP library raised.
            by_client: Whether the bytes of the client are at fault.
        """
        build = findings.unreadable_http if by_client else findings.http_failure
        self._context.report(build(error))

    def _answer(self, request: RecordedRequest) -> Answer:
        for route, pattern in _TABLE:
            found = pattern.fullmatch(request.path) if route.method == request.method else None
            if found is not None:
                self._record(request, asks_model=route.asks_model)
                return route.handler(self._context, request, found.groupdict())
        self._record(request, asks_model=False)
        problem = findings.unexpected_path(request, BASE_PATH)
        self._context.report(problem)
        return error_answer(problem, request_id=f"req_other_{request.index + 1:04d}")

    def _record(self, request: RecordedRequest, *, asks_model: bool) -> None:
        request.index = self._journal.next_index(is_model_request=asks_model)
        self._journal.record(request, is_model_request=asks_model)
