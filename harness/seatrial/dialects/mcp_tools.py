"""The mcp_tools dialect: any MCP server whose tools ask; no agent, no model, no conversations.

Source: Model Context Protocol 2025-06-18, lifecycle, tools and elicitation.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seatrial.dialects import handshakes
from seatrial.dialects.account import Account
from seatrial.dialects.history import History, NotSpoken
from seatrial.dialects.port import (
    Conversation,
    EventKind,
    Policy,
    Sandbox,
    ServerInfo,
    TurnOver,
)
from seatrial.dialects.shape import PLAIN, tables
from seatrial.dialects.tool_call import ToolCall
from seatrial.journal import Entry
from seatrial.peer import Peer

__all__ = ["ELICIT", "McpTools"]

ELICIT = "elicitation/create"

MOST_PAGES = 100
"""Pages of a list after which it counts as endless."""


class McpTools:
    """An MCP server, spoken to as its tools' client.

    Attributes:
        peer: Our end of the connection.
        capabilities: What we say of ourselves in the handshake.
    """

    dialect = "mcp_tools"
    approval_fields: tuple[str, ...] = ()
    steps: tuple[EventKind, ...] = ()
    declined_steps: tuple[EventKind, ...] = ()
    capabilities: Mapping[str, Any] = handshakes.CAPABILITIES

    def __init__(self, peer: Peer, words: Mapping[str, str] = PLAIN) -> None:
        del words  # a server that is no agent has no policies and no sandboxes
        self.peer = peer
        self._taken: set[int] = set()

    async def handshake(self, *, timeout: float | None = None) -> ServerInfo:
        """Shakes hands as the Model Context Protocol has it.

        Raises:
            SpeaksOtherwise: The answer is not one of this dialect.
        """
        return await handshakes.mcp(
            self.peer, self.dialect, timeout, capabilities=self.capabilities
        )

    async def start(self, *, cwd: Path, policy: Policy, sandbox: Sandbox) -> Conversation:
        """Raises NotSpoken: there is nobody to talk with."""
        raise NotSpoken.of(self.dialect, "conversations")

    @property
    def history(self) -> History:
        """Raises NotSpoken: nothing is said that could be saved."""
        raise NotSpoken.of(self.dialect, "saved conversations")

    @property
    def account(self) -> Account:
        """Raises NotSpoken: a client of tools signs nobody in."""
        raise NotSpoken.of(self.dialect, "signing in")

    async def fence(self) -> None:
        """Sends `ping` and waits for its answer, whichever it is."""
        await self.peer.call("ping")

    async def tools(self) -> list[dict[str, Any]]:
        """Returns the tools that the server lists, of all pages.

        Raises:
            Refused: The server does not list any.
        """
        found: list[dict[str, Any]] = []
        cursor: dict[str, Any] = {}
        for _ in range(MOST_PAGES):
            page = await self.peer.request("tools/list", cursor)
            found += tables(page, "tools")
            if not isinstance(page, dict) or page.get("nextCursor") is None:
                break
            cursor = {"cursor": page["nextCursor"]}
        return found

    def call(self, tool: str, arguments: dict[str, Any]) -> ToolCall:
        """Calls a tool, and does not wait for what comes of it."""
        return ToolCall.begin(self.peer, tool, arguments)

    async def question(self, call: ToolCall) -> Entry:
        """Returns the next elicitation, unless a call is answered first.

        The protocol does not say which call an elicitation belongs to: of two calls, the second
        is to be begun when the first has asked.

        Raises:
            TurnOver: The call was answered, and nothing was asked.
            TimedOut: Neither came within the bound.
        """

        def look(entry: Entry) -> Entry | None:
            asked = entry.is_request(ELICIT) and entry.seq not in self._taken
            return entry if asked or call.answer_in(entry) else None

        found = await self.peer.wait_for("what the tool asks", look, since=call.since)
        if not found.is_request(ELICIT):
            raise TurnOver(
                "the call was answered without anybody having been asked",
                expected=ELICIT,
                arrived=f"{found.raw!r:.200}",
                cause="does this tool ask, with these arguments, a client that declares forms?",
                remedy="name a tool that asks, and what it needs, in the profile's table `asking`",
                evidence=self.peer.evidence(),
            )
        self._taken.add(found.seq)
        return found
