"""Defects in what the approval request says."""

from __future__ import annotations

from seatrial_reference.approvals import Approvals, Question
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Without(Approvals):
    missing: str

    def facts(self, question: Question) -> dict[str, Any]:
        facts = super().facts(question)
        del facts[self.missing]
        return facts


class _WithoutCwd(_Without):
    missing = "cwd"


class _WithoutCommand(_Without):
    missing = "command"


class _WithoutReason(_Without):
    missing = "reason"


class _WithoutActions(_Without):
    missing = "actions"


class _WrongItem(Approvals):
    def facts(self, question: Question) -> dict[str, Any]:
        return {**super().facts(question), "item": f"not-{question.command.call_id}"}


class _WrongThread(Approvals):
    def facts(self, question: Question) -> dict[str, Any]:
        return {**super().facts(question), "thread": question.turn_id}


class _WrongTurn(Approvals):
    def facts(self, question: Question) -> dict[str, Any]:
        return {**super().facts(question), "turn": question.thread_id}


VARIANTS = (
    Variant(
        name="payload-without-cwd",
        defect="The approval request does not say where the command runs.",
        parts=Parts(approvals=_WithoutCwd),
    ),
    Variant(
        name="payload-without-command",
        defect="The approval request does not say what runs.",
        parts=Parts(approvals=_WithoutCommand),
    ),
    Variant(
        name="payload-without-reason",
        defect="The approval request has no member for the reason.",
        parts=Parts(approvals=_WithoutReason),
    ),
    Variant(
        name="payload-without-actions",
        defect="The approval request does not say what the command does.",
        parts=Parts(approvals=_WithoutActions),
    ),
    Variant(
        name="payload-wrong-item",
        defect="The approval request names an item that was never shown.",
        parts=Parts(approvals=_WrongItem),
    ),
    Variant(
        name="payload-wrong-thread",
        defect="The approval request names another thread.",
        parts=Parts(approvals=_WrongThread),
    ),
    Variant(
        name="payload-wrong-turn",
        defect="The approval request names another turn.",
        parts=Parts(approvals=_WrongTurn),
    ),
)
