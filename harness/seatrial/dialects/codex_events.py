"""The events of Codex's core (`msg` with a `type`), which app_v1 and mcp pass on as they are.

Source of the shapes: conversations recorded with Codex 0.20.0 (mcp), 0.34.0, 0.65.0 and 0.98.0
(app_v1 and mcp).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from seatrial.dialects.changes import FileItem, core_changes
from seatrial.dialects.port import Decision, EventKind, Item
from seatrial.dialects.shape import PLAIN, member
from seatrial.dialects.turn import JournalTurn
from seatrial.journal import Entry
from seatrial.jsonrpc import Notification
from seatrial.peer import Peer

__all__ = ["DECISIONS", "ENDS", "STEPS", "EventAgent", "EventTurn"]

DECISIONS = {
    Decision.ACCEPT: "approved",
    Decision.ACCEPT_FOR_SESSION: "approved_for_session",
    Decision.DECLINE: "denied",
    Decision.CANCEL: "abort",
}
"""ReviewDecision, as the core of Codex spells it."""

STEPS = {
    "task_started": EventKind.TURN_STARTED,
    "exec_command_begin": EventKind.COMMAND_STARTED,
    "exec_command_end": EventKind.COMMAND_COMPLETED,
    "patch_apply_begin": EventKind.FILES_STARTED,
    "patch_apply_end": EventKind.FILES_COMPLETED,
    "task_complete": EventKind.TURN_COMPLETED,
    "turn_aborted": EventKind.TURN_COMPLETED,
}
"""The events that report a step."""

ENDS = {"task_complete": "completed", "turn_aborted": "interrupted"}
"""The events that end a turn, and how it ended then."""


class EventAgent:
    """What the dialects that pass the core's events on have in common as agents.

    Attributes:
        peer: Our end of the connection.
    """

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


class EventTurn(JournalTurn):
    """A turn that is told in the core's events; a dialect says which are of this turn."""

    decisions = DECISIONS

    @abstractmethod
    def _event(self, message: Any) -> dict[str, Any]:
        """Returns the core's event in a notification about this turn; else nothing."""

    def _first(self, kind: str) -> tuple[Entry, dict[str, Any]] | None:
        """Returns the turn's first event of a type and its place; None before there is one."""
        for entry in self._peer.journal.from_server(self._since):
            event = self._event(entry.message)
            if event.get("type") == kind:
                return entry, event
        return None

    @property
    def id(self) -> str:
        """The turn's id, once an event has named it; empty before."""
        started = self._first("task_started")
        return str(member(started[0].raw, "params").get("id")) if started else ""

    def _completed(self, message: Notification) -> Item | None:
        event = self._event(message)
        if event.get("type") != "exec_command_end":
            return None
        code = event.get("exit_code")
        return Item(
            id=str(event.get("call_id")),
            status=str(event.get("status") or ("completed" if code == 0 else "failed")),
            output=event.get("aggregated_output", event.get("stdout")),
            exit_code=code,
        )

    def _changed(self, message: Notification) -> FileItem | None:
        """A patch that was applied, or was to be; it says nothing of its changes before 0.47.0."""
        event = self._event(message)
        if event.get("type") != "patch_apply_end":
            return None
        return FileItem(
            id=str(event.get("call_id")),
            status="completed" if event.get("success") else "failed",
            changes=core_changes(event.get("changes")),
        )

    def _steps(self, message: Notification) -> list[tuple[EventKind, Any]]:
        event = self._event(message)
        kind = STEPS.get(str(event.get("type")))
        return [] if kind is None else [(kind, event.get("call_id"))]
