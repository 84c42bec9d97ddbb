"""The mcp dialect: an agent as tools (`codex`, `codex-reply`) that elicits its approvals.

Source of the message shapes: conversations recorded with Codex 0.20.0, 0.65.0 and 0.98.0; the
Model Context Protocol for what is not Codex's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from seatrial.dialects import handshakes
from seatrial.dialects.account import Account
from seatrial.dialects.changes import core_changes
from seatrial.dialects.codex_events import ENDS, EventAgent, EventTurn
from seatrial.dialects.history import History, NotSpoken
from seatrial.dialects.port import (
    Approval,
    EventKind,
    Policy,
    Sandbox,
    ServerInfo,
    Turn,
    TurnEnd,
)
from seatrial.dialects.settings import CORE, reported
from seatrial.dialects.shape import PLAIN, member, named
from seatrial.dialects.tool_call import ToolCall
from seatrial.journal import Entry
from seatrial.jsonrpc import ErrorResponse, Notification, Request, Response, id_key
from seatrial.peer import Peer

__all__ = ["Mcp", "ToolTurn"]

SPELLING = {
    "conversation": "threadId",
    "turn": "codex_event_id",
    "item": "codex_call_id",
    "command": "codex_command",
    "cwd": "codex_cwd",
    "actions": "codex_parsed_cmd",
}
"""The members that Codex adds to an elicitation for a command."""

PATCH_SPELLING = {
    "conversation": "threadId",
    "turn": "codex_event_id",
    "item": "codex_call_id",
    "changes": "codex_changes",
    "reason": "codex_reason",
}
"""The members that Codex adds to an elicitation for a change of files."""

ASKS = {"exec-approval": SPELLING, "patch-approval": PATCH_SPELLING}
"""The kinds of elicitation that ask for approval, and how each spells the port's names."""


SESSION_NAMES = ("threadId", "conversationId", "sessionId")
"""What releases call the session in a `codex-reply`: newer, older, and 0.20.0."""


class Mcp(EventAgent):
    """An agent server that speaks `mcp`."""

    dialect = "mcp"
    approval_fields: tuple[str, ...] = ("turn", "item", "command", "cwd", "actions")
    capabilities: Mapping[str, Any] = handshakes.CAPABILITIES

    async def handshake(self, *, timeout: float | None = None) -> ServerInfo:
        """Shakes hands as the Model Context Protocol has it.

        Raises:
            SpeaksOtherwise: The answer is not one of this dialect.
        """
        return await handshakes.mcp(
            self.peer, self.dialect, timeout, capabilities=self.capabilities
        )

    async def start(self, *, cwd: Path, policy: Policy, sandbox: Sandbox) -> Session:
        """Prepares a session; the server hears of it with the first message."""
        arguments = {
            "cwd": str(cwd),
            "approval-policy": self._words.get(policy, policy),
            "sandbox": self._words.get(sandbox, sandbox),
        }
        return Session(self.peer, arguments, self._words)

    @property
    def history(self) -> History:
        """Raises NotSpoken: a session ends with its server."""
        raise NotSpoken.of(self.dialect, "saved conversations")

    @property
    def account(self) -> Account:
        """Raises NotSpoken: a client of tools signs nobody in."""
        raise NotSpoken.of(self.dialect, "signing in")

    async def fence(self) -> None:
        """Sends `ping` and waits for its answer, whichever it is."""
        await self.peer.call("ping")


class Session:
    """A conversation in mcp's words: one call of `codex`, then calls of `codex-reply`."""

    def __init__(
        self, peer: Peer, arguments: dict[str, Any], words: Mapping[str, str] = PLAIN
    ) -> None:
        self._peer = peer
        self._arguments = arguments
        self._words = words
        self._first: ToolTurn | None = None

    @property
    def id(self) -> str:
        """The session's id, once the server has named it; empty before."""
        return self._first.session if self._first else ""

    @property
    def settings(self) -> Mapping[str, Any]:
        """The settings that the server reported, once it has; empty before."""
        return reported(self._first.configured, CORE, self._words) if self._first else {}

    async def send(self, text: str) -> Turn:
        """Calls the tool that begins or continues the session."""
        if self._first is None:
            tool, arguments = "codex", self._arguments
        else:
            tool, arguments = "codex-reply", dict.fromkeys(SESSION_NAMES, self.id)
        turn = ToolTurn(self._peer, ToolCall.begin(self._peer, tool, {**arguments, "prompt": text}))
        self._first = self._first or turn
        return turn


class ToolTurn(EventTurn):
    """One call of a tool: its events carry the id of our request."""

    ask = "elicitation/create"

    def __init__(self, peer: Peer, call: ToolCall) -> None:
        self._call = call
        super().__init__(peer, call.since)

    @property
    def session(self) -> str:
        """The id of the session that the call began; empty before the server has named it."""
        event = self.configured
        return str(event.get("session_id", event.get("thread_id", "")))

    @property
    def configured(self) -> dict[str, Any]:
        """The event that tells of the session; empty before it has come."""
        found = self._first("session_configured")
        return found[1] if found else {}

    @property
    def call(self) -> Any:
        """The id of our request."""
        return self._call.id

    async def answered(self, *, timeout: float | None = None) -> Response | ErrorResponse:
        """Returns the answer to the call, which alone ends it for a client of the protocol.

        Raises:
            TimedOut: None came within the bound, though the turn may be over.
            PeerGone: The server closed or died first.
        """
        return await self._call.answered(timeout=timeout)

    def answers(self) -> int:
        """Returns how many answers the call has had so far."""
        return len(self._call.answers())

    async def interrupt(self) -> None:
        """Sends `notifications/cancelled` for the call."""
        self._call.cancel()

    def _event(self, message: Any) -> dict[str, Any]:
        """Returns the core's event in a notification about this call; else nothing."""
        if not isinstance(message, Notification) or message.method != "codex/event":
            return {}
        meta = member(message.params, "_meta")
        ours = id_key(meta.get("requestId")) == id_key(self._call.id)
        return member(message.params, "msg") if ours else {}

    def _approval(self, entry: Entry) -> Approval | None:
        if not entry.is_request(self.ask):
            return None
        assert isinstance(entry.message, Request)
        params = entry.message.params
        spelling = ASKS.get(str(member(entry.raw, "params").get("codex_elicitation")))
        if spelling is None:
            return None
        if str(params.get("codex_mcp_tool_call_id", self.call)) != str(self.call):
            return None
        fields = named(params, spelling)
        changes = core_changes(fields.get("changes"))
        return Approval(entry=entry, fields=fields, spelling=spelling, changes=changes)

    def _end(self, entry: Entry) -> TurnEnd | None:
        """The tool's result ends the turn; an interrupted one may never have a result."""
        answer = self._call.answer_in(entry)
        if answer is not None:
            return _result(answer, entry)
        if self._event(entry.message).get("type") == "turn_aborted":
            return TurnEnd(status=ENDS["turn_aborted"], entry=entry)
        return None

    def _steps(self, message: Notification) -> list[tuple[EventKind, Any]]:
        ended = self._event(message).get("type") == "task_complete"
        return [] if ended else super()._steps(message)


def _result(message: Response | ErrorResponse, entry: Entry) -> TurnEnd:
    if isinstance(message, ErrorResponse):
        return TurnEnd(status="failed", error=message.message, entry=entry)
    result = message.result if isinstance(message.result, dict) else {}
    if result.get("isError"):
        parts = result.get("content")
        texts = [str(p.get("text")) for p in parts if isinstance(p, dict)] if parts else []
        return TurnEnd(status="failed", error=" ".join(texts), entry=entry)
    return TurnEnd(status="completed", entry=entry)
