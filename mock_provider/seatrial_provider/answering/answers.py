"""Answers: the plans of what is sent back to a request, before any HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from seatrial_provider.wire.plan import End, Head, Hold, Plan, Write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.gates import Gate
    from seatrial_provider.jsontypes import JsonObject
    from seatrial_provider.problems import Problem
    from seatrial_provider.unsound import UnsoundBodyError

EVENT_STREAM = "text/event-stream; charset=utf-8"
JSON = "application/json"

_END = End()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP response as the provider wants it sent.

    Attributes:
        plan: The steps, in order.
    """

    plan: Plan


def json_answer(
    body: JsonObject,
    *,
    request_id: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    before_headers: Gate | None = None,
    before_body: Gate | None = None,
) -> Answer:
    """Builds an answer that is one JSON object.

    Args:
        body: The object.
        request_id: The value of the `x-request-id` header; the same in every run.
        status: The HTTP status.
        headers: More headers, names in lower case; they win over those of every answer.
        before_headers: Where to hold before anything is sent, if anywhere.
        before_body: Where to hold between the headers and the body, if anywhere.
    """
    payload = orjson.dumps(body)
    named = _named(JSON, request_id, headers)
    return Answer(
        plan=(
            *held(before_headers),
            Head(status, named, len(payload)),
            *held(before_body),
            Write(payload),
            _END,
        )
    )


def stream_answer(
    body: Plan,
    *,
    request_id: str,
    headers: Mapping[str, str] | None = None,
    before_headers: Gate | None = None,
) -> Answer:
    """Builds an answer that is an event stream.

    Args:
        body: The steps of the body, without its end.
        request_id: The value of the `x-request-id` header; the same in every run.
        headers: More headers, names in lower case; they win over those of every answer.
        before_headers: Where to hold before anything is sent, if anywhere.
    """
    named = _named(EVENT_STREAM, request_id, headers)
    return Answer(plan=(*held(before_headers), Head(200, named), *body, _END))


def error_answer(
    problem: Problem,
    *,
    request_id: str,
    status: int = 400,
    param: str | None = None,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Builds an answer that tells a problem, in the error envelope of the OpenAI API.

    It says to the SDKs of OpenAI that they must not ask again.

    Args:
        problem: What went wrong; its message and kind become message and code.
        request_id: The value of the `x-request-id` header.
        status: The HTTP status.
        param: The member of the request that is at fault, if one is.
        code: The code of the API; None takes the kind of the problem.
        headers: More headers, names in lower case.
    """
    error = {
        "message": problem.message,
        "type": "invalid_request_error" if status < 500 else "server_error",
        "param": param,
        "code": code or problem.kind.value,
    }
    return json_answer(
        {"error": error},
        request_id=request_id,
        status=status,
        headers={"x-should-retry": "false", **(headers or {})},
    )


def unsound_answer(problem: Problem, error: UnsoundBodyError, *, request_id: str) -> Answer:
    """Builds the answer to a body that is no request of the API.

    Args:
        problem: What went wrong, in words.
        error: What went wrong, as the API says it.
        request_id: The value of the `x-request-id` header.
    """
    return error_answer(
        problem,
        request_id=request_id,
        status=error.status,
        param=error.param,
        code=error.code,
    )


def held(gate: Gate | None) -> Plan:
    """Returns the step that holds at a gate; none without one."""
    return () if gate is None else (Hold(gate),)


def _named(
    content_type: str, request_id: str, headers: Mapping[str, str] | None
) -> tuple[tuple[str, str], ...]:
    named = {"content-type": content_type, "x-request-id": request_id}
    named.update(headers or ())
    return tuple(named.items())
