"""Bad JSON: the data of an event cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from seatrial_provider.faults.base import Carrier, Fault, Phase, Setting
from seatrial_provider.faults.frames import changed, data_of, map_events, measured, with_data
from seatrial_provider.faults.places import ANYWHERE, Place, step_of
from seatrial_provider.wire.plan import Plan, Write


@dataclass(frozen=True, slots=True, kw_only=True)
class BadJson(Fault):
    """Takes the last byte of an event's data away, or of the JSON body.

    Attributes:
        at: Which event.
    """

    name: ClassVar[str] = "bad-json"
    phase: ClassVar[Phase] = Phase.EVENTS

    at: Place = ANYWHERE

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Damages the event."""
        if setting.carrier is Carrier.JSON:
            return measured(map_events(plan, _damaged))
        return changed(plan, step_of(plan, self.at, setting), _damaged)


def _damaged(write: Write) -> Plan:
    return (with_data(write, data_of(write)[:-1]),)


FAULT = BadJson
