"""A request to the sign-in service, read as what it is: a form, JSON, or a query."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import orjson

from seatrial_provider.signin.grants import GrantError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from seatrial_provider.recorded import RecordedRequest

__all__ = ["bearer", "fields", "query", "required"]


def fields(request: RecordedRequest) -> dict[str, str]:
    """Returns the fields of a body: a form (RFC 6749 asks for one), or JSON, as Codex sends it.

    Raises:
        GrantError: It is neither: `invalid_request`.
    """
    body = request.body_bytes()
    kind = (request.header("content-type") or "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return _firsts(body.decode("latin-1"))
    try:
        said = orjson.loads(body or b"{}")
    except ValueError as error:
        raise GrantError("invalid_request", f"the body is no JSON: {error}") from error
    if not isinstance(said, dict):
        raise GrantError("invalid_request", f"the body is no object: {said!r}")
    return {str(name): str(value) for name, value in said.items() if value is not None}


def query(request: RecordedRequest) -> dict[str, str]:
    """Returns the parameters of the query, the first of each."""
    return _firsts(request.query)


def _firsts(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


def required(given: Mapping[str, str], name: str) -> str:
    """Returns a field that has to be there.

    Raises:
        GrantError: It is not, or is empty: `invalid_request`.
    """
    if not given.get(name):
        raise GrantError("invalid_request", f"{name} is missing")
    return given[name]


def bearer(request: RecordedRequest) -> str:
    """Returns the bearer that a request carries.

    Raises:
        GrantError: It carries none: `invalid_token`, with the status 401 (RFC 6750, 3.1).
    """
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise GrantError("invalid_token", "the request carries no bearer", status=401)
    return token
