"""Early terminal: the response is said to be over before it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import (
    EVENT_CARRIERS,
    Carrier,
    Fault,
    NotApplicableError,
    Phase,
    Setting,
)
from seatrial_provider.faults.places import TERMINAL, Place, step_of
from seatrial_provider.wire.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyTerminal(Fault):
    """Sends the event that ends the response before another one; the rest follows it.

    Attributes:
        at: Before which event; from there on everything comes too late.
    """

    name: ClassVar[str] = "early-terminal"
    phase: ClassVar[Phase] = Phase.EVENTS
    carriers: ClassVar[frozenset[Carrier]] = EVENT_CARRIERS

    at: Place = 1

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Moves the event."""
        end = step_of(plan, TERMINAL, setting)
        place = step_of(plan, self.at, setting)
        if place >= end:
            raise NotApplicableError("the place is not before the terminal event")
        return (*plan[:place], plan[end], *plan[place:end], *plan[end + 1 :])


FAULT = EarlyTerminal
