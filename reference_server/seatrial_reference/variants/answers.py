"""Defects in doing what the client decided: decline and cancel."""

from __future__ import annotations

from seatrial_reference.approvals import Decision
from seatrial_reference.execution import Execution, Result
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant


class _IgnoresDecline(Execution):
    def declined(self) -> Result:
        return self.accepted(Decision.ACCEPT)


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
