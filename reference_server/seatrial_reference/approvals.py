"""Asking the client to approve a command, and what it answered."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum

from seatrial_reference.commands import actions
from seatrial_reference.ids import now_ms
from seatrial_reference.log import note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.activity import TurnControl
    from seatrial_reference.commands import Command
    from seatrial_reference.wire import Wire

METHOD = "item/commandExecution/requestApproval"


class Decision(StrEnum):
    """What the client may answer (Codex app-server schema 0.163.0)."""

    ACCEPT = "accept"
    ACCEPT_FOR_SESSION = "acceptForSession"
    DECLINE = "decline"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the client is asked: may this command of this turn run without the sandbox?"""

    thread_id: str
    turn_id: str
    command: Command
    reason: str | None


@dataclass(slots=True, kw_only=True)
class Pending:
    """A request that the client has not answered yet."""

    request_id: int
    question: Question
    control: TurnControl
    answered: threading.Event = field(default_factory=threading.Event)
    decision: Decision | None = None


class RequestIds:
    """Ids for the server's own requests, ascending from 0, unique on the connection."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next = 0

    def take(self) -> int:
        """Take the next id."""
        with self._lock:
            self._next += 1
            return self._next - 1


class Approvals:
    """The approval requests of one connection."""

    def __init__(self, wire: Wire, ids: RequestIds) -> None:
        self._wire = wire
        self._ids = ids
        self._lock = threading.Lock()
        self._pending: dict[int, Pending] = {}

    def payload(self, question: Question) -> dict[str, Any]:
        """Give the parameters of the request (Codex app-server schema 0.163.0)."""
        return {
            "kind": "command",
            "threadId": question.thread_id,
            "turnId": question.turn_id,
            "itemId": question.command.call_id,
            "startedAtMs": now_ms(),
            "reason": question.reason,
            "command": question.command.shown,
            "cwd": question.command.cwd,
            "commandActions": actions(question.command.text),
            "availableDecisions": [str(decision) for decision in Decision],
        }

    def request(self, question: Question, control: TurnControl) -> Pending:
        """Send the request; the answer is awaited separately."""
        pending = Pending(request_id=self._ids.take(), question=question, control=control)
        with self._lock:
            self._pending[pending.request_id] = pending
        self._wire.request(pending.request_id, METHOD, self.payload(question))
        return pending

    def await_answer(self, pending: Pending) -> Decision:
        """Wait for the client's answer, for as long as it takes.

        Raises:
            TurnInterrupted: The turn was interrupted first; an answer no longer counts.
        """
        try:
            with pending.control.waiting(pending.answered.set, unless=pending.answered.is_set):
                pending.answered.wait()
            pending.control.check()
        finally:
            with self._lock:
                if self._pending.get(pending.request_id) is pending:
                    del self._pending[pending.request_id]
        assert pending.decision is not None
        return pending.decision

    def resolve(self, pending: Pending) -> None:
        """Tell the client that the request is settled, however that came about."""
        self._wire.notify(
            "serverRequest/resolved",
            {"threadId": pending.question.thread_id, "requestId": pending.request_id},
        )

    def deliver(self, request_id: Any, message: dict[str, Any]) -> None:
        """Take the client's answer to one of the requests; called by the reading thread."""
        key = request_id if type(request_id) is int else -1
        with self._lock:
            pending = self._pending.pop(key, None)
        if pending is None:
            note(f"an answer to request {request_id!r}, which is not open, was ignored")
            return
        pending.decision = read_decision(message)
        pending.control.hand_over(pending.answered)


def read_decision(message: dict[str, Any]) -> Decision:
    """Read the answer; whatever is not clearly one of the decisions counts as a decline."""
    if "error" in message:
        note(f"an approval was answered with an error and counts as declined: {message['error']}")
        return Decision.DECLINE
    result = message.get("result")
    decision = result.get("decision") if isinstance(result, dict) else None
    if isinstance(decision, str) and decision in set(Decision):
        return Decision(decision)
    note(f"an approval was answered with {result!r} and counts as declined")
    return Decision.DECLINE
