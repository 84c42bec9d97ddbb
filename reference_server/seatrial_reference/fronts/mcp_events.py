"""A turn in mcp's words: `codex/event` about a call, elicitations, and the call's result."""

from __future__ import annotations

from seatrial_reference.approvals import Decision
from seatrial_reference.commands import shell_words
from seatrial_reference.fronts import core_patches
from seatrial_reference.fronts.core_events import CoreEvents, spell
from seatrial_reference.fronts.mcp_tools import tool_result
from seatrial_reference.settings import CORE_SANDBOX

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from seatrial_reference.errors import TurnFailed
    from seatrial_reference.threads import Thread
    from seatrial_reference.wire import Wire

ASK = "elicitation/create"
EVENT = "codex/event"
FACTS = {
    "thread": "threadId",
    "turn": "codex_event_id",
    "item": "codex_call_id",
    "command": "codex_command",
    "cwd": "codex_cwd",
    "actions": "codex_parsed_cmd",
}
"""The members that Codex 0.98.0 adds to an elicitation."""


class CallEvents(CoreEvents):
    """Notifications about one call of a tool, as recorded with Codex 0.98.0.

    Args:
        wire: Where they go.
        call_id: The id of the client's request.
        on_over: Called with the id when the turn is over, before the call is answered.
        thread: The session.
        turn_id: The turn.
        can_ask: Whether the client can be asked by elicitation.

    Attributes:
        wanted: Whether the client still wants the call answered.
    """

    decisions: Mapping[str, Decision] = {
        **CoreEvents.decisions,
        "accept": Decision.ACCEPT,
        "decline": Decision.DECLINE,
        "cancel": Decision.CANCEL,
    }
    answer_members: tuple[str, ...] = ("decision", "action")

    def __init__(
        self,
        wire: Wire,
        call_id: Any,
        on_over: Callable[[Any], None],
        thread: Thread,
        turn_id: str,
        *,
        can_ask: bool,
    ) -> None:
        super().__init__(thread, turn_id)
        self.can_ask = can_ask
        self.wanted = True
        self._wire = wire
        self._on_over = on_over
        self._call_id = call_id

    def emit(self, type_: str, **fields: Any) -> None:
        """Send one event about this call."""
        _notify(self._wire, self._call_id, self.thread, self.turn_id, {"type": type_, **fields})

    def asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """Send the event, then the elicitation: a form without fields, and the core's members."""
        super().asked(request_id, facts)
        command, cwd = shell_words(facts.get("command", ())), facts.get("cwd", "")
        message = f"Allow the agent to run `{command}` in `{cwd}`?"
        self._elicit(request_id, message, "exec-approval", spell(facts, FACTS))

    def patch_asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """Send the event, then the elicitation."""
        super().patch_asked(request_id, facts)
        more = {
            "threadId": facts["thread"],
            "codex_event_id": facts["turn"],
            "codex_call_id": facts["item"],
            "codex_changes": core_patches.spelled(facts["changes"]),
        }
        message = "Allow the agent to apply the proposed changes of files?"
        self._elicit(request_id, message, "patch-approval", more)

    def _elicit(self, request_id: int, message: str, kind: str, more: Mapping[str, Any]) -> None:
        params = {
            "message": message,
            "requestedSchema": {"type": "object", "properties": {}},
            "codex_elicitation": kind,
            "codex_mcp_tool_call_id": str(self._call_id),
            **more,
        }
        self._wire.request(request_id, ASK, params)

    def over(self, status: str, failure: TurnFailed | None, **times: int) -> None:
        """Send the last event, and answer the call, unless the client has cancelled it."""
        super().over(status, failure, **times)
        self._on_over(self._call_id)
        if not self.wanted:
            return
        text = self.last_message or ""
        if failure is not None:
            text = failure.message
        elif status == "interrupted":
            text = "the turn was interrupted"
        failed = status != "completed"
        self._wire.respond(self._call_id, tool_result(text, session=self.thread.id, failed=failed))


def configured(wire: Wire, call_id: Any, thread: Thread) -> None:
    """Tell the client the session that its call began, and what it runs under."""
    settings = thread.settings
    message = {
        "type": "session_configured",
        "session_id": thread.id,
        "model": settings.model,
        "model_provider_id": thread.provider_name,
        "approval_policy": str(settings.approval),
        "sandbox_policy": CORE_SANDBOX.write(settings.sandbox),
        "cwd": settings.cwd,
        "history_log_id": 0,
        "history_entry_count": 0,
        "rollout_path": thread.path,
    }
    _notify(wire, call_id, thread, "", message)


def _notify(
    wire: Wire, call_id: Any, thread: Thread, event_id: str, message: dict[str, Any]
) -> None:
    meta = {"requestId": call_id, "threadId": thread.id}
    wire.notify(EVENT, {"_meta": meta, "id": event_id, "msg": message})
