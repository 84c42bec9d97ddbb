"""Refuses what is no request of the API at all: path, method, content type, key.

The statuses and codes are those of the OpenAI API as its users report them: `unknown_url` with
404, `method_not_supported` with 405, `unsupported_content_type` with 400, `invalid_api_key` with
401.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hmac import compare_digest
from typing import TYPE_CHECKING

from seatrial_provider.answering.context import BASE_PATH
from seatrial_provider.problems import Problem, ProblemKind, problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from seatrial_provider.answering.context import Route
    from seatrial_provider.recorded import RecordedRequest

_JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An answer to what is not even read.

    Attributes:
        status: The HTTP status.
        code: The code of the API for it.
        problem: What went wrong.
        headers: What the answer says beside it.
    """

    status: int
    code: str
    problem: Problem
    headers: Mapping[str, str] = field(default_factory=dict)


def refused_path(request: RecordedRequest, routes: Iterable[Route]) -> Refusal:
    """Refuses a request that no route is for.

    Args:
        request: The request.
        routes: Every route that is served.
    """
    served = list(routes)
    methods = sorted({r.method for r in _nearest(request.path, served)})
    line = f"{request.method} {request.path}"
    if methods:
        return Refusal(
            status=405,
            code="method_not_supported",
            headers={"allow": ", ".join(methods)},
            problem=problem(
                ProblemKind.UNEXPECTED_REQUEST,
                f"{line} is not served here",
                expected=f"{' or '.join(methods)} {request.path}",
                arrived=f"{line} with {len(request.body)} bytes of body",
                cause="Does the client follow a redirect with another method, or probe the path?",
                remedy="Use the method that the API has for the path.",
            ),
        )
    paths = sorted({f"{BASE_PATH}{route.path}" for route in served})
    return Refusal(
        status=404,
        code="unknown_url",
        problem=problem(
            ProblemKind.UNEXPECTED_REQUEST,
            f"{line} is not served here",
            expected=f"one of {', '.join(paths)}",
            arrived=f"{line} with {len(request.body)} bytes of body",
            cause="Is the base URL of the server under test not provider.base_url, of another "
            "version of the API, or is a feature on that calls another endpoint?",
            remedy="Configure the server under test with provider.base_url, or switch the "
            "feature off.",
        ),
    )


def refused_request(request: RecordedRequest, *, api_key: str | None) -> Refusal | None:
    """Refuses a request to a path that is served, whose headers are not those of the API.

    Args:
        request: The request.
        api_key: The key that it must carry; None takes any, and none.

    Returns:
        The refusal; None if there is nothing to refuse.
    """
    given = request.header("authorization")
    if api_key is not None and not _is_key(given, api_key):
        return Refusal(
            status=401,
            code="invalid_api_key",
            problem=problem(
                ProblemKind.BAD_REQUEST,
                f"{request.method} {request.path} does not carry the key of the provider",
                expected="authorization: Bearer and the key of Provider(api_key=...)",
                arrived=_credentials(given),
                cause="Does the server under test take its key from somewhere else?",
                remedy="Configure the server under test with the key, or leave api_key away.",
            ),
        )
    told = request.header("content-type")
    if request.body and told is not None and _media_type(told) != _JSON:
        return Refusal(
            status=400,
            code="unsupported_content_type",
            problem=problem(
                ProblemKind.BAD_REQUEST,
                f"{request.method} {request.path} says that its body is no JSON",
                expected=f"content-type: {_JSON}",
                arrived=f"content-type: {told}, {request.body[:120]!r}",
                cause="Does the client send a form, or leave the header to its HTTP library?",
                remedy="Send JSON, and say so.",
            ),
        )
    return None


def _nearest(path: str, routes: list[Route]) -> list[Route]:
    """Returns the routes of a path: those that name it in full, or else those that fit it."""
    exact = [route for route in routes if f"{BASE_PATH}{route.path}" == path]
    return exact or [route for route in routes if route.pattern().fullmatch(path)]


def _is_key(given: str | None, key: str) -> bool:
    scheme, _, token = (given or "").partition(" ")
    return scheme.lower() == "bearer" and compare_digest(token.strip().encode(), key.encode())


def _credentials(given: str | None) -> str:
    """Says what was given for a key, and nothing of the key."""
    if given is None:
        return "no authorization header"
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer":
        return "an authorization header that does not begin with Bearer"
    return f"authorization: Bearer and another key, of {len(token.strip())} characters"


def _media_type(value: str) -> str:
    return value.partition(";")[0].strip().lower()
