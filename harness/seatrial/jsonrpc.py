"""JSON-RPC messages as one line of bytes each: the four kinds, and ids as opaque values.

Both spellings are understood: with the `"jsonrpc": "2.0"` member (JSON-RPC 2.0, MCP) and without it
(Codex app-server from the releases that dropped it). This module is pure: no asyncio, no processes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

__all__ = [
    "ErrorResponse",
    "IdKey",
    "Malformed",
    "Message",
    "Notification",
    "Request",
    "Response",
    "encode",
    "error_response",
    "id_key",
    "notification",
    "parse",
    "request",
    "response",
]

JsonObject: TypeAlias = dict[str, Any]
IdKey: TypeAlias = tuple[str, str]


def id_key(value: Any) -> IdKey:
    """Returns a key under which an id is told apart from every other id.

    `1`, `"1"`, `1.0` and `True` are four different ids on the wire, though Python calls some of
    them equal; an id is compared as the peer spelled it.
    """
    return type(value).__name__, json.dumps(value, sort_keys=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A message with a method and an id: its receiver owes one answer."""

    id: Any
    method: str
    params: Any
    raw: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A message with a method and no id: nobody answers it."""

    method: str
    params: Any
    raw: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A successful answer to the request with this id."""

    id: Any
    result: Any
    raw: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorResponse:
    """A refusal of the request with this id (null where the request could not be read)."""

    id: Any
    code: Any
    message: str
    data: Any
    raw: JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Malformed:
    """A line that is no JSON-RPC message, with the reason."""

    line: bytes
    reason: str


Message: TypeAlias = Request | Notification | Response | ErrorResponse


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON value")


_DECODER = json.JSONDecoder(parse_constant=_no_constant)


def parse(line: bytes) -> Message | Malformed:
    """Reads one line; what cannot be read comes back as `Malformed`, never as an exception."""
    try:
        value = _DECODER.decode(line.decode())
    except UnicodeDecodeError as error:
        return Malformed(line=line, reason=f"not UTF-8: {error.reason} at byte {error.start}")
    except json.JSONDecodeError as error:
        return Malformed(line=line, reason=f"not JSON: {error.msg} at column {error.colno}")
    except RecursionError:
        return Malformed(line=line, reason="not readable: nested too deeply")
    except ValueError as error:  # a constant that JSON has not, or an integer of too many digits
        return Malformed(line=line, reason=f"not readable: {error}")
    if not isinstance(value, dict):
        return Malformed(line=line, reason=f"not an object but {type(value).__name__}")
    return _classify(line, value)


def _classify(line: bytes, raw: JsonObject) -> Message | Malformed:
    method = raw.get("method")
    if isinstance(method, str):
        if "id" in raw:
            return Request(id=raw["id"], method=method, params=raw.get("params"), raw=raw)
        return Notification(method=method, params=raw.get("params"), raw=raw)
    if method is not None:
        return Malformed(line=line, reason="the method is not a string")
    if "id" not in raw:
        return Malformed(line=line, reason="neither a method nor an id")
    if "error" in raw:
        return _error(line, raw)
    if "result" in raw:
        return Response(id=raw["id"], result=raw["result"], raw=raw)
    return Malformed(line=line, reason="an id, but neither a method, a result nor an error")


def _error(line: bytes, raw: JsonObject) -> ErrorResponse | Malformed:
    error = raw["error"]
    if "result" in raw:
        return Malformed(line=line, reason="both a result and an error")
    if not isinstance(error, dict):
        return Malformed(line=line, reason="the error is not an object")
    return ErrorResponse(
        id=raw["id"],
        code=error.get("code"),
        message=str(error.get("message", "")),
        data=error.get("data"),
        raw=raw,
    )


def request(request_id: Any, method: str, params: Any) -> JsonObject:
    """Returns a request; `params` of None are left out."""
    return {"id": request_id, "method": method} | _params(params)


def notification(method: str, params: Any = None) -> JsonObject:
    """Returns a notification; `params` of None are left out."""
    return {"method": method} | _params(params)


def response(request_id: Any, result: Any) -> JsonObject:
    """Returns a successful answer."""
    return {"id": request_id, "result": result}


def error_response(request_id: Any, code: int, message: str, data: Any = None) -> JsonObject:
    """Returns a refusal; `data` of None is left out."""
    error: JsonObject = {"code": code, "message": message}
    if data is not None:
        error["data"] = data
    return {"id": request_id, "error": error}


def _params(params: Any) -> JsonObject:
    return {} if params is None else {"params": params}


def encode(message: Mapping[str, Any], *, with_member: bool) -> bytes:
    """Returns the message as one line, with the `jsonrpc` member first if the dialect has it.

    Half a surrogate pair, which UTF-8 cannot hold, goes out as the JSON escape it came in as.
    """
    whole = {"jsonrpc": "2.0", **message} if with_member else dict(message)
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="backslashreplace") + b"\n"
