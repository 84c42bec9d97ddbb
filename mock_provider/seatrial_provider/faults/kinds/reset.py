"""Reset: the connection is reset in the midst of the response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.interruption import Interruption
from seatrial_provider.wire import plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset(Interruption):
    """Resets the connection (RST)."""

    name: ClassVar[str] = "reset"
    last: ClassVar[plan.Step] = plan.Reset()


FAULT = Reset
