"""Defects in doing what the client decided: accept, decline and cancel."""

from __future__ import annotations

from seatrial_reference.approvals import Decision
from seatrial_reference.errors import TurnInterrupted
from seatrial_reference.execution import Execution
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant
from seatrial_reference.wish import Result

TYPE_CHECKING = False
if TYPE_CHECKING:
    from seatrial_reference.runner import Outcome


class _IgnoresDecline(Execution):
    def declined(self) -> Result:
        return self.accepted(Decision.ACCEPT)


class _AcceptKillsTurn(Execution):
    def accepted(self, decision: Decision) -> Result:
        super().accepted(decision)
        raise TurnInterrupted


class _AcceptShownDeclined(Execution):
    def show_completed(self, status: str, outcome: Outcome | None = None) -> None:
        super().show_completed("declined", outcome)


class _DeclineKillsTurn(Execution):
    def declined(self) -> Result:
        return self.cancelled()


class _DeclineUntold(Execution):
    def rejection(self) -> str:
        return "Wall time: 0.0000 seconds\nProcess exited with code 0\nOutput:\n"


class _DeclineShownCompleted(Execution):
    def declined(self) -> Result:
        self.show_completed("completed")
        return Result(output=self.rejection(), decision=Decision.DECLINE)


class _IgnoresCancel(Execution):
    def cancelled(self) -> Result:
        return self.accepted(Decision.ACCEPT)


class _CancelContinues(Execution):
    def cancelled(self) -> Result:
        return self.declined()


VARIANTS = (
    Variant(
        name="accept-kills-turn",
        defect="After an accepted command has run, the turn is interrupted.",
        parts=Parts(execution=_AcceptKillsTurn),
    ),
    Variant(
        name="accept-shown-declined",
        defect="Every command is shown as declined, whatever came of it.",
        parts=Parts(execution=_AcceptShownDeclined),
    ),
    Variant(
        name="ignores-decline",
        defect="A declined command runs as if it had been accepted.",
        parts=Parts(execution=_IgnoresDecline),
    ),
    Variant(
        name="decline-kills-turn",
        defect="A declined command interrupts the turn.",
        parts=Parts(execution=_DeclineKillsTurn),
    ),
    Variant(
        name="decline-untold",
        defect="The model is told that a declined command succeeded.",
        parts=Parts(execution=_DeclineUntold),
    ),
    Variant(
        name="decline-shown-completed",
        defect="A declined command is shown as completed.",
        parts=Parts(execution=_DeclineShownCompleted),
    ),
    Variant(
        name="ignores-cancel",
        defect="A cancelled command runs as if it had been accepted.",
        parts=Parts(execution=_IgnoresCancel),
    ),
    Variant(
        name="cancel-continues",
        defect="A cancelled command is treated as declined, and the turn goes on.",
        parts=Parts(execution=_CancelContinues),
    ),
)
