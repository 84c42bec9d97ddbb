"""Answers: what is sent back to a request, before any HTTP."""

import json
from dataclasses import dataclass

from seatrial_provider.gates import Gate
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.problems import Problem
from seatrial_provider.stream import Segment

EVENT_STREAM = "text/event-stream; charset=utf-8"
JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP response as the provider wants it sent.

    Attributes:
        status: The HTTP status.
        content_type: The value of the header.
        request_id: The value of the `x-request-id` header; the same in every run.
        before_headers: Where to hold before anything is sent, if anywhere.
        segments: The parts of the body in order.
    """

    status: int
    content_type: str
    request_id: str
    segments: tuple[Segment, ...]
    before_headers: Gate | None = None


def json_answer(
    body: JsonObject,
    *,
    request_id: str,
    status: int = 200,
    before_headers: Gate | None = None,
    before_body: Gate | None = None,
) -> Answer:
    """Builds an answer that is one JSON object.

    Args:
        body: The object.
        request_id: The value of the `x-request-id` header.
        status: The HTTP status.
        before_headers: Where to hold before anything is sent, if anywhere.
        before_body: Where to hold between the headers and the body, if anywhere.
    """
    payload = json.dumps(body, ensure_ascii=False).encode()
    return Answer(
        status=status,
        content_type=JSON,
        request_id=request_id,
        segments=(Segment(gate=before_body, payload=payload),),
        before_headers=before_headers,
    )


def error_answer(
    problem: Problem, *, request_id: str, status: int = 400, param: str | None = None
) -> Answer:
    """Builds an answer that tells a problem, in the error envelope of the OpenAI API.

    Args:
        problem: What went wrong; its message and kind become message and code.
        request_id: The value of the `x-request-id` header.
        status: The HTTP status.
        param: The member of the request that is at fault, if one is.
    """
    error = {
        "message": problem.message,
        "type": "invalid_request_error" if status < 500 else "server_error",
        "param": param,
        "code": problem.kind.value,
    }
    return json_answer({"error": error}, request_id=request_id, status=status)
