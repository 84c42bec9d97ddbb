"""Cut off: the connection is closed in the midst of the response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.interruption import Interruption
from seatrial_provider.wire import plan


@dataclass(frozen=True, slots=True, kw_only=True)
class CutOff(Interruption):
    """Closes the connection (FIN) without the end of the body."""

    name: ClassVar[str] = "cut-off"
    last: ClassVar[plan.Step] = plan.Cut()


FAULT = CutOff
