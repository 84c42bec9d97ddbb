"""Defects in the order of what the client hears around an approval."""

from __future__ import annotations

from dataclasses import replace

from seatrial_reference.approvals import Approvals, Decision, Pending
from seatrial_reference.execution import Execution
from seatrial_reference.services import Parts
from seatrial_reference.turn import Turn
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.activity import TurnControl
    from seatrial_reference.approvals import RequestIds
    from seatrial_reference.errors import TurnFailed
    from seatrial_reference.runner import Outcome
    from seatrial_reference.wish import Result


class _AsksBeforeStarted(Execution):
    """Holds `item/started` back until the request is out."""

    _held = False

    def ask_first(self, reason: str | None) -> Result:
        self._held = True
        return self.act_on(self.ask(reason))

    def settle(self, pending: Pending) -> Decision:
        if self._held:
            self.show_started()
        return super().settle(pending)


class _CompletesBeforeAnswer(Execution):
    _shown = False

    def settle(self, pending: Pending) -> Decision:
        self.show_completed("completed")
        self._shown = True
        return super().settle(pending)

    def show_completed(self, status: str, outcome: Outcome | None = None) -> None:
        if not self._shown:
            super().show_completed(status, outcome)


class _KeepsResolved(Approvals):
    """Keeps back that requests are settled."""

    def __init__(self, ids: RequestIds) -> None:
        super().__init__(ids)
        self._kept: list[Pending] = []

    def resolve(self, pending: Pending) -> None:
        self._kept.append(pending)

    def let_go(self, control: TurnControl) -> None:
        """Tell at last what was kept back for this turn."""
        for pending in [kept for kept in self._kept if kept.control is control]:
            self._kept.remove(pending)
            super().resolve(pending)


class _ResolvesAtTheEnd(Turn):
    def end(self, status: str, failure: TurnFailed | None = None) -> None:
        super().end(status, failure)
        assert isinstance(self.services.approvals, _KeepsResolved)
        self.services.approvals.let_go(self.control)


class _NeverResolves(Approvals):
    def resolve(self, pending: Pending) -> None:
        del pending


class _ResolvesAnother(Approvals):
    """Tells that a request was settled which nobody made."""

    def resolve(self, pending: Pending) -> None:
        another = Pending(
            request_id=pending.request_id + 1000,
            question=pending.question,
            control=pending.control,
        )
        super().resolve(another)


class _CompletesAnother(Execution):
    def show_completed(self, status: str, outcome: Outcome | None = None) -> None:
        another = replace(self.command, call_id=f"not-{self.command.call_id}")
        self.around.events.command_over(another, status, outcome)


VARIANTS = (
    Variant(
        name="never-resolves",
        defect="The client is never told that its request is settled.",
        parts=Parts(approvals=_NeverResolves),
    ),
    Variant(
        name="resolves-another",
        defect="The request that is reported as settled is another one.",
        parts=Parts(approvals=_ResolvesAnother),
    ),
    Variant(
        name="completes-another",
        defect="The item that completes is not the one that started.",
        parts=Parts(execution=_CompletesAnother),
    ),
    Variant(
        name="asks-before-started",
        defect="The client is asked before it is told that the item started.",
        parts=Parts(execution=_AsksBeforeStarted),
    ),
    Variant(
        name="completes-before-answer",
        defect="The item is shown as completed while the request is still open.",
        parts=Parts(execution=_CompletesBeforeAnswer),
    ),
    Variant(
        name="resolved-after-completed",
        defect="The request is reported as resolved only after the turn completed.",
        parts=Parts(approvals=_KeepsResolved, turn=_ResolvesAtTheEnd),
    ),
)
