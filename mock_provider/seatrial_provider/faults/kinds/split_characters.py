"""Split characters: no character beyond ASCII arrives in one piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Fault, NotApplicableError, Phase, Setting
from seatrial_provider.faults.frames import map_events
from seatrial_provider.faults.places import cut_write
from seatrial_provider.wire.plan import Plan, Write


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitCharacters(Fault):
    """Cuts the body before every continuation byte of UTF-8."""

    name: ClassVar[str] = "split-characters"
    phase: ClassVar[Phase] = Phase.DELIVERY
    legal: ClassVar[bool] = True

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Cuts the writes."""
        if not any(isinstance(step, Write) and _continuations(step) for step in plan):
            raise NotApplicableError("the body is all ASCII: say something like 'naïve 漢字 🚢'")
        return map_events(plan, lambda write: cut_write(write, _continuations(write)))


def _continuations(write: Write) -> list[int]:
    return [offset for offset, byte in enumerate(write.payload) if byte & 0xC0 == 0x80]


FAULT = SplitCharacters
