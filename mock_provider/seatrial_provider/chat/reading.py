"""Takes values of a wanted type out of a chat request, and names the place of one that is not."""

import json
from typing import Any

from seatrial_provider.body import UnsoundBodyError
from seatrial_provider.jsontypes import JsonObject

_LONGEST = 120


def unsound(place: str, expected: str, value: object) -> UnsoundBodyError:
    """Builds the error for a value that is not what the API has there.

    Args:
        place: Where in the body it is, such as `messages[2].role`.
        expected: What should have been there.
        value: What was there.
    """
    arrived = "nothing" if value is None else f"{type(value).__name__} {json.dumps(value)}"
    shown = arrived if len(arrived) <= _LONGEST else f"{arrived[:_LONGEST]}..."
    return UnsoundBodyError(expected=f"{place} as {expected}", arrived=shown, param=place)


def text(holder: JsonObject, name: str, place: str) -> str:
    """Returns a member that must be a text.

    Args:
        holder: The object that has it.
        name: The member.
        place: Where in the body the object is; empty for the body itself.

    Raises:
        UnsoundBodyError: It is missing or something else.
    """
    value = holder.get(name)
    if not isinstance(value, str):
        raise unsound(_within(place, name), "a text", value)
    return value


def member(holder: JsonObject, name: str, place: str) -> JsonObject:
    """Returns a member that must be an object.

    Args:
        holder: The object that has it.
        name: The member.
        place: Where in the body the object is; empty for the body itself.

    Raises:
        UnsoundBodyError: It is missing or something else.
    """
    value: Any = holder.get(name)
    if not isinstance(value, dict):
        raise unsound(_within(place, name), "an object", value)
    return value


def objects(value: object, place: str) -> list[tuple[str, JsonObject]]:
    """Returns the objects of a list, each with its place.

    Args:
        value: What must be a list of objects; null is an empty one.
        place: Where in the body it is.

    Raises:
        UnsoundBodyError: It is something else.
    """
    if value is None:
        return []
    if not isinstance(value, list):
        raise unsound(place, "a list of objects", value)
    for position, one in enumerate(value):
        if not isinstance(one, dict):
            raise unsound(f"{place}[{position}]", "an object", one)
    return [(f"{place}[{position}]", one) for position, one in enumerate(value)]


def _within(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
