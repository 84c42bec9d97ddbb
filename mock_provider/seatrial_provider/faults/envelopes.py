"""The error envelope of the OpenAI API, and what it usually says for a status."""

from __future__ import annotations

from dataclasses import dataclass
from http.client import responses


@dataclass(frozen=True, slots=True)
class _Usual:
    type: str
    code: str | None
    message: str


_USUAL = {
    400: _Usual("invalid_request_error", None, "The request is malformed."),
    401: _Usual("invalid_request_error", "invalid_api_key", "The API key is not valid."),
    403: _Usual("invalid_request_error", "permission_denied", "This is not allowed here."),
    404: _Usual("invalid_request_error", "model_not_found", "The model does not exist."),
    429: _Usual("requests", "rate_limit_exceeded", "The rate limit was reached."),
    500: _Usual("server_error", None, "The server had an error."),
    503: _Usual("server_error", "server_is_overloaded", "The server is overloaded."),
}


def envelope(
    status: int, *, code: str | None = None, message: str | None = None
) -> dict[str, object]:
    """Builds the body of an error response.

    Args:
        status: The HTTP status.
        code: The code; None takes the usual one.
        message: The message; None takes the usual one.

    Returns:
        An object with `error`: `message`, `type`, `param` and `code`.
    """
    phrase = responses.get(status, "Error")
    sort = "invalid_request_error" if status < 500 else "server_error"
    usual = _USUAL.get(status, _Usual(sort, None, f"{phrase}."))
    error = {
        "message": usual.message if message is None else message,
        "type": usual.type,
        "param": None,
        "code": usual.code if code is None else code,
    }
    return {"error": error}
