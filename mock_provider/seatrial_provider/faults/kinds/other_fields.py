"""Other fields: the events have an id, a retry time and an unknown field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Carrier, Fault, Phase, Setting
from seatrial_provider.faults.frames import map_payloads
from seatrial_provider.wire.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherFields(Fault):
    """Puts every other field of the event-stream format before each event's own."""

    name: ClassVar[str] = "other-fields"
    phase: ClassVar[Phase] = Phase.LINES
    carriers: ClassVar[frozenset[Carrier]] = frozenset({Carrier.STREAM})
    legal: ClassVar[bool] = True

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Adds the fields; they stand before a comment too, which changes nothing."""
        return map_payloads(plan, lambda payload: b"id: 1\nretry: 3000\nunknown\n" + payload)


FAULT = OtherFields
