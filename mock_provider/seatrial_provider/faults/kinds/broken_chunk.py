"""Broken chunk: the transfer coding breaks in the midst of the body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Carrier, Fault, Phase, Setting
from seatrial_provider.faults.places import TERMINAL, Place, split_at
from seatrial_provider.wire.plan import Cut, Plan, Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenChunk(Fault):
    """Sends a chunk size that is no number before a place, then closes the connection.

    Attributes:
        at: Where.
    """

    name: ClassVar[str] = "broken-chunk"
    phase: ClassVar[Phase] = Phase.ENDING
    carriers: ClassVar[frozenset[Carrier]] = frozenset({Carrier.STREAM})

    at: Place = TERMINAL

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Puts the broken size in the place of the rest."""
        before, _ = split_at(plan, self.at, setting)
        return (*before, Raw(b"not-a-size\r\n"), Cut())


FAULT = BrokenChunk
