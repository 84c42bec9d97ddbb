"""A turn in app_v2's words: notifications about its items, its state and its tokens."""

from __future__ import annotations

from seatrial_reference.approvals import Decision
from seatrial_reference.commands import shell_words
from seatrial_reference.events import TurnEvents
from seatrial_reference.fronts import thread_patches
from seatrial_reference.ids import new_id, now_ms
from seatrial_reference.shapes import command_item, message_item, turn_object, user_item

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from seatrial_reference.commands import Command
    from seatrial_reference.errors import TurnFailed
    from seatrial_reference.patch.patching import Patch
    from seatrial_reference.runner import Outcome
    from seatrial_reference.threads import Thread
    from seatrial_reference.wire import Wire

ASK = "item/commandExecution/requestApproval"
FACTS = {
    "thread": "threadId",
    "turn": "turnId",
    "item": "itemId",
    "reason": "reason",
    "command": "command",
    "cwd": "cwd",
    "actions": "commandActions",
    "amendment": "proposedExecpolicyAmendment",
    "risk": "risk",
}
"""CommandExecutionRequestApprovalParams (Codex app-server schema 0.163.0)."""
ELICIT = "mcpServer/elicitation/request"
AMENDMENT = FACTS["amendment"]
AMEND, RULE = "acceptWithExecpolicyAmendment", "execpolicy_amendment"


class ThreadEvents(TurnEvents):
    """Notifications about one turn (Codex app-server schema 0.163.0).

    Args:
        wire: Where they go.
        thread: The thread of the turn.
        turn_id: The turn.
    """

    decisions: Mapping[str, Decision] = {
        "accept": Decision.ACCEPT,
        "acceptForSession": Decision.ACCEPT_FOR_SESSION,
        "decline": Decision.DECLINE,
        "cancel": Decision.CANCEL,
    }
    can_elicit: bool = True
    tools: tuple[str, ...] = (*TurnEvents.tools, "request_permissions", "request_user_input")

    def __init__(self, wire: Wire, thread: Thread, turn_id: str) -> None:
        super().__init__(thread, turn_id)
        self._wire = wire
        self._last_message: list[dict[str, Any]] = []

    def begun(self, started_at: int) -> None:
        """Send `turn/started`."""
        self._notify("turn/started", turn=turn_object(self.turn_id, started_at=started_at))

    def user_said(self, texts: list[str]) -> None:
        """Show a `userMessage`."""
        item = user_item(new_id(), texts)
        self._started(item)
        self._completed(item)

    def message_started(self, item_id: str) -> None:
        """Show an `agentMessage` that is empty yet."""
        self._started(message_item(item_id, ""))

    def message_delta(self, item_id: str, delta: str) -> None:
        """Send what was added to it."""
        method = "item/agentMessage/delta"
        self._notify(method, turnId=self.turn_id, itemId=item_id, delta=delta)

    def message_completed(self, item_id: str, text: str) -> None:
        """Show it whole."""
        self._last_message = [message_item(item_id, text)]
        self._completed(self._last_message[0])

    def command_shown(self, command: Command) -> None:
        """Show a `commandExecution` in progress."""
        self._started(command_item(command))

    def output_delta(self, command: Command, delta: str) -> None:
        """Send what it wrote."""
        method = "item/commandExecution/outputDelta"
        self._notify(method, turnId=self.turn_id, itemId=command.call_id, delta=delta)

    def command_over(self, command: Command, status: str, outcome: Outcome | None) -> None:
        """Show it with its status."""
        self._completed(command_item(command, status=status, outcome=outcome))

    def asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """Send the request for approval."""
        given = {FACTS[name]: value for name, value in facts.items()}
        if "command" in given:
            given["command"] = shell_words(given["command"])
        if risk := given.get("risk"):
            given["risk"] = {"description": risk["description"], "riskLevel": risk["risk_level"]}
        offered: list[Any] = list(self.decisions)
        if given.get(AMENDMENT):
            offered.append({AMEND: {RULE: given[AMENDMENT]}})
        params = {
            "kind": "command",
            **given,
            "startedAtMs": now_ms(),
            "availableDecisions": offered,
        }
        self._wire.request(request_id, ASK, params)

    def amendment(self, message: dict[str, Any]) -> list[str] | None:
        """Take the rule out of `acceptWithExecpolicyAmendment`."""
        found: Any = message
        for name in ("result", "decision", AMEND, RULE):
            found = found.get(name) if isinstance(found, dict) else None
        return found if isinstance(found, list) else None

    def patch_shown(self, patch: Patch) -> None:
        """Show a `fileChange` in progress."""
        self._started(thread_patches.patch_item(patch))

    def patch_over(self, patch: Patch, status: str, said: str) -> None:
        """Show it with its status."""
        del said
        self._completed(thread_patches.patch_item(patch, status))

    def patch_asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """Send the request for approval of a patch."""
        params = thread_patches.patch_params(facts)
        self._wire.request(request_id, thread_patches.ASK_PATCH, params)

    def permissions_asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """Send the request for permissions."""
        params = thread_patches.permission_params(facts)
        self._wire.request(request_id, thread_patches.ASK_PERMISSIONS, params)

    def user_asked(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """Send the questions."""
        params = thread_patches.question_params(facts)
        self._wire.request(request_id, thread_patches.ASK_USER, params)

    def elicited(self, request_id: int, facts: Mapping[str, Any]) -> None:
        """Send the request for what a tool server asks."""
        self._wire.request(request_id, ELICIT, dict(facts))

    def tool_shown(self, item: Mapping[str, Any], *, over: bool) -> None:
        """Show a `mcpToolCall`."""
        if over:
            self._completed(dict(item))
        else:
            self._started(dict(item))

    def settled(self, request_id: int) -> None:
        """Send `serverRequest/resolved`."""
        self._notify("serverRequest/resolved", requestId=request_id)

    def status(self, kind: str, *flags: str) -> None:
        """Send the thread's new state."""
        super().status(kind, *flags)
        self._notify("thread/status/changed", status=self.thread.status)

    def usage(self, total: dict[str, int], last: dict[str, int]) -> None:
        """Send the tokens."""
        usage = {"total": total, "last": last, "modelContextWindow": None}
        self._notify("thread/tokenUsage/updated", turnId=self.turn_id, tokenUsage=usage)

    def failed(self, failure: TurnFailed) -> None:
        """Send `error`."""
        self._notify("error", turnId=self.turn_id, error=failure.as_wire(), willRetry=False)

    def over(self, status: str, failure: TurnFailed | None, **times: int) -> None:
        """Send `turn/completed`."""
        turn = turn_object(
            self.turn_id,
            status=status,
            items=self._last_message,
            items_view="summary",
            error=failure.as_wire() if failure else None,
            **times,
        )
        self._notify("turn/completed", turn=turn)

    def _started(self, item: dict[str, Any]) -> None:
        self._notify("item/started", item=item, turnId=self.turn_id, startedAtMs=now_ms())

    def _completed(self, item: dict[str, Any]) -> None:
        self._notify("item/completed", item=item, turnId=self.turn_id, completedAtMs=now_ms())

    def _notify(self, method: str, **params: Any) -> None:
        self._wire.notify(method, {"threadId": self.thread.id, **params})
