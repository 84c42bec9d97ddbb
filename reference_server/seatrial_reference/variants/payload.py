"""Defects in what the approval request says."""

from __future__ import annotations

from seatrial_reference.execution import Execution
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class _Without(Execution):
    missing: str

    def facts(self, reason: str | None) -> dict[str, Any]:
        facts = super().facts(reason)
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


class _WrongItem(Execution):
    def facts(self, reason: str | None) -> dict[str, Any]:
        return {**super().facts(reason), "item": f"not-{self.command.call_id}"}


class _WrongThread(Execution):
    def facts(self, reason: str | None) -> dict[str, Any]:
        return {**super().facts(reason), "thread": self.around.control.turn_id}


class _WrongTurn(Execution):
    def facts(self, reason: str | None) -> dict[str, Any]:
        return {**super().facts(reason), "turn": self.around.thread_id}


VARIANTS = (
    Variant(
        name="payload-without-cwd",
        defect="The approval request does not say where the command runs.",
        parts=Parts(execution=_WithoutCwd),
    ),
    Variant(
        name="payload-without-command",
        defect="The approval request does not say what runs.",
        parts=Parts(execution=_WithoutCommand),
    ),
    Variant(
        name="payload-without-reason",
        defect="The approval request has no member for the reason.",
        parts=Parts(execution=_WithoutReason),
    ),
    Variant(
        name="payload-without-actions",
        defect="The approval request does not say what the command does.",
        parts=Parts(execution=_WithoutActions),
    ),
    Variant(
        name="payload-wrong-item",
        defect="The approval request names an item that was never shown.",
        parts=Parts(execution=_WrongItem),
    ),
    Variant(
        name="payload-wrong-thread",
        defect="The approval request names another thread.",
        parts=Parts(execution=_WrongThread),
    ),
    Variant(
        name="payload-wrong-turn",
        defect="The approval request names another turn.",
        parts=Parts(execution=_WrongTurn),
    ),
)
