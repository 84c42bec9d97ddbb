"""The MCP server: one handshake, then the tools of an agent, or those that only ask."""

from __future__ import annotations

from seatrial_reference import __version__
from seatrial_reference.client import read_client
from seatrial_reference.connection import Connection
from seatrial_reference.errors import INVALID_REQUEST, RequestError
from seatrial_reference.params import Params

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.client import Client
    from seatrial_reference.connection import Handlers
    from seatrial_reference.conversations import Conversations
    from seatrial_reference.fronts.asking import AskingTools
    from seatrial_reference.fronts.mcp import Mcp


REVISIONS = ("2025-06-18", "2025-03-26", "2024-11-05")
"""The revisions of the protocol that are spoken, the newest first."""


class McpServer(Connection):
    """A connection of the Model Context Protocol (2025-06-18), as Codex 0.98.0 speaks it.

    Attributes:
        asking: What makes its tools if it is no agent.
    """

    asking: type[AskingTools] | None = None
    _dialect: Mcp | None = None
    _asking: AskingTools | None = None
    _can_ask = False

    def revision(self, asked: str) -> str:
        """Choose the revision to speak: the one asked for if it is known, else the newest."""
        return asked if asked in REVISIONS else REVISIONS[0]

    def asks(self, capabilities: Params) -> bool:
        """Tell whether the client can be asked by elicitation."""
        return capabilities.table("elicitation") is not None

    def initialize(self, request_id: Any, params: Params) -> None:
        """Shake hands; the client's capabilities say whether it can be asked."""
        if self.client is not None:
            raise RequestError(INVALID_REQUEST, "initialize called more than once")
        version = params.required_text("protocolVersion")
        self._can_ask = self.asks(params.table("capabilities") or Params({}))
        self.client = read_client(params)
        self.wire.respond(
            request_id,
            {
                "protocolVersion": self.revision(version),
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
        del client
        if self.asking is not None:
            self._asking = self.asking(self.wire, can_ask=self._can_ask)
            return self._asking.table
        self._dialect = self.dialect(conversations)
        return self._dialect.table

    def dialect(self, conversations: Conversations) -> Mcp:
        """Make the tools of this connection."""
        from seatrial_reference.fronts.mcp import Mcp

        return Mcp(conversations, self.wire, can_ask=self._can_ask)

    def notified(self, method: str, params: Params) -> None:
        """Interrupt the call that the client cancels."""
        offered = self._asking or self._dialect
        if method == "notifications/cancelled" and offered is not None:
            offered.cancel(params.raw().get("requestId"))

    def answered(self, message: dict[str, Any]) -> None:
        """Take the client's answer to a request, whoever made it."""
        if self._asking is None:
            super().answered(message)
        else:
            self._asking.answered(message)

    def close(self) -> None:
        """End everything that was started for this client."""
        if self._asking is not None:
            self._asking.close()
        super().close()
