"""Defects in having commands assessed by the model."""

from __future__ import annotations

from seatrial_reference.errors import TurnFailed
from seatrial_reference.risk import Assessor
from seatrial_reference.services import Parts
from seatrial_reference.variants.variant import Variant

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from seatrial_reference.commands import Command
    from seatrial_reference.config import Config
    from seatrial_reference.wish import Surroundings


class _Lost(Assessor):
    def assess(self, command: Command, around: Surroundings) -> dict[str, str] | None:
        super().assess(command, around)
        return None


class _InConversation(Assessor):
    def history(self, command: Command, around: Surroundings) -> list[dict[str, Any]]:
        before = [item for item in around.events.thread.history if item["type"] == "message"]
        return [*before, *super().history(command, around)]


class _Remembered(Assessor):
    def assess(self, command: Command, around: Surroundings) -> dict[str, str] | None:
        found = super().assess(command, around)
        if found:
            content = [{"type": "output_text", "text": found["description"]}]
            around.events.thread.remember(
                {"type": "message", "role": "assistant", "content": content}
            )
        return found


class _MadeUp(Assessor):
    def failed(self, why: str) -> dict[str, str] | None:
        super().failed(why)
        return {"description": "It could not be assessed.", "risk_level": "low"}


class _Patient(Assessor):
    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self.patience = self.patience and 3600.0


class _FailsTurn(Assessor):
    def failed(self, why: str) -> dict[str, str] | None:
        raise TurnFailed(why)


VARIANTS = (
    Variant(
        name="risk-lost",
        defect="The model's assessment of a command does not reach the client.",
        parts=Parts(assessor=_Lost),
    ),
    Variant(
        name="risk-in-conversation",
        defect="The model is asked to assess a command in the conversation that wants it.",
        parts=Parts(assessor=_InConversation),
    ),
    Variant(
        name="risk-remembered",
        defect="The assessment of a command becomes part of the conversation.",
        parts=Parts(assessor=_Remembered),
    ),
    Variant(
        name="risk-made-up",
        defect="A command that could not be assessed is given a low risk.",
        parts=Parts(assessor=_MadeUp),
    ),
    Variant(
        name="risk-awaited",
        defect="The client is not asked before the model has assessed the command.",
        parts=Parts(assessor=_Patient),
    ),
    Variant(
        name="risk-fails-turn",
        defect="A turn fails when the model cannot assess its command.",
        parts=Parts(assessor=_FailsTurn),
    ),
)
