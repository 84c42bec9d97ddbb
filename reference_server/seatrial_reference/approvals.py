"""The requests that the server makes of its client, and what it answered."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from enum import StrEnum

from seatrial_reference.log import note

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from seatrial_reference.activity import TurnControl
    from seatrial_reference.events import TurnEvents


class Decision(StrEnum):
    """What the client may answer; each dialect spells it in its own way."""

    ACCEPT = "accept"
    ACCEPT_FOR_SESSION = "acceptForSession"
    DECLINE = "decline"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the client is asked.

    Args:
        facts: What the request says, by name; each dialect has its own names and leaves some out.
        put: Sends the request, of its id and the facts.
        read: Reads the client's answer, a response.
        events: The voice of the turn, where it says that the request is settled.
    """

    facts: dict[str, Any]
    put: Callable[[int, dict[str, Any]], None]
    read: Callable[[dict[str, Any]], Any]
    events: TurnEvents | None


@dataclass(slots=True, kw_only=True)
class Pending:
    """A request that the client has not answered yet."""

    request_id: int
    question: Question
    control: TurnControl
    answered: threading.Event = field(default_factory=threading.Event)
    answer: Any = None


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
    """The open requests of one connection."""

    def __init__(self, ids: RequestIds) -> None:
        self._ids = ids
        self._lock = threading.Lock()
        self._pending: dict[int, Pending] = {}

    def request(self, question: Question, control: TurnControl) -> Pending:
        """Send the request; the answer is awaited separately."""
        pending = Pending(request_id=self._ids.take(), question=question, control=control)
        with self._lock:
            self._pending[pending.request_id] = pending
        question.put(pending.request_id, question.facts)
        return pending

    def ask_again(self, thread_id: str) -> None:
        """Send the open requests of a thread once more, for a client that joins it again."""
        with self._lock:
            asked = list(self._pending.values())
        for pending in asked:
            if pending.question.facts.get("thread") == thread_id:
                pending.question.put(pending.request_id, pending.question.facts)

    def await_answer(self, pending: Pending, *, patience: float | None = None) -> Any:
        """Wait for the client's answer; give it as the question reads it.

        Args:
            pending: The request.
            patience: The longest wait, in seconds, after which there is none; for as long as it
                takes without it.

        Raises:
            TurnInterrupted: The turn was interrupted first; an answer no longer counts.
        """
        try:
            with pending.control.waiting(pending.answered.set, on=pending.answered):
                pending.answered.wait(patience)
            pending.control.check()
        finally:
            with self._lock:
                if self._pending.get(pending.request_id) is pending:
                    del self._pending[pending.request_id]
        return pending.answer

    def settle(self, pending: Pending) -> Any:
        """Wait for the client's answer, and tell the client that its request is settled.

        Raises:
            TurnInterrupted: The turn was interrupted first; an answer no longer counts.
        """
        try:
            return self.await_answer(pending)
        finally:
            self.resolve(pending)

    def resolve(self, pending: Pending) -> None:
        """Tell the client that the request is settled, however that came about."""
        if pending.question.events is not None:
            pending.question.events.settled(pending.request_id)

    def deliver(self, request_id: Any, message: dict[str, Any]) -> None:
        """Take the client's answer to one of the requests; called by the reading thread."""
        key = request_id if type(request_id) is int else -1
        with self._lock:
            pending = self._pending.pop(key, None)
        if pending is None:
            note(f"an answer to request {request_id!r}, which is not open, was ignored")
            return
        pending.answer = pending.question.read(message)
        pending.control.hand_over(pending.answered)


def read_decision(message: dict[str, Any], events: TurnEvents) -> Decision:
    """Read the answer; whatever is not clearly one of the decisions counts as a decline."""
    if "error" in message:
        note(f"an approval was answered with an error and counts as declined: {message['error']}")
        return Decision.DECLINE
    result = message.get("result")
    given = result if isinstance(result, dict) else {}
    said = next((given[name] for name in events.answer_members if name in given), None)
    if isinstance(said, str) and said in events.decisions:
        return events.decisions[said]
    note(f"an approval was answered with {result!r} and counts as declined")
    return Decision.DECLINE
