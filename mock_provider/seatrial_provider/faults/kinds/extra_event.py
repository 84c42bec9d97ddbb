"""Extra event: an event of a kind that is new comes in between."""

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
from seatrial_provider.faults.frames import event_of, is_chat, map_events, new_event, with_event
from seatrial_provider.faults.places import Place, step_of
from seatrial_provider.wire.plan import Plan, Write


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtraEvent(Fault):
    """Adds an event that no client knows yet: another type, or a chunk without a choice.

    Attributes:
        at: Before which event; the events from there on are numbered anew.
    """

    name: ClassVar[str] = "extra-event"
    phase: ClassVar[Phase] = Phase.EVENTS
    carriers: ClassVar[frozenset[Carrier]] = EVENT_CARRIERS
    legal: ClassVar[bool] = True

    at: Place = 1

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Adds the event."""
        place = step_of(plan, self.at, setting)
        like = plan[place]
        assert isinstance(like, Write)
        event = event_of(like)
        if event is None:
            raise NotApplicableError("the event at the place is no object to take after")
        if is_chat(event):
            return (*plan[:place], with_event(like, {**event, "choices": []}), *plan[place:])
        extra = {"type": "response.seatrial.extra"}
        if "sequence_number" in event:
            extra["sequence_number"] = event["sequence_number"]
        return (*plan[:place], new_event(like, extra), *map_events(plan[place:], _later))


def _later(write: Write) -> Plan:
    event = event_of(write)
    if event is None or "sequence_number" not in event:
        return (write,)
    return (with_event(write, {**event, "sequence_number": event["sequence_number"] + 1}),)


FAULT = ExtraEvent
