"""Line ends: the lines of the event stream end in CRLF or in CR."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Literal

from seatrial_provider.faults.base import Carrier, Fault, Phase, Setting
from seatrial_provider.faults.frames import map_payloads
from seatrial_provider.wire.plan import Plan

_LINE_END = re.compile(rb"\r?\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class LineEnds(Fault):
    """Ends every line in another way that the event-stream format allows.

    Attributes:
        ends: `crlf` or `cr`.
    """

    name: ClassVar[str] = "line-ends"
    phase: ClassVar[Phase] = Phase.LINES
    carriers: ClassVar[frozenset[Carrier]] = frozenset({Carrier.STREAM})
    legal: ClassVar[bool] = True

    ends: Literal["crlf", "cr"] = "crlf"

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Changes the line ends."""
        end = b"\r\n" if self.ends == "crlf" else b"\r"
        return map_payloads(plan, lambda payload: _LINE_END.sub(end, payload))


FAULT = LineEnds
