"""Duplicate event: an event comes twice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import EVENT_CARRIERS, Carrier, Fault, Phase, Setting
from seatrial_provider.faults.frames import changed
from seatrial_provider.faults.places import TERMINAL, Place, step_of
from seatrial_provider.wire.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateEvent(Fault):
    """Sends an event twice, byte for byte.

    Attributes:
        at: Which event.
    """

    name: ClassVar[str] = "duplicate-event"
    phase: ClassVar[Phase] = Phase.EVENTS
    carriers: ClassVar[frozenset[Carrier]] = EVENT_CARRIERS

    at: Place = TERMINAL

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Repeats the event."""
        return changed(plan, step_of(plan, self.at, setting), lambda write: (write, write))


FAULT = DuplicateEvent
