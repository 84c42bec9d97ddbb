"""The app-server's v1 dialect: conversations, listeners and the events of the core.

Source of the message shapes: conversations recorded with Codex 0.34.0 (on the same connection as
mcp), 0.65.0 and 0.98.0. Releases from 0.130.0 on do not have it any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

from seatrial.dialects import handshakes
from seatrial.dialects.app_account import TalkAccount
from seatrial.dialects.app_v1_history import TalkHistory
from seatrial.dialects.changes import core_changes
from seatrial.dialects.codex_events import ENDS, EventAgent, EventTurn
from seatrial.dialects.port import Approval, Policy, Sandbox, ServerInfo, Turn, TurnEnd
from seatrial.dialects.settings import TALK, reported
from seatrial.dialects.shape import PLAIN, member, named, text_at
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

PATCH_SPELLING = {
    "conversation": "conversationId",
    "item": "callId",
    "changes": "fileChanges",
    "reason": "reason",
}
"""ApplyPatchApprovalParams, as 0.65.0 and 0.98.0 have it."""

ASKS = {"execCommandApproval": SPELLING, "applyPatchApproval": PATCH_SPELLING}
"""The requests for approval, and how each spells the port's names."""

SNAKE = {
    "conversationId": "conversation_id",
    "callId": "call_id",
    "parsedCmd": "parsed_cmd",
    "fileChanges": "file_changes",
}
"""The spellings of the releases whose parameters are in snake case (0.34.0)."""


class AppV1(EventAgent):
    """An agent server that speaks `app_v1`."""

    dialect = "app_v1"
    approval_fields: tuple[str, ...] = tuple(SPELLING)

    def __init__(
        self, peer: Peer, words: Mapping[str, str] = PLAIN, *, opening: str = "app-server"
    ) -> None:
        super().__init__(peer, words)
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
        return await self.opened(result, reported(result, TALK, self._words))

    async def opened(self, result: Any, settings: Mapping[str, Any]) -> Talk:
        """Listens to the conversation that an answer of the server's opens, and returns it.

        Raises:
            Misshapen: It names no conversation.
        """
        name = text_at(self.peer, "the conversation", result, "conversationId")
        await self.peer.request("addConversationListener", {"conversationId": name})
        self.talks.add(name)
        return Talk(self, name, settings)

    @property
    def history(self) -> TalkHistory:
        """The saved conversations."""
        return TalkHistory(self, self._words)

    @property
    def account(self) -> TalkAccount:
        """The sign-in."""
        return TalkAccount(self.peer)

    async def fence(self) -> None:
        """Sends `getAuthStatus` and waits for its answer, whichever it is."""
        await self.peer.call("getAuthStatus", {})


class Talk:
    """A conversation in v1's words."""

    def __init__(self, agent: AppV1, name: str, settings: Mapping[str, Any]) -> None:
        self.id = name
        self.settings = settings
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
        return TalkTurn(peer, since, conversation=self.id, others=self._agent.talks)


class TalkTurn(EventTurn):
    """A turn of a conversation."""

    ask = " or ".join(ASKS)

    def __init__(self, peer: Peer, since: Cursor, *, conversation: str, others: Set[str]) -> None:
        self._conversation = conversation
        self._others = others
        super().__init__(peer, since)

    async def interrupt(self) -> None:
        """Sends `interruptConversation`.

        Raises:
            Refused: The server does not take it.
        """
        params = {"conversationId": self._conversation}
        await self._peer.request("interruptConversation", params)

    def _ours(self, params: Any) -> bool:
        """Whether a message is about this conversation, or at least about no other one.

        A message that names a conversation nobody started is taken for ours, so that a server
        which gets the name wrong is found out at once and not waited for.
        """
        if not isinstance(params, dict):
            return False
        named = params.get("conversationId", params.get("conversation_id", self._conversation))
        return not isinstance(named, str) or named not in self._others - {self._conversation}

    def _event(self, message: Any) -> dict[str, Any]:
        """Returns the core's event in a notification about this conversation; else nothing."""
        if not isinstance(message, Notification) or not message.method.startswith("codex/event/"):
            return {}
        return member(message.params, "msg") if self._ours(message.params) else {}

    def _approval(self, entry: Entry) -> Approval | None:
        message = entry.message
        if not entry.is_request() or not isinstance(message, Request):
            return None
        params = message.params
        if message.method not in ASKS or not self._ours(params):
            return None
        snake = "conversation_id" in params
        plain = ASKS[message.method]
        spelling = {n: SNAKE.get(s, s) if snake else s for n, s in plain.items()}
        fields = named(params, spelling)
        changes = core_changes(fields.get("changes"))
        return Approval(entry=entry, fields=fields, spelling=spelling, changes=changes)

    def _end(self, entry: Entry) -> TurnEnd | None:
        """An event ends the turn; it failed if an error came before that."""
        status = ENDS.get(str(self._event(entry.message).get("type")))
        if status is None:
            return None
        failure = self._first("error")
        error = str(failure[1].get("message")) if failure else None
        return TurnEnd(status="failed" if error else status, error=error, entry=entry)
