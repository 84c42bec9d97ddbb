"""The mcp dialect: an agent as tools (`codex`, `codex-reply`) that elicits its approvals.

Source of the message shapes: conversations recorded with Codex 0.20.0, 0.65.0 and 0.98.0; the
Model Context Protocol for what is not Codex's own.
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
from seatrial.dialects.shape import PLAIN, member
from seatrial.dialects.turn import JournalTurn
from seatrial.journal import Cursor, Entry
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


SESSION_NAMES = ("threadId", "conversationId", "sessionId")
"""What releases call the session in a `codex-reply`: newer, older, and 0.20.0."""


class Mcp:
    """An agent server that speaks `mcp`."""

    dialect = "mcp"
    approval_fields: tuple[str, ...] = ("turn", "item", "command", "cwd", "actions")
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

    def __init__(self, peer: Peer, words: Mapping[str, str] = PLAIN) -> None:
        self.peer = peer
        self._words = words

    async def handshake(self, *, timeout: float | None = None) -> ServerInfo:
        """Shakes hands as the Model Context Protocol has it.

        Raises:
            SpeaksOtherwise: The answer is not one of this dialect.
        """
        return await handshakes.mcp(self.peer, self.dialect, timeout)

    async def start(self, *, cwd: Path, policy: Policy, sandbox: Sandbox) -> Session:
        """Prepares a session; the server hears of it with the first message."""
        arguments = {
            "cwd": str(cwd),
            "approval-policy": self._words.get(policy, policy),
            "sandbox": self._words.get(sandbox, sandbox),
        }
        return Session(self.peer, arguments)

    async def fence(self) -> None:
        """Sends `ping` and waits for its answer, whichever it is."""
        await self.peer.call("ping")


class Session:
    """A conversation in mcp's words: one call of `codex`, then calls of `codex-reply`."""

    def __init__(self, peer: Peer, arguments: dict[str, Any]) -> None:
        self._peer = peer
        self._arguments = arguments
        self._first: ToolTurn | None = None

    @property
    def id(self) -> str:
        """The session's id, once the server has named it; empty before."""
        return self._first.session if self._first else ""

    async def send(self, text: str) -> Turn:
        """Calls the tool that begins or continues the session."""
        since = self._peer.journal.end()
        if self._first is None:
            call = {"name": "codex", "arguments": {**self._arguments, "prompt": text}}
        else:
            named = dict.fromkeys(SESSION_NAMES, self.id)
            call = {"name": "codex-reply", "arguments": {**named, "prompt": text}}
        self._peer.begin("tools/call", call)
        sent = next(one for one in self._peer.journal.since(since) if one.is_request("tools/call"))
        turn = ToolTurn(self._peer, since, call_id=sent.raw["id"])
        self._first = self._first or turn
        return turn


class ToolTurn(JournalTurn):
    """One call of a tool: its events carry the id of our request."""

    ask = "elicitation/create"
    decisions = codex_events.DECISIONS

    def __init__(self, peer: Peer, since: Cursor, *, call_id: Any) -> None:
        self._call = call_id
        super().__init__(peer, since)

    @property
    def id(self) -> str:
        """The turn's id, once an event has named it; empty before."""
        for entry in self._peer.journal.from_server(self._since):
            if self._event(entry.message).get("type") == "task_started":
                return str(member(entry.raw, "params").get("id"))
        return ""

    @property
    def session(self) -> str:
        """The id of the session that the call began; empty before the server has named it."""
        for entry in self._peer.journal.from_server(self._since):
            event = self._event(entry.message)
            if event.get("type") == "session_configured":
                return str(event.get("session_id", event.get("thread_id", "")))
        return ""

    def _event(self, message: Any) -> dict[str, Any]:
        """Returns the core's event in a notification about this call; else nothing."""
        if not isinstance(message, Notification) or message.method != "codex/event":
            return {}
        meta = member(message.params, "_meta")
        ours = id_key(meta.get("requestId")) == id_key(self._call)
        return member(message.params, "msg") if ours else {}

    def _approval(self, entry: Entry) -> Approval | None:
        if not entry.is_request(self.ask):
            return None
        assert isinstance(entry.message, Request)
        params = entry.message.params
        if not isinstance(params, dict) or params.get("codex_elicitation") != "exec-approval":
            return None
        if str(params.get("codex_mcp_tool_call_id", self._call)) != str(self._call):
            return None
        return codex_events.approval(entry, params, SPELLING)

    def _end(self, entry: Entry) -> TurnEnd | None:
        """The tool's result ends the turn; an interrupted one may never have a result."""
        message = entry.message
        if isinstance(message, Response | ErrorResponse) and id_key(message.id) == id_key(
            self._call
        ):
            return _result(message, entry)
        event = self._event(message)
        if event.get("type") == "turn_aborted":
            return codex_events.end(event, entry, None)
        return None

    def _completed(self, message: Notification) -> Item | None:
        return codex_events.completed(self._event(message))

    def _steps(self, message: Notification) -> list[tuple[EventKind, Any]]:
        event = self._event(message)
        return [] if event.get("type") == "task_complete" else codex_events.steps(event)


def _result(message: Response | ErrorResponse, entry: Entry) -> TurnEnd:
    if isinstance(message, ErrorResponse):
        return TurnEnd(status="failed", error=message.message, entry=entry)
    result = message.result if isinstance(message.result, dict) else {}
    if result.get("isError"):
        parts = result.get("content")
        texts = [str(p.get("text")) for p in parts if isinstance(p, dict)] if parts else []
        return TurnEnd(status="failed", error=" ".join(texts), entry=entry)
    return TurnEnd(status="completed", entry=entry)
