"""Split events: every event arrives in two pieces, cut somewhere inside."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import ClassVar

from seatrial_provider.faults.base import Fault, Phase, Setting
from seatrial_provider.faults.frames import map_events
from seatrial_provider.faults.places import cut_write
from seatrial_provider.wire.plan import Plan, Write


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitEvents(Fault):
    """Cuts each event, or the JSON body, in two at a byte that the seed chooses."""

    name: ClassVar[str] = "split-events"
    phase: ClassVar[Phase] = Phase.DELIVERY
    legal: ClassVar[bool] = True

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Cuts the writes."""
        return map_events(plan, lambda write: cut_write(write, [_inside(write, setting.random)]))


def _inside(write: Write, random: Random) -> int:
    return random.randrange(1, max(2, len(write.payload)))


FAULT = SplitEvents
