"""Missing event: an event does not come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import EVENT_CARRIERS, Carrier, Fault, Phase, Setting
from seatrial_provider.faults.frames import changed
from seatrial_provider.faults.places import TERMINAL, Place, step_of
from seatrial_provider.wire.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingEvent(Fault):
    """Leaves an event out; what follows it comes as before.

    Attributes:
        at: Which event.
    """

    name: ClassVar[str] = "missing-event"
    phase: ClassVar[Phase] = Phase.EVENTS
    carriers: ClassVar[frozenset[Carrier]] = EVENT_CARRIERS

    at: Place = TERMINAL

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Takes the event away."""
        return changed(plan, step_of(plan, self.at, setting), lambda write: ())


FAULT = MissingEvent
