"""Reads the body of a model request and says in what it is unsound."""

from typing import Any

import orjson

from seatrial_provider.encodings import decoded
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.members import objects
from seatrial_provider.unsound import UnsoundBodyError, shape, unsound

__all__ = [
    "UnsoundBodyError",
    "decoded",
    "input_items",
    "items_at",
    "offered",
    "offered_within",
    "parsed",
]

_OFFERING = frozenset({"additional_tools", "tool_search_output"})
"""The types of input item that offer tools; Codex 0.163.0 sends both."""


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
        value: Any = orjson.loads(body)
    except ValueError as error:
        raise UnsoundBodyError(
            expected="a body in JSON", arrived=f"{body[:120]!r} ({error})"
        ) from error
    if not isinstance(value, dict):
        raise UnsoundBodyError(expected="a JSON object", arrived=shape(value))
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
    if not isinstance(given, list):
        raise unsound("input", "a text or a list of objects", given)
    return items_at(given, "input")


def items_at(given: object, place: str) -> list[JsonObject]:
    """Reads a list of items.

    Args:
        given: What a request has there; null is an empty list.
        place: Where in the body it is.

    Raises:
        UnsoundBodyError: It is no list of objects, or the type of one is no text.
    """
    items = objects(given, place)
    for where, item in items:
        if not isinstance(item.get("type", "message"), str):
            raise unsound(f"{where}.type", "a text", item["type"])
    return [item for _, item in items]


def offered(body: JsonObject) -> list[JsonObject]:
    """Reads the tools that a request offers.

    Args:
        body: The request's object.

    Returns:
        The tools; none if `tools` is missing or null.

    Raises:
        UnsoundBodyError: `tools` is something else than a list of objects.
    """
    return [tool for _, tool in objects(body.get("tools"), "tools")]


def offered_within(items: list[JsonObject]) -> list[JsonObject]:
    """Reads the tools that input items offer: those added on the way, and those a search found.

    Args:
        items: The input items.

    Returns:
        The tools, in order; what is no tool is left out.
    """
    lists = (item.get("tools") for item in items if item.get("type") in _OFFERING)
    tools = (tool for given in lists if isinstance(given, list) for tool in given)
    return [tool for tool in tools if isinstance(tool, dict)]
