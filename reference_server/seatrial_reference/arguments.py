"""The arguments of a call of the model's: JSON text, read without trust."""

from __future__ import annotations

import json
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_REFUSED = "failed to parse function arguments: "


class BadCall(Exception):
    """The model's call cannot be understood; the text says why."""


def read_arguments(text: str) -> dict[str, Any]:
    """Read the arguments.

    Raises:
        BadCall: They are not a JSON object.
    """
    try:
        given = json.loads(text)
    except ValueError as error:
        raise BadCall(f"{_REFUSED}{error}") from error
    if not isinstance(given, dict):
        raise BadCall(f"{_REFUSED}expected an object")
    return given


def take(given: dict[str, Any], key: str, kind: type) -> Any:
    """Take one argument; None where it is not given.

    Raises:
        BadCall: It is of another kind.
    """
    value = given.get(key)
    if value is not None and not isinstance(value, kind):
        raise BadCall(f"{_REFUSED}`{key}` has the wrong type")
    return value


def require(given: dict[str, Any], key: str, kind: type) -> Any:
    """Take one argument that has to be there.

    Raises:
        BadCall: It is not, or is of another kind.
    """
    value = take(given, key, kind)
    if value is None:
        raise BadCall(f"{_REFUSED}missing field `{key}`")
    return value


def passable(text: str) -> str:
    """Give the text back if the system takes it as an argument or a path.

    Raises:
        BadCall: It has a zero byte, or a character that no file name can have.
    """
    if not is_passable(text):
        raise BadCall(f"{_REFUSED}the text cannot be passed to a program")
    return text


def is_passable(text: str) -> bool:
    """Tell whether the system takes the text as an argument or a path."""
    try:
        return b"\0" not in os.fsencode(text)
    except UnicodeEncodeError:
        return False
