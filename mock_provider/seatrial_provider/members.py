"""Takes values of a wanted type out of a request, and names the place of one that is not."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.unsound import unsound

Kinds = tuple[str, ...]
"""What a member may be, in words that are keys of `KINDS`."""

KINDS: Mapping[str, Callable[[Any], bool]] = MappingProxyType(
    {
        "a text": lambda value: isinstance(value, str),
        "true or false": lambda value: isinstance(value, bool),
        "a number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
        "a whole number": lambda value: (
            isinstance(value, int | float) and not isinstance(value, bool) and value % 1 == 0
        ),
        "an object": lambda value: isinstance(value, dict),
        "an object of texts": lambda value: (
            isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
        ),
        "a list of texts": lambda value: (
            isinstance(value, list) and all(isinstance(text, str) for text in value)
        ),
        "a list of objects": lambda value: (
            isinstance(value, list) and all(isinstance(item, dict) for item in value)
        ),
    }
)
"""The types that a member can be asked to have."""


def check_kinds(holder: JsonObject, kinds: Mapping[str, Kinds], place: str = "") -> None:
    """Checks the types of the members of an object; one that is missing or null passes.

    Args:
        holder: The object.
        kinds: What each member may be, by its name; others are not looked at.
        place: Where in the body the object is; empty for the body itself.

    Raises:
        UnsoundBodyError: A member is of another type.
    """
    for name in holder.keys() & kinds.keys():
        value = holder[name]
        if value is not None and not any(KINDS[kind](value) for kind in kinds[name]):
            raise unsound(_within(place, name), " or ".join(kinds[name]), value)


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
