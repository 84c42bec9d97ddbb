"""Byte order mark: the event stream begins with one."""

from __future__ import annotations

from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Carrier, Fault, Phase, Setting
from seatrial_provider.faults.frames import map_payloads
from seatrial_provider.faults.places import step_of
from seatrial_provider.wire.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteOrderMark(Fault):
    """Puts the UTF-8 byte order mark before the first event."""

    name: ClassVar[str] = "byte-order-mark"
    phase: ClassVar[Phase] = Phase.START
    carriers: ClassVar[frozenset[Carrier]] = frozenset({Carrier.STREAM})
    legal: ClassVar[bool] = True

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Adds the mark."""
        first = step_of(plan, 0, setting)
        marked = map_payloads(
            plan[first : first + 1], lambda payload: BOM_UTF8 + payload.removeprefix(BOM_UTF8)
        )
        return (*plan[:first], *marked, *plan[first + 1 :])


FAULT = ByteOrderMark
