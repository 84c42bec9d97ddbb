"""The error of a body that is no sound request; a module of its own, for all that read bodies."""

from __future__ import annotations

import json

MISSING = "missing_required_parameter"
INVALID_TYPE = "invalid_type"
INVALID_VALUE = "invalid_value"
"""The codes of the OpenAI API for what is wrong with a body."""

_LONGEST = 120


class UnsoundBodyError(Exception):
    """The body is not a request of the API.

    Attributes:
        expected: What should have been there.
        arrived: What was there.
        param: The member of the body that is at fault, if one is.
        status: The HTTP status that says so.
        code: What the API calls it; None if it is none of the names below.
    """

    def __init__(
        self,
        *,
        expected: str,
        arrived: str,
        param: str | None = None,
        status: int = 400,
        code: str | None = None,
    ) -> None:
        super().__init__(f"expected {expected}, got {arrived}")
        self.expected = expected
        self.arrived = arrived
        self.param = param
        self.status = status
        self.code = code


def unsound(
    place: str, expected: str, value: object, *, code: str = INVALID_TYPE
) -> UnsoundBodyError:
    """Builds the error for a value that is not what the API has there.

    Args:
        place: Where in the body it is, such as `messages[2].role`.
        expected: What should have been there.
        value: What was there; None for nothing.
        code: What the API calls it, if something was there.
    """
    return UnsoundBodyError(
        expected=f"{place} as {expected}",
        arrived=shape(value),
        param=place,
        code=MISSING if value is None else code,
    )


def shape(value: object) -> str:
    """Returns what a value is, and its beginning.

    Args:
        value: A value of JSON; None for nothing.
    """
    shown = "nothing" if value is None else f"{type(value).__name__} {json.dumps(value)}"
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}..."
