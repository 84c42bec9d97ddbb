"""Routes that answer from what the provider keeps: one JSON object each, or the API's refusal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from seatrial_provider import findings
from seatrial_provider.answering.answers import Answer, json_answer, unsound_answer
from seatrial_provider.body import UnsoundBodyError
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.state.errors import RefusedError

if TYPE_CHECKING:
    from seatrial_provider.answering.context import Context, Handler
    from seatrial_provider.recorded import RecordedRequest

Tell = Callable[["Context", "RecordedRequest", Mapping[str, str]], JsonObject | Answer]
"""Answers a request with an object; raises RefusedError or UnsoundBodyError if it cannot."""


def served(tell: Tell) -> Handler:
    """Makes a handler of a function that returns an object or is refused.

    Args:
        tell: The function. What it refuses is answered as the API does, and is no problem: a
            client may well ask for what is not there. A body that is unsound is a problem.

    Returns:
        The handler.
    """

    def handle(context: Context, request: RecordedRequest, names: Mapping[str, str]) -> Answer:
        try:
            told = tell(context, request, names)
        except RefusedError as error:
            return refusal(error, request)
        except UnsoundBodyError as error:
            found = findings.bad_request(request, error)
            context.report(found)
            return unsound_answer(found, error, request_id=request_id(request))
        return (
            told if isinstance(told, Answer) else json_answer(told, request_id=request_id(request))
        )

    return handle


def refusal(error: RefusedError, request: RecordedRequest) -> Answer:
    """Builds the answer that the API refuses a request with.

    Args:
        error: What is refused, and why.
        request: The request.
    """
    return json_answer(error.envelope(), request_id=request_id(request), status=error.status)


def request_id(request: RecordedRequest) -> str:
    """Returns the `x-request-id` of an answer that comes from no script."""
    return f"req_other_{request.index + 1:04d}"


def body_of(request: RecordedRequest) -> JsonObject:
    """Reads the body of a request; no body is an empty object.

    Args:
        request: The request.

    Raises:
        UnsoundBodyError: The body is not a JSON object.
    """
    return request.sound_body() if request.body else {}
