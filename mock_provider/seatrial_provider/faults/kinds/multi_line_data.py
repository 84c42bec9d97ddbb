"""Multi-line data: the data of each event is spread over several lines."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import orjson

from seatrial_provider.faults.base import EVENT_CARRIERS, Carrier, Fault, Phase, Setting
from seatrial_provider.faults.frames import event_of, map_events, with_data
from seatrial_provider.wire.plan import Plan, Write


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiLineData(Fault):
    """Writes the JSON of each event with line ends, one `data:` line for each of its lines."""

    name: ClassVar[str] = "multi-line-data"
    phase: ClassVar[Phase] = Phase.DATA
    carriers: ClassVar[frozenset[Carrier]] = EVENT_CARRIERS
    legal: ClassVar[bool] = True

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Spreads the data."""
        line_end = b"\n" if setting.carrier is Carrier.WEBSOCKET else b"\ndata: "
        return map_events(plan, partial(_spread, line_end))


def _spread(line_end: bytes, write: Write) -> Plan:
    event = event_of(write)
    if event is None:
        return (write,)
    lines = orjson.dumps(event, option=orjson.OPT_INDENT_2).split(b"\n")
    return (with_data(write, line_end.join(lines)),)


FAULT = MultiLineData
