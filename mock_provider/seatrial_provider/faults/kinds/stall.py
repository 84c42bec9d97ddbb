"""Stall: nothing more comes, and the connection stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.interruption import Interruption
from seatrial_provider.wire import plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall(Interruption):
    """Sends nothing more until the client goes away or the provider is closed."""

    name: ClassVar[str] = "stall"
    last: ClassVar[plan.Step] = plan.Stall()


FAULT = Stall
