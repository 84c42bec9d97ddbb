"""Slices: the body comes in pieces of so many bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Fault, Phase, Setting, at_least
from seatrial_provider.faults.frames import map_events
from seatrial_provider.faults.places import cut_write
from seatrial_provider.wire.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Slices(Fault):
    """Cuts each event, or the JSON body, in pieces of at most so many bytes.

    Attributes:
        size: How many bytes; 1 sends every byte by itself.
    """

    name: ClassVar[str] = "slices"
    phase: ClassVar[Phase] = Phase.DELIVERY
    legal: ClassVar[bool] = True

    size: int = 1

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Cuts the writes."""
        return map_events(
            plan, lambda write: cut_write(write, range(self.size, len(write.payload), self.size))
        )

    def unsound(self) -> Iterator[tuple[str, str]]:
        """Yields a size that holds no byte."""
        return at_least(1, size=self.size)


FAULT = Slices
