"""Reads the body of a model request and says in what it is unsound."""

import json
import zlib
from typing import Any

from seatrial_provider.jsontypes import JsonObject


class UnsoundBodyError(Exception):
    """The body is not a request of the Responses API.

    Attributes:
        expected: What should have been there.
        arrived: What was there.
        param: The member of the body that is at fault, if one is.
    """

    def __init__(self, *, expected: str, arrived: str, param: str | None = None) -> None:
        super().__init__(f"expected {expected}, got {arrived}")
        self.expected = expected
        self.arrived = arrived
        self.param = param


def decoded(body: bytes, content_encoding: str) -> bytes:
    """Undoes the content encoding of a body.

    Args:
        body: The bytes as they arrived.
        content_encoding: The value of the header; empty for none.

    Returns:
        The plain bytes.

    Raises:
        UnsoundBodyError: The encoding is not known here, or the bytes are not in it.
    """
    encoding = content_encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise UnsoundBodyError(
            expected="a body without content encoding, or with gzip",
            arrived=f"content-encoding: {encoding}",
        )
    inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        plain = inflate.decompress(body)
    except zlib.error as error:
        raise UnsoundBodyError(expected="gzip data", arrived=str(error)) from error
    if not inflate.eof:
        raise UnsoundBodyError(expected="whole gzip data", arrived="gzip data that ends early")
    return plain


def parsed(body: bytes) -> JsonObject:
    """Reads a body as a JSON object.

    Args:
        body: The plain bytes.

    Returns:
        The object.

    Raises:
        UnsoundBodyError: The body is not JSON, or not an object.
    """
    try:
        value: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnsoundBodyError(
            expected="a body in JSON", arrived=f"{body[:120]!r} ({error})"
        ) from error
    if not isinstance(value, dict):
        raise UnsoundBodyError(expected="a JSON object", arrived=_shape(value))
    return value


def input_items(body: JsonObject) -> list[JsonObject]:
    """Reads the input of a request, which is a text or a list of items.

    Args:
        body: The request's object.

    Returns:
        The input items; a text is one user message.

    Raises:
        UnsoundBodyError: `input` is missing or is neither.
    """
    given = body.get("input")
    if isinstance(given, str):
        content = [{"type": "input_text", "text": given}]
        return [{"type": "message", "role": "user", "content": content}]
    items = _objects(given, "input", or_else="a text or ")
    for position, item in enumerate(items):
        if not isinstance(item.get("type", "message"), str):
            raise UnsoundBodyError(
                expected="'type' of every input item as a text",
                arrived=f"{_shape(item['type'])} at position {position}",
                param="input",
            )
    return items


def offered(body: JsonObject) -> list[JsonObject]:
    """Reads the tools that a request offers.

    Args:
        body: The request's object.

    Returns:
        The tools; none if `tools` is missing or null.

    Raises:
        UnsoundBodyError: `tools` is something else than a list of objects.
    """
    given = body.get("tools")
    return [] if given is None else _objects(given, "tools")


def _objects(given: object, param: str, *, or_else: str = "") -> list[JsonObject]:
    expected = f"{param!r} as {or_else}a list of objects"
    if not isinstance(given, list):
        arrived = f"no {param!r}" if given is None else _shape(given)
        raise UnsoundBodyError(expected=expected, arrived=arrived, param=param)
    for position, item in enumerate(given):
        if not isinstance(item, dict):
            arrived = f"{_shape(item)} at position {position}"
            raise UnsoundBodyError(expected=expected, arrived=arrived, param=param)
    return given


def _shape(value: object) -> str:
    return f"{type(value).__name__} {json.dumps(value)[:120]}"
