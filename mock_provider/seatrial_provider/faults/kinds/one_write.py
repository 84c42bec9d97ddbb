"""One write: the whole body arrives at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from seatrial_provider.faults.base import Fault, Phase, Setting
from seatrial_provider.wire.plan import Message, Plan, Step, Write


@dataclass(frozen=True, slots=True, kw_only=True)
class OneWrite(Fault):
    """Joins the events that nothing stands between: a gate or a wait still holds the rest."""

    name: ClassVar[str] = "one-write"
    phase: ClassVar[Phase] = Phase.DELIVERY
    legal: ClassVar[bool] = True

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Joins the writes."""
        steps: list[Step] = []
        for step in plan:
            last = steps[-1] if steps else None
            if isinstance(step, Message) and isinstance(last, Message):
                steps[-1:] = [replace(last, waits=True), step]
            elif isinstance(step, Write) and isinstance(last, Write):
                steps[-1] = Write(last.payload + step.payload)
            else:
                steps.append(step)
        return tuple(steps)


FAULT = OneWrite
