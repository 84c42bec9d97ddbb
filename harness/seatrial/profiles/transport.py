"""How a server can be reached: the transports of a profile."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, field_validator, model_validator

from seatrial.profiles.window import Window

__all__ = ["STDIO", "Transport"]


class Transport(Window):
    """A way to reach a server, and what it takes.

    Attributes:
        name: `stdio`, `websocket`, `websocket-token` (the same with a bearer token), `unix`
            (WebSocket on a Unix socket) or `http` (Streamable HTTP of the Model Context Protocol).
        dialects: The dialects that can be spoken over it; all of them without it.
        arguments: What the program is started with besides, after what the dialect needs; values
            may hold the placeholders `${socket}` and `${token_file}`.
        environment: Added to the profile's own.
        ready: A regular expression that a line on its stderr or stdout matches once it listens.
            Its first group is the address, such as `ws://127.0.0.1:4500` or
            `http://127.0.0.1:4500/mcp`; a Unix socket needs none.
    """

    name: Literal["stdio", "websocket", "websocket-token", "unix", "http"]
    dialects: tuple[str, ...] | None = None
    arguments: tuple[str, ...] = ()
    environment: dict[str, str] = Field(default_factory=dict)
    ready: str | None = None

    @field_validator("ready")
    @classmethod
    def _pattern(cls, value: str | None) -> str | None:
        try:
            re.compile(value or "")
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from None
        return value

    @model_validator(mode="after")
    def _announced(self) -> Transport:
        """Has a server that listens say so: nothing else tells when it can be connected to."""
        if self.name == "stdio":
            return self
        if self.ready is None:
            raise ValueError(f"{self.name} needs `ready`: how the server says that it listens")
        if self.name != "unix" and re.compile(self.ready).groups == 0:
            raise ValueError("`ready` needs a group: the address that the server listens on")
        return self


STDIO = Transport(name="stdio")
"""The transport of a server whose profile names none."""
