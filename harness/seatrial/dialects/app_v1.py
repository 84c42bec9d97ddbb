"""The app-server's v1 dialect: conversations, listeners and the events of the core.

Source of the message shapes: conversations recorded with Codex 0.34.0 (on the same connection as
mcp), 0.65.0 and 0.98.0. Releases from 0.130.0 on do not have it any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seatrial.dialects import codex_events, handshakes
from seatrial.dialects.port import (
    Approval,
    EventKind,
    Item,
    Policy,
    Sandbox,
    ServerInfo,
    Turn,
    TurnEnd,
)
from seatrial.dialects.shape import PLAIN, member, text_at
from seatrial.dialects.turn import JournalTurn
from seatrial.journal import Cursor, Entry
from seatrial.jsonrpc import Notification, Request
from seatrial.peer import Peer

__all__ = ["AppV1", "TalkTurn"]

SPELLING = {
    "conversation": "conversationId",
    "item": "callId",
    "command": "command",
    "cwd": "cwd",
    "reason": "reason",
    "actions": "parsedCmd",
}
"""ExecCommandApprovalParams, as 0.65.0 and 0.98.0 have it."""

SNAKE = {"conversationId": "conversation_id", "callId": "call_id", "parsedCmd": "parsed_cmd"}
"""The spellings of the releases whose parameters are in snake case (0.34.0)."""


class AppV1:
    """An agent server that speaks `app_v1`."""

    dialect = "app_v1"
    approval_fields: tuple[str, ...] = tuple(SPELLING)
    steps: tuple[EventKind, ...] = (
        EventKind.APPROVAL_ASKED,
        EventKind.APPROVAL_ANSWERED,
        EventKind.COMMAND_STARTED,
        EventKind.COMMAND_COMPLETED,
        EventKind.TURN_COMPLETED,
    )
    declined_steps: tuple[EventKind, ...] = (
        EventKind.APPROVAL_ASKED,
        EventKind.APPROVAL_ANSWERED,
        EventKind.TURN_COMPLETED,
    )

    def __init__(
        self, peer: Peer, words: Mapping[str, str] = PLAIN, *, opening: str = "app-server"
    ) -> None:
        self.peer = peer
        self._words = words
        self._opening = opening
        self.talks: set[str] = set()

    async def handshake(self, *, timeout: float | None = None) -> ServerInfo:
        """Shakes hands as an app-server does, or as mcp does where both share a connection.

        Raises:
            SpeaksOtherwise: The answer is not one of this dialect.
        """
        if self._opening == "mcp":
            return await handshakes.mcp(self.peer, self.dialect, timeout)
        return await handshakes.app_server(self.peer, self.dialect, None, timeout)

    async def start(self, *, cwd: Path, policy: Policy, sandbox: Sandbox) -> Talk:
        """Sends `newConversation`, and listens to it.

        Raises:
            Refused: The server does not take these parameters.
            Misshapen: Its answer names no conversation.
        """
        params = {
            "cwd": str(cwd),
            "approvalPolicy": self._words.get(policy, policy),
            "sandbox": self._words.get(sandbox, sandbox),
        }
        result = await self.peer.request("newConversation", params)
        name = text_at(self.peer, "the conversation", result, "conversationId")
        await self.peer.request("addConversationListener", {"conversationId": name})
        self.talks.add(name)
        return Talk(self, name)

    async def fence(self) -> None:
        """Sends `getAuthStatus` and waits for its answer, whichever it is."""
        await self.peer.call("getAuthStatus", {})


class Talk:
    """A conversation in v1's words."""

    def __init__(self, agent: AppV1, name: str) -> None:
        self.id = name
        self._agent = agent

    async def send(self, text: str) -> Turn:
        """Sends `sendUserMessage` with one item of text.

        Raises:
            Refused: The server does not take it.
        """
        peer = self._agent.peer
        since = peer.journal.end()
        items = [{"type": "text", "data": {"text": text}}]
        params = {"conversationId": self.id, "items": items}
        await peer.request("sendUserMessage", params)
        others = frozenset(self._agent.talks - {self.id})
        return TalkTurn(peer, since, conversation=self.id, others=others)


class TalkTurn(JournalTurn):
    """A turn of a conversation."""

    ask = "execCommandApproval"
    decisions = codex_events.DECISIONS

    def __init__(
        self, peer: Peer, since: Cursor, *, conversation: str, others: frozenset[str]
    ) -> None:
        self._conversation = conversation
        self._others = others
        super().__init__(peer, since)

    @property
    def id(self) -> str:
        """The turn's id, once an event has named it; empty before."""
        for entry in self._peer.journal.from_server(self._since):
            if self._event(entry.message).get("type") == "task_started":
                return str(member(entry.raw, "params").get("id"))
        return ""

    def _ours(self, params: Any) -> bool:
        """Whether a message is about this conversation, or at least about no other one.

        A message that names a conversation nobody started is taken for ours, so that a server
        which gets the name wrong is found out at once and not waited for.
        """
        if not isinstance(params, dict):
            return False
        named = params.get("conversationId", params.get("conversation_id", self._conversation))
        return not isinstance(named, str) or named not in self._others

    def _event(self, message: Any) -> dict[str, Any]:
        """Returns the core's event in a notification about this conversation; else nothing."""
        if not isinstance(message, Notification) or not message.method.startswith("codex/event/"):
            return {}
        return member(message.params, "msg") if self._ours(message.params) else {}

    def _approval(self, entry: Entry) -> Approval | None:
        if not entry.is_request(self.ask):
            return None
        assert isinstance(entry.message, Request)
        params = entry.message.params
        if not self._ours(params):
            return None
        snake = "conversation_id" in params
        spelling = {n: SNAKE.get(s, s) if snake else s for n, s in SPELLING.items()}
        return codex_events.approval(entry, params, spelling)

    def _end(self, entry: Entry) -> TurnEnd | None:
        event = self._event(entry.message)
        return codex_events.end(event, entry, self._error()) if event else None

    def _error(self) -> str | None:
        for entry in self._peer.journal.from_server(self._since):
            event = self._event(entry.message)
            if event.get("type") == "error":
                return str(event.get("message"))
        return None

    def _completed(self, message: Notification) -> Item | None:
        return codex_events.completed(self._event(message))

    def _steps(self, message: Notification) -> list[tuple[EventKind, Any]]:
        return codex_events.steps(self._event(message))
