"""Interim response: a 103 comes before the response itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Carrier, Fault, Phase, Setting
from seatrial_provider.faults.frames import head_of
from seatrial_provider.wire.plan import Plan, Raw


@dataclass(frozen=True, slots=True, kw_only=True)
class InterimResponse(Fault):
    """Sends `103 Early Hints` first, which HTTP lets a server do before any response."""

    name: ClassVar[str] = "interim-response"
    phase: ClassVar[Phase] = Phase.HEAD
    carriers: ClassVar[frozenset[Carrier]] = frozenset({Carrier.STREAM, Carrier.JSON})
    legal: ClassVar[bool] = True

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Adds the interim response before the head."""
        head = head_of(plan)
        interim = Raw(b"HTTP/1.1 103 Early Hints\r\nlink: </v1>; rel=preconnect\r\n\r\n")
        return (*plan[:head], interim, *plan[head:])


FAULT = InterimResponse
