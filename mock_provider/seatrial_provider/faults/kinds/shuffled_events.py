"""Shuffled events: the events come in another order."""

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
from seatrial_provider.faults.frames import writes
from seatrial_provider.wire.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class ShuffledEvents(Fault):
    """Puts the events in an order that the seed chooses and that is never the right one."""

    name: ClassVar[str] = "shuffled-events"
    phase: ClassVar[Phase] = Phase.EVENTS
    carriers: ClassVar[frozenset[Carrier]] = EVENT_CARRIERS

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Shuffles the writes; gates and waits stay where they are."""
        places = writes(plan)
        if len(places) < 2:
            raise NotApplicableError("one event alone has no order")
        order = list(places)
        setting.random.shuffle(order)
        if order == places:
            order = [*order[1:], order[0]]
        steps = list(plan)
        for place, source in zip(places, order, strict=True):
            steps[place] = plan[source]
        return tuple(steps)


FAULT = ShuffledEvents
