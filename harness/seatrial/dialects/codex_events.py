"""The events of Codex's core (`msg` with a `type`), which app_v1 and mcp pass on as they are.

Source of the shapes: conversations recorded with Codex 0.20.0 (mcp), 0.34.0, 0.65.0 and 0.98.0
(app_v1 and mcp).
"""

from __future__ import annotations

from typing import Any

from seatrial.dialects.port import Approval, Decision, EventKind, Item, TurnEnd
from seatrial.journal import Entry

__all__ = ["DECISIONS", "ENDS", "STEPS", "approval", "completed", "end", "steps"]

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
    "task_complete": EventKind.TURN_COMPLETED,
    "turn_aborted": EventKind.TURN_COMPLETED,
}
"""The events that report a step."""

ENDS = {"task_complete": "completed", "turn_aborted": "interrupted"}
"""The events that end a turn, and how it ended then."""


def steps(event: dict[str, Any]) -> list[tuple[EventKind, Any]]:
    """Returns the step that an event reports, and the call that it is about."""
    kind = STEPS.get(str(event.get("type")))
    return [] if kind is None else [(kind, event.get("call_id"))]


def completed(event: dict[str, Any]) -> Item | None:
    """Returns the command that an event reports as complete."""
    if event.get("type") != "exec_command_end":
        return None
    code = event.get("exit_code")
    said = event.get("aggregated_output", event.get("stdout"))
    return Item(
        id=str(event.get("call_id")),
        status=str(event.get("status") or ("completed" if code == 0 else "failed")),
        output=said,
        exit_code=code,
    )


def end(event: dict[str, Any], entry: Entry, error: str | None) -> TurnEnd | None:
    """Returns how a turn ended, if an event says so.

    Args:
        event: The event.
        entry: Its place in the journal.
        error: The message of an `error` event that came before it in the turn.
    """
    status = ENDS.get(str(event.get("type")))
    if status is None:
        return None
    return TurnEnd(status="failed" if error else status, error=error, entry=entry)


def approval(entry: Entry, params: dict[str, Any], spelling: dict[str, str]) -> Approval:
    """Returns the approval that a request asks for.

    Args:
        entry: The request.
        params: Its parameters.
        spelling: The dialect's name of each of the port's names.
    """
    fields = {
        name: params[spelled]
        for name, spelled in spelling.items()
        if params.get(spelled) is not None
    }
    return Approval(entry=entry, fields=fields, spelling=spelling)
