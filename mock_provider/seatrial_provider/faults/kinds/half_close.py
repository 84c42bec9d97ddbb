"""Half close: we say no more, and still listen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.interruption import Interruption
from seatrial_provider.wire import plan


@dataclass(frozen=True, slots=True, kw_only=True)
class HalfClose(Interruption):
    """Closes our side of the connection (FIN) and goes on to read the client's."""

    name: ClassVar[str] = "half-close"
    last: ClassVar[plan.Step] = plan.HalfClose()


FAULT = HalfClose
