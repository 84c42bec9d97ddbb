"""End early: the body ends as a whole one does, and is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.interruption import Interruption
from seatrial_provider.wire import plan


@dataclass(frozen=True, slots=True, kw_only=True)
class EndEarly(Interruption):
    """Ends the body cleanly before all of it was sent."""

    name: ClassVar[str] = "end-early"
    last: ClassVar[plan.Step] = plan.End()


FAULT = EndEarly
