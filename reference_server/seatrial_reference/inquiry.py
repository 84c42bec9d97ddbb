"""Something that only the client can tell the model: put to it, awaited, told."""

from __future__ import annotations

from abc import ABC, abstractmethod

from seatrial_reference.approvals import Question
from seatrial_reference.log import note
from seatrial_reference.wish import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.wish import Surroundings


class Inquiry(ABC):
    """The way of one inquiry.

    Args:
        call_id: The id of the model's call, which is also the id of the item.
        around: The turn it belongs to.

    Attributes:
        flag: What the thread waits for meanwhile (Codex app-server schema 0.163.0,
            ThreadActiveFlag).
    """

    flag: str

    def __init__(self, call_id: str, around: Surroundings) -> None:
        self.call_id = call_id
        self.around = around

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """Give what the request says besides where it belongs, by name."""

    @abstractmethod
    def put(self, request_id: int, facts: dict[str, Any]) -> None:
        """Send the request."""

    @abstractmethod
    def take(self, answer: dict[str, Any]) -> Any:
        """Take the client's answer for what it is worth; an empty one where it gave none."""

    def keep(self, taken: Any) -> None:
        """Let the answer have its effect, if it has one besides being told."""
        del taken

    @abstractmethod
    def tell(self, taken: Any) -> str:
        """Tell the model what the client answered."""

    def perform(self) -> Result:
        """Go the whole way.

        Raises:
            TurnInterrupted: The turn was interrupted while the request was open.
        """
        events, approvals = self.around.events, self.around.services.approvals
        where = {
            "thread": self.around.thread_id,
            "turn": self.around.control.turn_id,
            "item": self.call_id,
        }
        question = Question(
            facts={**where, **self.facts()}, put=self.put, read=self._read, events=events
        )
        events.status("active", self.flag)
        taken = approvals.settle(approvals.request(question, self.around.control))
        events.status("active")
        self.keep(taken)
        return Result(output=self.tell(taken))

    def _read(self, message: dict[str, Any]) -> Any:
        result = message.get("result")
        if not isinstance(result, dict):
            note(f"a request of the model's was answered with {message!r} and counts as unanswered")
        return self.take(result if isinstance(result, dict) else {})
