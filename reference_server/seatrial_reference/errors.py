"""The ways in which a request, a turn or the server's start can go wrong."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603


class ConfigError(Exception):
    """The server cannot start: its home or its configuration is unusable."""


class RequestError(Exception):
    """A request of the client is answered with an error.

    Args:
        code: The JSON-RPC error code.
        message: What the client is told.
    """

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class TurnInterrupted(Exception):
    """The client stopped the turn, by an interrupt or by a cancelled approval."""


class TurnFailed(Exception):
    """The turn cannot go on.

    Args:
        message: What the client is told.
        info: The `codexErrorInfo` member, a string or a one-key object (Codex app-server
            schema 0.163.0).
        details: More about it, or None.
    """

    def __init__(self, message: str, *, info: Any = "other", details: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.info = info
        self.details = details

    def as_wire(self) -> dict[str, Any]:
        """Give the error as the member `error` of a turn."""
        return {
            "message": self.message,
            "codexErrorInfo": self.info,
            "additionalDetails": self.details,
        }


class SandboxUnavailable(Exception):
    """This machine offers no sandbox that the server can use."""
