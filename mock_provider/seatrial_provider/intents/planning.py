"""The intent to update the plan, and what a step of a plan is."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Literal

from seatrial_provider.intents.base import Call
from seatrial_provider.intents.values import Filled, Value


@dataclass(frozen=True, slots=True)
class PlanStep(Value):
    """One step of a plan.

    Attributes:
        step: What is to be done.
        status: How far it is.
    """

    step: Filled
    status: Literal["pending", "in_progress", "completed"] = "pending"


@dataclass(frozen=True, slots=True)
class UpdatePlan(Call):
    """The model tells its plan.

    Attributes:
        steps: The whole plan, in order.
        explanation: Why it changed.
    """

    steps: Sequence[PlanStep]
    _: KW_ONLY
    explanation: str | None = None
