"""The MCP server: one handshake, then the dialect mcp."""

from __future__ import annotations

from seatrial_reference import __version__
from seatrial_reference.client import read_client
from seatrial_reference.connection import Connection
from seatrial_reference.errors import INVALID_REQUEST, RequestError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.client import Client
    from seatrial_reference.connection import Handlers
    from seatrial_reference.conversations import Conversations
    from seatrial_reference.fronts.mcp import Mcp
    from seatrial_reference.params import Params


class McpServer(Connection):
    """A connection of the Model Context Protocol (2025-06-18), as Codex 0.98.0 speaks it."""

    _dialect: Mcp | None = None

    def initialize(self, request_id: Any, params: Params) -> None:
        """Shake hands; whatever revision the client asks for is the one that is spoken."""
        if self.client is not None:
            raise RequestError(INVALID_REQUEST, "initialize called more than once")
        version = params.required_text("protocolVersion")
        self.client = read_client(params)
        self.wire.respond(
            request_id,
            {
                "protocolVersion": version,
                "capabilities": {"tools": {"listChanged": True}},
                "serverInfo": {
                    "name": "seatrial-reference",
                    "title": "Seatrial reference server",
                    "version": __version__,
                    "user_agent": self.client.user_agent,
                },
            },
        )

    def handlers(self, client: Client, conversations: Conversations) -> Handlers:
        """Give the methods that follow the handshake."""
        from seatrial_reference.fronts.mcp import Mcp

        del client
        self._dialect = Mcp(conversations, self.wire)
        return self._dialect.table

    def notified(self, method: str, params: Params) -> None:
        """Interrupt the call that the client cancels."""
        if method == "notifications/cancelled" and self._dialect is not None:
            self._dialect.cancel(params.raw().get("requestId"))
