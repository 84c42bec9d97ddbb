"""Finds the route of each request, records it, and turns an exception into the last resort."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

from seatrial_provider import findings
from seatrial_provider.answering import (
    chat,
    compact,
    conversations,
    models,
    responses,
    state,
)
from seatrial_provider.answering.answers import Answer, error_answer
from seatrial_provider.answering.context import BASE_PATH, Context, Route
from seatrial_provider.answering.refusals import Refusal, refused_path, refused_request
from seatrial_provider.encodings import LARGEST_BODY
from seatrial_provider.recorded import recorded
from seatrial_provider.responses.flavours import Flavour
from seatrial_provider.script import Reply
from seatrial_provider.wire.plan import HalfClose, Switch
from seatrial_provider.wire.reading import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from seatrial_provider.journal import Journal
    from seatrial_provider.recorded import RecordedRequest
    from seatrial_provider.script import InOrder
    from seatrial_provider.wire.plan import Plan
    from seatrial_provider.wire.reading import Arrived

ROUTES: tuple[Route, ...] = (
    *responses.ROUTES,
    *chat.ROUTES,
    *compact.ROUTES,
    *state.ROUTES,
    *conversations.ROUTES,
    *models.ROUTES,
)
"""Every route that is served."""

_MESSAGES_PATH = f"{BASE_PATH}/responses"
"""Where a WebSocket is spoken, if a request asks for it."""

_TABLE = tuple((route, route.pattern()) for route in ROUTES)


class Answerer:
    """Answers requests; it knows nothing of HTTP connections.

    Args:
        context: What the routes share.
        journal: Where the requests are recorded.
        largest_body: The most bytes that a body may unpack to.

    Attributes:
        beside: Answers what is not of the API, and is in no journal; it returns None for all
            other requests.
    """

    def __init__(
        self, *, context: Context, journal: Journal, largest_body: int = LARGEST_BODY
    ) -> None:
        self.beside: Callable[[RecordedRequest], Plan | None] = lambda request: None
        self._context = context
        self._journal = journal
        self._largest_body = largest_body

    def begin_anew(self, *, context: Context, journal: Journal) -> None:
        """Goes on with another context and another journal.

        Args:
            context: What the routes share from now on.
            journal: Where requests are recorded from now on.
        """
        self._context = context
        self._journal = journal

    def receive(self, arrived: Arrived, connection: int = 0) -> tuple[RecordedRequest, Plan]:
        """Records what a connection brought and decides what it is answered.

        Args:
            arrived: A request, or what could not be read as one.
            connection: The number of the connection.

        Returns:
            The record, and the plan of the answer. Bytes that are no request get a record that
            stands in no journal.
        """
        request = recorded(arrived, connection=connection, largest_body=self._largest_body)
        if arrived.trouble is None:
            if (plan := self.beside(request)) is not None:
                return request, plan
            if arrived.messages is not None and request.path == _MESSAGES_PATH:
                return request, self._opening(request)
            return request, self.answer(request).plan
        if isinstance(arrived.trouble, Unreadable):
            found = findings.unreadable_http(arrived.trouble.error)
            answer = error_answer(found, request_id="req_unreadable")
        else:
            self._record(request, asks_model=False)
            found = findings.too_large(request, arrived.trouble)
            answer = error_answer(found, request_id=_other_id(request), status=413)
        self._context.report(found)
        return request, (*answer.plan, HalfClose())

    def _opening(self, request: RecordedRequest) -> Plan:
        self._record(request, asks_model=False)
        refusal = refused_request(request, api_key=self._context.api_key)
        return (Switch(),) if refusal is None else self._refuse(request, refusal).plan

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

    def prepare(self, entries: Iterable[Reply | InOrder]) -> None:
        """Encodes replies before they are asked for, where that can be done.

        Args:
            entries: What was added to the script.
        """
        if self._context.flavour is not Flavour.FULL:
            return
        for entry in entries:
            for reply in (entry,) if isinstance(entry, Reply) else entry.replies:
                self._context.templates.prepare(reply)

    def settle(self, request: RecordedRequest) -> None:
        """Records that nothing more will be sent to a request.

        Args:
            request: A request that was given to `answer`.
        """
        self._context.script.settled(request)
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

    def server_failure(self, error: Exception) -> None:
        """Reports what went wrong in the HTTP server outside of any request.

        Args:
            error: What was raised.
        """
        self._context.report(findings.http_failure(error))

    def _answer(self, request: RecordedRequest) -> Answer:
        for route, pattern in _TABLE:
            found = pattern.fullmatch(request.path) if route.method == request.method else None
            if found is not None:
                self._record(request, asks_model=route.asks_model)
                refusal = refused_request(request, api_key=self._context.api_key)
                if refusal is not None:
                    return self._refuse(request, refusal)
                return route.handler(self._context, request, found.groupdict())
        self._record(request, asks_model=False)
        return self._refuse(request, refused_path(request, ROUTES))

    def _refuse(self, request: RecordedRequest, refusal: Refusal) -> Answer:
        self._context.report(refusal.problem)
        return error_answer(
            refusal.problem,
            request_id=_other_id(request),
            status=refusal.status,
            code=refusal.code,
            headers=refusal.headers,
        )

    def _record(self, request: RecordedRequest, *, asks_model: bool) -> None:
        request.index = self._journal.next_index(is_model_request=asks_model)
        self._journal.record(request, is_model_request=asks_model)


def _other_id(request: RecordedRequest) -> str:
    return f"req_other_{request.index + 1:04d}"
