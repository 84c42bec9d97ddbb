"""A turn in the words of Codex's core, which app_v1 and mcp pass on: a `msg` with a `type`."""

from __future__ import annotations

from seatrial_reference.approvals import Decision
from seatrial_reference.events import TurnEvents
from seatrial_reference.fronts import core_patches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from seatrial_reference.commands import Command
    from seatrial_reference.errors import TurnFailed
    from seatrial_reference.patch.patching import Patch
    from seatrial_reference.runner import Outcome
    from seatrial_reference.threads import Thread

FACTS = {
    "turn": "turn_id",
    "item": "call_id",
    "reason": "reason",
    "command": "command",
    "cwd": "cwd",
    "actions": "parsed_cmd",
}
"""The members of `exec_approval_request`, as recorded with Codex 0.98.0."""

_KINDS = {"listFiles": "list_files"}
_NO_STATUS = -1  # what Codex gives for a command that has no exit status


class CoreEvents(TurnEvents):
    """Events about one turn, as recorded with Codex 0.65.0 and 0.98.0.

    A command begins when it runs, and a declined one neither begins nor ends. A front end says
    how an event is sent.
    """

    decisions: Mapping[str, Decision] = {
        "approved": Decision.ACCEPT,
        "approved_for_session": Decision.ACCEPT_FOR_SESSION,
        "denied": Decision.DECLINE,
        "abort": Decision.CANCEL,
    }

    def __init__(self, thread: Thread, turn_id: str) -> None:
        super().__init__(thread, turn_id)
        self.last_message: str | None = None

    def emit(self, type_: str, **fields: Any) -> None:
        """Send one event about this turn."""
        raise NotImplementedError

    def begun(self, started_at: int) -> None:
        """Send `task_started`."""
        del started_at
        self.emit("task_started", model_context_window=None)

    def user_said(self, texts: list[str]) -> None:
        """Send `user_message`."""
        self.emit("user_message", message="\n".join(texts), images=[])

    def message_completed(self, item_id: str, text: str) -> None:
        """Send `agent_message`."""
        del item_id
        self.last_message = text
        self.emit("agent_message", message=text)

    def command_begun(self, command: Command) -> None:
        """Send `exec_command_begin`."""
        self.emit("exec_command_begin", **self._about(command))

    def command_over(self, command: Command, status: str, outcome: Outcome | None) -> None:
        """Send `exec_command_end`, unless the command was declined and never ran."""
        if status == "declined" and outcome is None:
            return
        output = outcome.output if outcome else ""
        seconds, milliseconds = divmod(outcome.duration_ms if outcome else 0, 1000)
        self.emit(
            "exec_command_end",
            **self._about(command),
            stdout=output,
            stderr="",
            aggregated_output=output,
            exit_code=outcome.exit_code if outcome else _NO_STATUS,
            duration={"secs": seconds, "nanos": milliseconds * 1_000_000},
            formatted_output=output,
            status=status,
        )

    def asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """Send `exec_approval_request`; a front end adds its request."""
        del request_id
        self.emit("exec_approval_request", **spell(facts, FACTS))

    def patch_begun(self, patch: Patch, *, auto_approved: bool) -> None:
        """Send `patch_apply_begin`."""
        self.emit("patch_apply_begin", **self._about_patch(patch), auto_approved=auto_approved)

    def patch_over(self, patch: Patch, status: str, said: str) -> None:
        """Send `patch_apply_end`, unless the patch was declined and never made."""
        if status == "declined":
            return
        success = status == "completed"
        streams = {"stdout": said if success else "", "stderr": "" if success else said}
        self.emit("patch_apply_end", **self._about_patch(patch), **streams, success=success)

    def patch_asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """Send `apply_patch_approval_request`; a front end adds its request."""
        del request_id
        self.emit(
            "apply_patch_approval_request",
            call_id=facts["item"],
            turn_id=facts["turn"],
            changes=core_patches.spelled(facts["changes"]),
            reason=facts["reason"],
        )

    def failed(self, failure: TurnFailed) -> None:
        """Send `error`."""
        self.emit("error", message=failure.message)

    def over(self, status: str, failure: TurnFailed | None, **times: int) -> None:
        """Send `turn_aborted` or `task_complete`; a failed turn is complete, after its `error`."""
        del failure, times
        if status == "interrupted":
            self.emit("turn_aborted", reason="interrupted")
        else:
            self.emit("task_complete", last_agent_message=self.last_message)

    def _about_patch(self, patch: Patch) -> dict[str, Any]:
        changes = core_patches.spelled(patch.changes)
        return {"call_id": patch.call_id, "turn_id": self.turn_id, "changes": changes}

    def _about(self, command: Command) -> dict[str, Any]:
        return {
            "call_id": command.call_id,
            "turn_id": self.turn_id,
            "command": list(command.argv),
            "cwd": command.cwd,
            "parsed_cmd": parsed(command.actions),
            "source": "agent",
        }


def spell(facts: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """Give those facts of an approval that have a name, in the core's words."""
    spelled = {**facts, "command": list(facts.get("command", ()))}
    if "actions" in facts:
        spelled["actions"] = parsed(facts["actions"])
    return {name: spelled[fact] for fact, name in names.items() if fact in facts}


def parsed(actions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give the guesses about a command in the core's words."""
    return [
        {
            "type": _KINDS.get(action["type"], action["type"]),
            "cmd": action["command"],
            **{key: value for key, value in action.items() if key not in {"type", "command"}},
        }
        for action in actions
    ]
