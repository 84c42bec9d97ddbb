"""Something that the model wishes: the client is asked about it, and it is done as was decided."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from seatrial_reference.approvals import Decision, Question, read_decision
from seatrial_reference.errors import TurnInterrupted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.activity import TurnControl
    from seatrial_reference.approvals import Pending
    from seatrial_reference.events import TurnEvents
    from seatrial_reference.services import Services
    from seatrial_reference.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a call.

    Args:
        output: What the model is told.
        decision: What the client decided, or None where it was not asked.
    """

    output: str
    decision: Decision | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a wish of one turn needs around it."""

    thread_id: str
    settings: Settings
    control: TurnControl
    events: TurnEvents
    services: Services


class Wish(ABC):
    """The way of one wish that the client may have to approve.

    Args:
        around: The turn it belongs to.
    """

    def __init__(self, around: Surroundings) -> None:
        self.around = around

    @abstractmethod
    def facts(self, reason: str | None) -> dict[str, Any]:
        """Give what a request for approval says, by name; a dialect may leave some of it out."""

    @abstractmethod
    def put(self, request_id: int, facts: dict[str, Any]) -> None:
        """Send the request for approval."""

    @abstractmethod
    def accepted(self, decision: Decision) -> Result:
        """Do what the client accepted."""

    @abstractmethod
    def remember(self) -> None:
        """Note that the client does not want to be asked for this again."""

    @abstractmethod
    def rejection(self) -> str:
        """Tell the model that the client declined."""

    @abstractmethod
    def show_declined(self) -> None:
        """Show that nothing comes of it."""

    def ask(self, reason: str | None) -> Decision:
        """Ask the client, and wait for its decision; one that cannot be asked has declined.

        Raises:
            TurnInterrupted: The turn was interrupted while the request was open.
        """
        events = self.around.events
        if not events.can_ask:
            return Decision.DECLINE
        question = Question(
            facts=self.facts(reason),
            put=self.put,
            read=self.read,
            events=events,
        )
        events.status("active", "waitingOnApproval")
        approvals = self.around.services.approvals
        return self.settle(approvals.request(question, self.around.control))

    def read(self, message: dict[str, Any]) -> Decision:
        """Read the client's answer."""
        return read_decision(message, self.around.events)

    def settle(self, pending: Pending) -> Decision:
        """Wait for the decision, and tell the client that its request is settled.

        Raises:
            TurnInterrupted: The turn was interrupted while the request was open.
        """
        try:
            decision: Decision = self.around.services.approvals.settle(pending)
        except TurnInterrupted:
            self.show_declined()
            raise
        self.around.events.status("active")
        return decision

    def act_on(self, decision: Decision) -> Result:
        """Do as the client decided."""
        if decision is Decision.ACCEPT_FOR_SESSION:
            self.remember()
        if decision in {Decision.ACCEPT, Decision.ACCEPT_FOR_SESSION}:
            return self.accepted(decision)
        if decision is Decision.DECLINE:
            return self.declined()
        return self.cancelled()

    def declined(self) -> Result:
        """Leave it alone, and tell the model."""
        self.show_declined()
        return Result(output=self.rejection(), decision=Decision.DECLINE)

    def cancelled(self) -> Result:
        """Leave it alone, and end the turn.

        Raises:
            TurnInterrupted: Always.
        """
        self.show_declined()
        raise TurnInterrupted
