"""The tool by which an MCP server asks its client's user, as data."""

from __future__ import annotations

import re
from typing import Any

from pydantic import Field, field_validator

from seatrial.profiles.window import Data

__all__ = ["Asking", "ToolCall"]


class ToolCall(Data):
    """A call of a tool.

    Attributes:
        tool: The tool's name.
        arguments: What it is called with.
    """

    tool: str
    arguments: dict[str, Any] = Field(default_factory=dict)


class Asking(ToolCall):
    """A call in which the server asks its client's user, and how to tell what came of it.

    Attributes:
        accepted: A regular expression that is found in the text of the result if the user's
            consent was taken, and only then. Without it nobody can tell consent from refusal.
        together: Whether the server takes a second call while one waits for its user.
        beside: What that second call is given; `arguments` without it.
        quiet: A call in which nothing is asked; without it, what is about such a call is not
            applicable.
    """

    accepted: str | None = None
    together: bool = True
    beside: dict[str, Any] | None = None
    quiet: ToolCall | None = None

    @field_validator("accepted")
    @classmethod
    def _an_expression(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"is no regular expression: {error}") from None
        return value
