"""Wrong sequence: the sequence numbers of the events are not in sequence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from seatrial_provider.faults.base import (
    EVENT_CARRIERS,
    Carrier,
    Fault,
    NotApplicableError,
    Phase,
    Setting,
)
from seatrial_provider.faults.frames import changed, event_of, map_events, with_event
from seatrial_provider.faults.places import Place, step_of
from seatrial_provider.jsontypes import JsonObject
from seatrial_provider.wire.plan import Plan, Write


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongSequence(Fault):
    """Changes the sequence number of one event; only Responses events have one.

    Attributes:
        at: Which event.
        change: `repeat` takes the number before, `gap` skips one from there on, `missing` takes
            the number away.
    """

    name: ClassVar[str] = "wrong-sequence"
    phase: ClassVar[Phase] = Phase.EVENTS
    carriers: ClassVar[frozenset[Carrier]] = EVENT_CARRIERS

    at: Place = 1
    change: Literal["repeat", "gap", "missing"] = "repeat"

    def apply(self, plan: Plan, setting: Setting) -> Plan:
        """Changes the numbers."""
        place = step_of(plan, self.at, setting)
        head = plan[:place]
        if self.change == "gap":
            return (*head, *map_events(plan[place:], lambda write: (_moved(write, 1),)))
        change = _without if self.change == "missing" else _repeated
        return changed(plan, place, lambda write: (change(write),))


def _moved(write: Write, by: int) -> Write:
    event = event_of(write)
    if event is None:
        return write
    return with_event(write, {**event, "sequence_number": _number(event) + by})


def _repeated(write: Write) -> Write:
    return _moved(write, -1)


def _without(write: Write) -> Write:
    event = event_of(write) or {}
    _number(event)
    return with_event(write, {k: v for k, v in event.items() if k != "sequence_number"})


def _number(event: JsonObject) -> int:
    number = event.get("sequence_number")
    if not isinstance(number, int):
        raise NotApplicableError("the event has no sequence_number")
    return number


FAULT = WrongSequence
